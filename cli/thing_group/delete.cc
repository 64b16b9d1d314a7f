#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {

extern const Command kThingGroupDelete;
constexpr Command kThingGroupDelete{
    .path = "thing-group delete",
    .arguments = "GROUP",
    .summary = "remove a thing group that no other stands below; its things are let go",
    .details = "",
    .flags = kEditFlags,
    .run =
        [](Call& call) {
          return DeleteOnRegistry(call, {.operation = "DeleteThingGroup",
                                         .labels = {{"thingGroupName", call.arguments[0]}}});
        },
};

}  // namespace cli
