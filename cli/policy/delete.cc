#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"
#include "policy/reference.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunPolicyDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& name = call.arguments[0];
  // What is asked for holds already.
  if (edit->registry().FindPolicy(name) == nullptr) return ExitCode::kDone;
  for (const auto& [id, certificate] : edit->registry().certificates()) {
    if (!policy::IsAmong(certificate->policies, name)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("policy \"", name, "\" is attached to certificate ", id,
                     ": shadowctl policy detach ", name, " ", id, " first"));
  }
  for (const auto& [id, identity] : edit->registry().identities()) {
    if (!policy::IsAmong(identity->policies, name)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("policy \"", name, "\" is attached to the identity ", id,
                     ": aws iot detach-policy --policy-name ", name, " --target ", id, " first"));
  }
  const Asked asked = {.operation = "DeletePolicy", .labels = {{"policyName", name}}};
  if (auto s = edit->Perform(asked).status(); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kPolicyDelete;
constexpr Command kPolicyDelete{
    .path = "policy delete",
    .arguments = "POLICY",
    .summary = "remove a policy that is attached to nothing and has one version",
    .details = "",
    .flags = kEditFlags,
    .run = RunPolicyDelete,
};

}  // namespace cli
