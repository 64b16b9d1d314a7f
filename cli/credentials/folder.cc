#include "cli/credentials/folder.h"

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/settings.h"
#include "storage/stranger.h"

ABSL_FLAG(std::string, credentials_dir, "", "DIR: the keys, a folder of the service's own");

namespace cli {

absl::StatusOr<std::string> CredentialsFolder() {
  return RequiredSetting(FLAGS_credentials_dir, "where are the keys?", "DIR");
}

absl::Status CheckAccessKeyId(const std::string& id) {
  if (policy::IsAccessKeyId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", id, "\" is no access key id: AKIA and 16 more upper-case letters or digits"));
}

absl::Status PutAsOwner(const std::string& folder, const std::string& id,
                        const policy::CredentialEntry& entry) {
  return storage::AsOwnerOf(folder, [&] { return policy::PutCredential(folder, id, entry); })
      .status();
}

}  // namespace cli
