// thing-group attach and thing-group detach: the policies of a group.
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

Asked OfGroup(const Call& call, absl::string_view operation) {
  const std::string arn = ArnOf("thinggroup", call.arguments[0]);
  return {.operation = operation,
          .labels = {{"policyName", call.arguments[1]}},
          .body = JsonText::Object({{"target", JsonText::String(arn)}}).text()};
}

absl::StatusOr<ExitCode> AttachToGroup(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  if (auto s = CheckPolicyThere(edit->registry(), call.arguments[1]); !s.ok()) return s;
  if (auto s = edit->Perform(OfGroup(call, "AttachPolicy")).status(); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kThingGroupAttach;
constexpr Command kThingGroupAttach{
    .path = "thing-group attach",
    .arguments = "GROUP POLICY",
    .summary = "let a policy hold for the connections of the group's things",
    .details = "Also for those of the groups below it. A group has two policies at most.",
    .flags = kEditFlags,
    .run = AttachToGroup,
};

extern const Command kThingGroupDetach;
constexpr Command kThingGroupDetach{
    .path = "thing-group detach",
    .arguments = "GROUP POLICY",
    .summary = "let it hold for them no more",
    .details = "",
    .flags = kEditFlags,
    .run = [](Call& call) { return PerformOnRegistry(call, {OfGroup(call, "DetachPolicy")}); },
};

}  // namespace cli
