#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {

extern const Command kPolicyVersionDelete;
constexpr Command kPolicyVersionDelete{
    .path = "policy-version delete",
    .arguments = "POLICY VERSION",
    .summary = "remove a version of a policy that is not in force",
    .details = "",
    .flags = kEditFlags,
    .run =
        [](Call& call) {
          return DeleteOnRegistry(call, {.operation = "DeletePolicyVersion",
                                         .labels = {{"policyName", call.arguments[0]},
                                                    {"policyVersionId", call.arguments[1]}}});
        },
};

}  // namespace cli
