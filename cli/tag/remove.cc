#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/tag/resource.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTagRemove(Call& call) {
  const auto arn = ResourceArn(call.arguments[0]);
  if (!arn.ok()) return arn.status();
  const JsonText body = JsonText::Object(
      {{"resourceArn", JsonText::String(*arn)},
       {"tagKeys", JsonText::Strings({call.arguments.begin() + 1, call.arguments.end()})}});
  return PerformOnRegistry(call, {{.operation = "UntagResource", .body = body.text()}});
}

}  // namespace

extern const Command kTagRemove;
constexpr Command kTagRemove{
    .path = "tag remove",
    .arguments = "RESOURCE KEY...",
    .summary = "take tags off it, by their keys",
    .details = kResourceDetails,
    .flags = kEditFlags,
    .run = RunTagRemove,
};

}  // namespace cli
