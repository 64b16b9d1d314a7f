// What --help prints.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"

namespace cli {

// "shadowctl thing create NAME [flags]".
std::string UsageText(const Command& command);

// The whole help of one command: usage, details, flags with their placeholders and defaults, and
// the commands that its path begins.
std::string HelpText(const Command& command);

// The commands that begin with `words`, one a line; all of them for no words.
std::string HelpText(absl::Span<const std::string> words);

}  // namespace cli
