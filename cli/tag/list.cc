#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "cli/tag/resource.h"
#include "policy/json_tree.h"

namespace cli {
namespace {

// All of a resource: it has as many at most.
constexpr absl::string_view kAllTags = "250";

absl::StatusOr<ExitCode> RunTagList(Call& call) {
  const auto arn = ResourceArn(call.arguments[0]);
  if (!arn.ok()) return arn.status();
  const auto account = ReadAccount();
  if (!account.ok()) return account.status();
  const auto done =
      Perform({.operation = "ListTagsForResource",
               .parameters = {{"resourceArn", *arn}, {"maxResults", std::string(kAllTags)}}},
              **account, SurroundingsNow());
  if (!done.ok()) return done.status();
  const auto answer = policy::ParseJsonTree(done->body, done->body.size());
  if (!answer.ok()) return answer.status();
  Listing tags(call, "tags");
  for (const policy::Node& tag : answer->Find("tags")->elements) {
    const std::string& key = tag.Find("Key")->text;
    const std::string& value = tag.Find("Value")->text;
    tags.Add(absl::StrCat(key, "=", value), JsonText::Object({{"key", JsonText::String(key)},
                                                              {"value", JsonText::String(value)}}));
  }
  return tags.Finish();
}

}  // namespace

extern const Command kTagList;
constexpr Command kTagList{
    .path = "tag list",
    .arguments = "RESOURCE",
    .summary = "list the tags on something",
    .details = kResourceDetails,
    .flags = kLookFlags,
    .run = RunTagList,
};

}  // namespace cli
