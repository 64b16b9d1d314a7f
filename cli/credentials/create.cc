#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/credentials/folder.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/registry/entry_flags.h"
#include "cli/registry/reload.h"
#include "policy/reference.h"

ABSL_FLAG(std::string, identity, "",
          "REGION:UUID: the identity of Amazon Cognito that the key stands for");
ABSL_FLAG(bool, unauthenticated, false, "the identity is that of a guest, who has not logged in");

namespace cli {
namespace {

constexpr absl::string_view kCreateFlags[] = {"policy",          "description",     "identity",
                                              "unauthenticated", "credentials_dir", "registry",
                                              "admin_socket"};

absl::StatusOr<policy::KeyIdentity> IdentityFromFlags() {
  policy::KeyIdentity identity{.id = absl::GetFlag(FLAGS_identity),
                               .authenticated = !absl::GetFlag(FLAGS_unauthenticated)};
  if (identity.id.empty() && !identity.authenticated) {
    return absl::InvalidArgumentError("--unauthenticated is of an identity: give --identity, too");
  }
  if (identity.id.empty() || policy::IsIdentityId(identity.id)) return identity;
  return absl::InvalidArgumentError(absl::StrCat("--identity: \"", identity.id,
                                                 "\" is no identity of Cognito, such as ",
                                                 "us-east-1:0a1b2c3d-1111-4222-8333-444455556666"));
}

absl::StatusOr<ExitCode> RunCreate(Call& call) {
  const auto folder = CredentialsFolder();
  if (!folder.ok()) return folder.status();
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  policy::CredentialEntry entry;
  for (const std::string& name : absl::GetFlag(FLAGS_policy).values) {
    if (auto s = CheckPolicyThere(**registry, name); !s.ok()) return s;
    policy::Attach(entry.policies, name);
  }
  if (entry.policies.empty()) {
    return absl::InvalidArgumentError("what may it do? Give --policy P, of the registry");
  }
  auto identity = IdentityFromFlags();
  if (!identity.ok()) return identity.status();
  entry.identity = *std::move(identity);
  entry.active = true;
  entry.description = absl::GetFlag(FLAGS_description);
  entry.secret = policy::NewSecretAccessKey();
  const std::string id = policy::NewAccessKeyId();
  if (auto s = PutAsOwner(*folder, id, entry); !s.ok()) return s;
  if (call.json) {
    call.out << JsonText::Object({{"accessKeyId", JsonText::String(id)},
                                  {"secretAccessKey", JsonText::String(entry.secret)}})
                    .text()
             << "\n";
  } else {
    call.out << "AWS_ACCESS_KEY_ID=" << id << "\nAWS_SECRET_ACCESS_KEY=" << entry.secret << "\n";
  }
  return DoneIf(HaveServiceReloaded(call));
}

}  // namespace

extern const Command kCredentialsCreate;
constexpr Command kCredentialsCreate{
    .path = "credentials create",
    .arguments = "",
    .summary = "make an access key that is held to policies, and print it; once",
    .details =
        "For clients of HTTPS and of MQTT over WebSocket that sign, as the AWS CLI does.\n"
        "With --identity as Cognito's keys: policies must be attached to the identity as well.",
    .flags = kCreateFlags,
    .run = RunCreate,
};

}  // namespace cli
