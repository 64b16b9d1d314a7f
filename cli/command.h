// One sub-command of shadowctl. Each stands in a file of its own, as a constant that commands.cc
// lists; help, argument counts and shell completion all follow from what it says here.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "cli/exit_code.h"

namespace cli {

// A command line that has been read: the flags hold their values (absl::GetFlag).
struct Call {
  std::vector<std::string> arguments;  // as many as Command::arguments asks for
  std::ostream& out;                   // what was asked for
  std::ostream& err;                   // words beside it: progress, remarks
  bool json = false;                   // --json: `out` is for a program
};

struct Command {
  absl::string_view path;  // "thing create"

  // Placeholders, one word each: "NAME" must be given, "[NAME]" may be, "NAME..." once or more.
  // THING, TYPE, GROUP, POLICY and CERTIFICATE complete to what there is, FILE and DIR to paths.
  absl::string_view arguments;

  absl::string_view summary;  // one line, lower case, no full stop
  absl::string_view details;  // lines for --help; may be empty

  // Names of the absl flags it takes, beside those that every command takes.
  absl::Span<const absl::string_view> flags;

  // A status that is not OK is told on standard error, and becomes the exit code.
  absl::StatusOr<ExitCode> (*run)(Call& call);
};

}  // namespace cli
