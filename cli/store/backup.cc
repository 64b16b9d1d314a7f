#include <filesystem>

#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kBackupFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> RunBackup(Call& call) {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  const std::string to = std::filesystem::absolute(call.arguments[0]).lexically_normal().string();
  const auto answer = connection->Ask(
      JsonText::Object({{"command", JsonText::String("backup")}, {"to", JsonText::String(to)}}));
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << answer->line << "\n";
  } else {
    call.out << to << "\n";
    call.err << "backed up and checked in " << answer->tree.Find("ms")->text << " ms\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kBackup;
constexpr Command kBackup{
    .path = "backup",
    .arguments = "DIR",
    .summary = "copy the store of a running shadowd, as it is at one instant",
    .details =
        "DIR is made, by shadowd, and must not be there. Requests are served meanwhile. On the\n"
        "store's own file system it takes next to no room: files are shared with it.",
    .flags = kBackupFlags,
    .run = RunBackup,
};

}  // namespace cli
