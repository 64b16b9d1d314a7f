// policy attach and policy detach: what certificates are held to.
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

constexpr absl::string_view kPolicyAttachFlags[] = {"registry", "reload", "admin_socket"};

absl::StatusOr<ExitCode> Change(Call& call, void (*change)(std::vector<policy::Reference>&,
                                                           absl::string_view)) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& policy = call.arguments[0];
  if (change == Attach && edit->before().FindPolicy(policy) == nullptr) {
    return absl::NotFoundError(absl::StrCat("no policy \"", policy, "\" is registered"));
  }
  return ChangeCertificate(*edit, call, call.arguments[1], [&](policy::CertificateEntry& entry) {
    change(entry.policies, policy);
  });
}

absl::StatusOr<ExitCode> RunPolicyAttach(Call& call) { return Change(call, Attach); }
absl::StatusOr<ExitCode> RunPolicyDetach(Call& call) { return Change(call, Detach); }

}  // namespace

extern const Command kPolicyAttach;
constexpr Command kPolicyAttach{
    .path = "policy attach",
    .arguments = "POLICY CERTIFICATE",
    .summary = "hold a certificate to a policy, besides those that it has",
    .details = "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER.",
    .flags = kPolicyAttachFlags,
    .run = RunPolicyAttach,
};

extern const Command kPolicyDetach;
constexpr Command kPolicyDetach{
    .path = "policy detach",
    .arguments = "POLICY CERTIFICATE",
    .summary = "hold it to the policy no more",
    .details = "CERTIFICATE is an id, the beginning of one, or a file in PEM or DER.",
    .flags = kPolicyAttachFlags,
    .run = RunPolicyDetach,
};

}  // namespace cli
