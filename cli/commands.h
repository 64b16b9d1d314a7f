// The table of shadowctl's commands.
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"

namespace cli {

// In the order in which help lists them.
absl::Span<const Command* const> AllCommands();

// The command that `words` begin with, the first of those that fit, and in `used` how many of them
// name it; null if there is none. So a command stands before the one that its path begins with.
const Command* FindCommand(absl::Span<const absl::string_view> words, size_t& used);

// The words that may follow `words` in a command's path, each once: "create" after "thing".
// Empty if no command begins so.
std::vector<absl::string_view> NextWords(absl::Span<const absl::string_view> words);

}  // namespace cli
