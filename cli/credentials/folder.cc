#include "cli/credentials/folder.h"

#include <sys/stat.h>
#include <unistd.h>

#include <functional>

#include "absl/cleanup/cleanup.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/exit_code.h"
#include "cli/settings.h"

ABSL_FLAG(std::string, credentials_dir, "", "DIR: the keys, a folder of the service's own");

namespace cli {
namespace {

absl::StatusOr<bool> AsOwner(const std::string& folder,
                             const std::function<absl::StatusOr<bool>()>& change) {
  struct stat facts = {};
  if (geteuid() != 0 || stat(folder.c_str(), &facts) != 0 || facts.st_uid == 0) return change();
  const auto back = absl::MakeCleanup([] {
    if (seteuid(0) == 0 && setegid(0) == 0) return;
    _exit(static_cast<int>(ExitCode::kFailed));  // never go on as somebody else
  });
  if (setegid(facts.st_gid) != 0 || seteuid(facts.st_uid) != 0) {
    return absl::InternalError(absl::StrCat("cannot work as the owner of ", folder));
  }
  return change();
}

}  // namespace

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
  return AsOwner(folder, [&] { return policy::PutCredential(folder, id, entry); }).status();
}

}  // namespace cli
