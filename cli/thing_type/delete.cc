#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {

extern const Command kThingTypeDelete;
constexpr Command kThingTypeDelete{
    .path = "thing-type delete",
    .arguments = "TYPE",
    .summary = "remove a thing type that is deprecated and that no thing is of",
    .details = "",
    .flags = kEditFlags,
    .run =
        [](Call& call) {
          return DeleteOnRegistry(call, {.operation = "DeleteThingType",
                                         .labels = {{"thingTypeName", call.arguments[0]}}});
        },
};

}  // namespace cli
