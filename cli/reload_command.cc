#include "absl/flags/flag.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/reload.h"

namespace cli {
namespace {

constexpr absl::string_view kFlags[] = {"reload"};

absl::StatusOr<ExitCode> Run(Call& call) {
  if (absl::GetFlag(FLAGS_reload).empty()) {
    return absl::InvalidArgumentError("which broker? Give --reload PIDFILE");
  }
  if (auto status = HaveReloaded(call); !status.ok()) return status;
  return ExitCode::kDone;
}

}  // namespace

extern const Command kReload;
constexpr Command kReload{
    .path = "reload",
    .arguments = "",
    .summary = "have the broker load the registry again, after changes by hand",
    .details = "",
    .flags = kFlags,
    .run = Run,
};

}  // namespace cli
