#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/credentials/folder.h"
#include "cli/json_text.h"
#include "cli/listing.h"

namespace cli {
namespace {

constexpr absl::string_view kListFlags[] = {"credentials_dir"};

absl::StatusOr<ExitCode> RunList(Call& call) {
  const auto folder = CredentialsFolder();
  if (!folder.ok()) return folder.status();
  const auto ids = policy::ListCredentials(*folder);
  if (!ids.ok()) return ids.status();
  Listing credentials(call, "credentials");
  for (const std::string& id : *ids) {
    const auto entry = policy::ReadCredential(*folder, id);
    if (!entry.ok()) return entry.status();
    std::vector<std::string> policies;
    for (const auto& reference : entry->policies) policies.push_back(reference.name);
    const char* const status = entry->active ? "ACTIVE" : "INACTIVE";
    std::vector<JsonText::Member> told = {{"accessKeyId", JsonText::String(id)},
                                          {"status", JsonText::String(status)},
                                          {"policies", JsonText::Strings(policies)},
                                          {"description", JsonText::String(entry->description)}};
    std::string identity;
    if (!entry->identity.id.empty()) {
      told.push_back({"identityId", JsonText::String(entry->identity.id)});
      told.push_back({"authenticated", JsonText::Bool(entry->identity.authenticated)});
      identity = absl::StrCat("  identity: ", entry->identity.id,
                              entry->identity.authenticated ? "" : " (unauthenticated)");
    }
    credentials.Add(
        absl::StrCat(id, "  ", status, "  policies: ", absl::StrJoin(policies, ", "), identity,
                     entry->description.empty() ? "" : "  ", entry->description),
        JsonText::Object(told));
  }
  return credentials.Finish();
}

}  // namespace

extern const Command kCredentialsList;
constexpr Command kCredentialsList{
    .path = "credentials list",
    .arguments = "",
    .summary = "list the access keys, without their secrets",
    .details = "",
    .flags = kListFlags,
    .run = RunList,
};

}  // namespace cli
