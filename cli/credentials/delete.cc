#include "cli/command.h"
#include "cli/credentials/folder.h"
#include "cli/registry/reload.h"
#include "storage/stranger.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunCredentialsDelete(Call& call) {
  const auto folder = CredentialsFolder();
  if (!folder.ok()) return folder.status();
  if (auto s = CheckAccessKeyId(call.arguments[0]); !s.ok()) return s;
  const auto removed = storage::AsOwnerOf(
      *folder, [&] { return policy::RemoveCredential(*folder, call.arguments[0]); });
  if (!removed.ok()) return removed.status();
  return DoneIf(HaveServiceReloaded(call));
}

}  // namespace

extern const Command kCredentialsDelete;
constexpr Command kCredentialsDelete{
    .path = "credentials delete",
    .arguments = "ID",
    .summary = "remove it",
    .details = kCredentialsEditDetails,
    .flags = kCredentialsEditFlags,
    .run = RunCredentialsDelete,
};

}  // namespace cli
