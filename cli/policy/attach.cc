// policy attach, detach and delete: what certificates are held to.
#include <algorithm>

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

absl::StatusOr<ExitCode> RunPolicyDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& name = call.arguments[0];
  const auto* const policy = edit->before().FindPolicy(name);
  for (const auto& [id, certificate] : edit->before().certificates()) {
    const auto& attached = certificate.policies;
    if (std::find(attached.begin(), attached.end(), policy) == attached.end()) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("policy \"", name, "\" is attached to certificate ", id,
                     ": shadowctl policy detach ", name, " ", id, " first"));
  }
  if (auto s = edit->Remove(policy::RegistryPart::kPolicies, name); !s.ok()) return s;
  if (auto s = edit->Finish(call); !s.ok()) return s;
  return ExitCode::kDone;
}

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

extern const Command kPolicyDelete;
constexpr Command kPolicyDelete{
    .path = "policy delete",
    .arguments = "POLICY",
    .summary = "remove a policy that is attached to nothing",
    .details = "",
    .flags = kPolicyAttachFlags,
    .run = RunPolicyDelete,
};

}  // namespace cli
