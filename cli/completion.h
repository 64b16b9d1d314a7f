// Shell completion: a small script for the shell, which asks shadowctl itself for the words.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/settings.h"

namespace cli {

// The first word by which a shell asks; the words of the command line so far follow, the last one
// being that which is to be completed (it may be empty).
inline constexpr absl::string_view kCompleteWord = "__complete";

// What may stand in the last word's place, each beginning with it. Nothing: the shell may offer
// files. Never fails: a command line that is wrong so far has no completions.
std::vector<std::string> Complete(absl::Span<const std::string> words,
                                  const Environment& environment);

}  // namespace cli
