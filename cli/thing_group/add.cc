// thing-group add and thing-group remove: which things are in a group.
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> Regroup(Call& call, absl::string_view operation) {
  const JsonText body = JsonText::Object({{"thingGroupName", JsonText::String(call.arguments[0])},
                                          {"thingName", JsonText::String(call.arguments[1])}});
  return PerformOnRegistry(call, {{.operation = operation, .body = body.text()}});
}

}  // namespace

extern const Command kThingGroupAdd;
constexpr Command kThingGroupAdd{
    .path = "thing-group add",
    .arguments = "GROUP THING",
    .summary = "put a thing into a group, whose policies then hold for its connections",
    .details = "A thing is in one group of a hierarchy, and in ten at most.",
    .flags = kEditFlags,
    .run = [](Call& call) { return Regroup(call, "AddThingToThingGroup"); },
};

extern const Command kThingGroupRemove;
constexpr Command kThingGroupRemove{
    .path = "thing-group remove",
    .arguments = "GROUP THING",
    .summary = "take it out of the group",
    .details = "",
    .flags = kEditFlags,
    .run = [](Call& call) { return Regroup(call, "RemoveThingFromThingGroup"); },
};

}  // namespace cli
