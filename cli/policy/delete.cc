#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunPolicyDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& name = call.arguments[0];
  for (const auto& [id, certificate] : edit->before().certificates()) {
    if (!IsAmong(certificate->policies, name)) continue;
    return absl::FailedPreconditionError(
        absl::StrCat("policy \"", name, "\" is attached to certificate ", id,
                     ": shadowctl policy detach ", name, " ", id, " first"));
  }
  if (auto s = edit->Remove(policy::RegistryPart::kPolicies, name); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kPolicyDelete;
constexpr Command kPolicyDelete{
    .path = "policy delete",
    .arguments = "POLICY",
    .summary = "remove a policy that is attached to nothing",
    .details = "",
    .flags = kEditFlags,
    .run = RunPolicyDelete,
};

}  // namespace cli
