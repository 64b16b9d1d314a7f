#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunSetDefault(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto s = CheckPolicyThere(edit->registry(), call.arguments[0]); !s.ok()) return s;
  const Asked asked = {
      .operation = "SetDefaultPolicyVersion",
      .labels = {{"policyName", call.arguments[0]}, {"policyVersionId", call.arguments[1]}}};
  if (auto s = edit->Perform(asked).status(); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kPolicyVersionSetDefault;
constexpr Command kPolicyVersionSetDefault{
    .path = "policy-version set-default",
    .arguments = "POLICY VERSION",
    .summary = "let another version of a policy be in force",
    .details = "",
    .flags = kEditFlags,
    .run = RunSetDefault,
};

}  // namespace cli
