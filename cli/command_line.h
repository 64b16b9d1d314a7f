// A command line as words: which command, what flags, what arguments.
//
// Flags and arguments may be mixed; "--" ends the flags. "--name=value", "--name value",
// "--switch" and "--noswitch" are taken; a dash in a name counts as an underscore.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/command.h"
#include "cli/settings.h"

namespace cli {

struct CommandLine {
  const Command* command = nullptr;  // null: only help was asked for
  std::vector<std::string> words;    // that named the command, or what help is wanted of
  std::vector<std::string> arguments;
  bool help = false;
};

// Sets the flags (from the line, else the settings) and checks them and the arguments' count
// against the command. Fails with InvalidArgument, naming what was wrong and what would be right.
// With `help` true nothing but the words is looked at.
absl::StatusOr<CommandLine> ReadCommandLine(absl::Span<const std::string> words,
                                            const Environment& environment);

// How many arguments `placeholders` (Command::arguments) ask for.
struct Arity {
  size_t min = 0;
  size_t max = 0;
};
Arity ArityOf(absl::string_view placeholders);

}  // namespace cli
