// credentials activate and deactivate: whether an access key counts.
#include "cli/command.h"
#include "cli/credentials/folder.h"
#include "cli/registry/reload.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> SetCredentialActive(Call& call, bool active) {
  const auto folder = CredentialsFolder();
  if (!folder.ok()) return folder.status();
  const std::string& id = call.arguments[0];
  if (auto s = CheckAccessKeyId(id); !s.ok()) return s;
  auto entry = policy::ReadCredential(*folder, id);
  if (!entry.ok()) return entry.status();
  entry->active = active;
  if (auto s = PutAsOwner(*folder, id, *entry); !s.ok()) return s;
  return DoneIf(HaveServiceReloaded(call));
}

}  // namespace

extern const Command kCredentialsActivate;
constexpr Command kCredentialsActivate{
    .path = "credentials activate",
    .arguments = "ID",
    .summary = "let an access key count",
    .details = kCredentialsEditDetails,
    .flags = kCredentialsEditFlags,
    .run = [](Call& call) { return SetCredentialActive(call, true); },
};

extern const Command kCredentialsDeactivate;
constexpr Command kCredentialsDeactivate{
    .path = "credentials deactivate",
    .arguments = "ID",
    .summary = "let it count no more",
    .details = kCredentialsEditDetails,
    .flags = kCredentialsEditFlags,
    .run = [](Call& call) { return SetCredentialActive(call, false); },
};

}  // namespace cli
