// credentials create, list, activate, deactivate and delete: keys that sign HTTPS requests.
#include "policy/credentials.h"

#include <sys/stat.h>
#include <unistd.h>

#include "absl/cleanup/cleanup.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/registry/reload.h"

ABSL_FLAG(std::string, credentials_dir, "", "DIR: the keys, a folder of the service's own");
ABSL_FLAG(std::string, description, "", "TEXT: for people");

namespace cli {
namespace {

constexpr absl::string_view kListFlags[] = {"credentials_dir"};
constexpr absl::string_view kCredentialsFlags[] = {"credentials_dir", "admin_socket"};
constexpr absl::string_view kCreateFlags[] = {"policy", "description", "credentials_dir",
                                              "registry", "admin_socket"};

absl::StatusOr<std::string> Folder() {
  std::string folder = absl::GetFlag(FLAGS_credentials_dir);
  if (!folder.empty()) return folder;
  return absl::InvalidArgumentError(
      "where are the keys? Give --credentials-dir DIR, set SHADOWCTL_CREDENTIALS_DIR, or name a "
      "settings file with --config");
}

// The keys are for the folder's owner alone, whom the service runs as. Root works as that owner, so
// that no file is ever another's.
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

absl::Status Put(const std::string& folder, const std::string& id,
                 const policy::CredentialEntry& entry) {
  return AsOwner(folder, [&] { return policy::PutCredential(folder, id, entry); }).status();
}

absl::StatusOr<ExitCode> Tell(Call& call) {
  if (absl::Status told = HaveServiceReloaded(call); !told.ok()) return told;
  return ExitCode::kDone;
}

absl::Status CheckId(const std::string& id) {
  if (policy::IsAccessKeyId(id)) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "\"", id, "\" is no access key id: AKIA and 16 more upper-case letters or digits"));
}

absl::StatusOr<ExitCode> RunCreate(Call& call) {
  const auto folder = Folder();
  if (!folder.ok()) return folder.status();
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  policy::CredentialEntry entry;
  for (const std::string& name : absl::GetFlag(FLAGS_policy).values) {
    if ((*registry)->FindPolicy(name) == nullptr) {
      return absl::NotFoundError(absl::StrCat("no policy \"", name, "\" is registered"));
    }
    Attach(entry.policies, name);
  }
  if (entry.policies.empty()) {
    return absl::InvalidArgumentError("what may it do? Give --policy P, of the registry");
  }
  entry.active = true;
  entry.description = absl::GetFlag(FLAGS_description);
  entry.secret = policy::NewSecretAccessKey();
  const std::string id = policy::NewAccessKeyId();
  if (auto s = Put(*folder, id, entry); !s.ok()) return s;
  if (call.json) {
    call.out << JsonText::Object({{"accessKeyId", JsonText::String(id)},
                                  {"secretAccessKey", JsonText::String(entry.secret)}})
                    .text()
             << "\n";
  } else {
    call.out << "AWS_ACCESS_KEY_ID=" << id << "\nAWS_SECRET_ACCESS_KEY=" << entry.secret << "\n";
  }
  return Tell(call);
}

absl::StatusOr<ExitCode> RunList(Call& call) {
  const auto folder = Folder();
  if (!folder.ok()) return folder.status();
  const auto ids = policy::ListCredentials(*folder);
  if (!ids.ok()) return ids.status();
  std::vector<JsonText> rows;
  for (const std::string& id : *ids) {
    const auto entry = policy::ReadCredential(*folder, id);
    if (!entry.ok()) return entry.status();
    std::vector<std::string> policies;
    for (const auto& reference : entry->policies) policies.push_back(reference.name);
    const char* const status = entry->active ? "ACTIVE" : "INACTIVE";
    if (!call.json) {
      call.out << id << "  " << status << "  policies: " << absl::StrJoin(policies, ", ")
               << (entry->description.empty() ? "" : "  ") << entry->description << "\n";
    }
    rows.push_back(JsonText::Object({{"accessKeyId", JsonText::String(id)},
                                     {"status", JsonText::String(status)},
                                     {"policies", JsonText::Strings(policies)},
                                     {"description", JsonText::String(entry->description)}}));
  }
  if (call.json) {
    call.out << JsonText::Object({{"credentials", JsonText::Array(rows)}}).text() << "\n";
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> SetCredentialActive(Call& call, bool active) {
  const auto folder = Folder();
  if (!folder.ok()) return folder.status();
  const std::string& id = call.arguments[0];
  if (auto s = CheckId(id); !s.ok()) return s;
  auto entry = policy::ReadCredential(*folder, id);
  if (!entry.ok()) return entry.status();
  entry->active = active;
  if (auto s = Put(*folder, id, *entry); !s.ok()) return s;
  return Tell(call);
}

absl::StatusOr<ExitCode> RunCredentialsActivate(Call& call) {
  return SetCredentialActive(call, true);
}
absl::StatusOr<ExitCode> RunCredentialsDeactivate(Call& call) {
  return SetCredentialActive(call, false);
}

absl::StatusOr<ExitCode> RunCredentialsDelete(Call& call) {
  const auto folder = Folder();
  if (!folder.ok()) return folder.status();
  if (auto s = CheckId(call.arguments[0]); !s.ok()) return s;
  const auto removed = policy::RemoveCredential(*folder, call.arguments[0]);
  if (!removed.ok()) return removed.status();
  return Tell(call);
}

constexpr absl::string_view kChangeDetails =
    "shadowd takes it up at once with --admin-socket, else when it gets SIGHUP.";

}  // namespace

extern const Command kCredentialsCreate;
constexpr Command kCredentialsCreate{
    .path = "credentials create",
    .arguments = "",
    .summary = "make an access key that is held to policies, and print it; once",
    .details = "For clients of the HTTPS data plane that sign, as the AWS CLI does.",
    .flags = kCreateFlags,
    .run = RunCreate,
};

extern const Command kCredentialsList;
constexpr Command kCredentialsList{
    .path = "credentials list",
    .arguments = "",
    .summary = "list the access keys, without their secrets",
    .details = "",
    .flags = kListFlags,
    .run = RunList,
};

extern const Command kCredentialsActivate;
constexpr Command kCredentialsActivate{
    .path = "credentials activate",
    .arguments = "ID",
    .summary = "let an access key count",
    .details = kChangeDetails,
    .flags = kCredentialsFlags,
    .run = RunCredentialsActivate,
};

extern const Command kCredentialsDeactivate;
constexpr Command kCredentialsDeactivate{
    .path = "credentials deactivate",
    .arguments = "ID",
    .summary = "let it count no more",
    .details = kChangeDetails,
    .flags = kCredentialsFlags,
    .run = RunCredentialsDeactivate,
};

extern const Command kCredentialsDelete;
constexpr Command kCredentialsDelete{
    .path = "credentials delete",
    .arguments = "ID",
    .summary = "remove it",
    .details = kChangeDetails,
    .flags = kCredentialsFlags,
    .run = RunCredentialsDelete,
};

}  // namespace cli
