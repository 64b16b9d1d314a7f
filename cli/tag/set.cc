#include "cli/command.h"
#include "cli/registry/edit.h"
#include "cli/registry/pairs.h"
#include "cli/tag/resource.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTagSet(Call& call) {
  const auto arn = ResourceArn(call.arguments[0]);
  if (!arn.ok()) return arn.status();
  const auto tags = ReadPairs("TAG", absl::MakeSpan(call.arguments).subspan(1));
  if (!tags.ok()) return tags.status();
  const JsonText body =
      JsonText::Object({{"resourceArn", JsonText::String(*arn)}, {"tags", TagList(*tags)}});
  return PerformOnRegistry(call, {{.operation = "TagResource", .body = body.text()}});
}

}  // namespace

extern const Command kTagSet;
constexpr Command kTagSet{
    .path = "tag set",
    .arguments = "RESOURCE TAG...",
    .summary = "put tags on something, KEY=VALUE each, besides those that it has",
    .details = kResourceDetails,
    .flags = kEditFlags,
    .run = RunTagSet,
};

}  // namespace cli
