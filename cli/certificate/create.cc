#include <ctime>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/provision.h"

namespace cli {
namespace {

constexpr absl::string_view kCertificateCreateFlags[] = {"policy",   "registry", "ca",
                                                         "key_kind", "reload",   "admin_socket"};

absl::StatusOr<ExitCode> RunCertificateCreate(Call& call) {
  Provision wanted;
  wanted.policies = absl::GetFlag(FLAGS_policy).values;
  wanted.now = std::time(nullptr);
  const auto kind = KeyKindFromFlags();
  if (!kind.ok()) return kind.status();
  wanted.key_kind = *kind;
  const auto authority = AuthorityFromFlags();
  if (!authority.ok()) return authority.status();
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const KeyFolder folder(call.arguments[0]);
  const auto provided = Provide(*edit, *authority, folder, wanted);
  if (!provided.ok()) return provided.status();
  TellProvisioned(call, wanted, *provided, *authority, folder);
  if (auto status = edit->Finish(call); !status.ok()) return status;
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCertificateCreate;
constexpr Command kCertificateCreate{
    .path = "certificate create",
    .arguments = "DIR",
    .summary = "make a key and certificate of no thing, for an application, in a folder",
    .details = "What is there and good is kept, so the command may be repeated.",
    .flags = kCertificateCreateFlags,
    .run = RunCertificateCreate,
};

}  // namespace cli
