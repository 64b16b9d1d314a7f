#include "absl/flags/flag.h"
#include "absl/strings/string_view.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/registry/reload.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kReloadFlags[] = {"reload", "admin_socket"};

absl::StatusOr<ExitCode> RunReload(Call& call) {
  if (absl::GetFlag(FLAGS_reload).empty() && absl::GetFlag(FLAGS_admin_socket).empty()) {
    return absl::InvalidArgumentError(
        "which broker, which shadowd? Give --reload PIDFILE, --admin-socket SOCKET or both");
  }
  const bool has_broker = !absl::GetFlag(FLAGS_reload).empty();
  return DoneIf(has_broker ? HaveReloaded(call) : HaveServiceReloaded(call));
}

}  // namespace

extern const Command kReload;
constexpr Command kReload{
    .path = "reload",
    .arguments = "",
    .summary = "have broker and shadowd load the registry again, after changes by hand",
    .details = "",
    .flags = kReloadFlags,
    .run = RunReload,
};

}  // namespace cli
