#include "absl/flags/flag.h"
#include "cli/command.h"
#include "cli/registry/edit.h"
#include "cli/registry/entry_flags.h"
#include "cli/registry/pairs.h"

ABSL_FLAG(std::string, parent, "", "GROUP: the group that it stands below; else it is a root");
ABSL_FLAG(cli::Repeated, attribute, {}, "NAME=VALUE: an attribute; may be repeated");

namespace cli {
namespace {

constexpr absl::string_view kGroupCreateFlags[] = {"parent",   "description", "attribute",   "tag",
                                                   "registry", "reload",      "admin_socket"};

absl::StatusOr<ExitCode> RunGroupCreate(Call& call) {
  const auto tags = ReadPairs("--tag", absl::GetFlag(FLAGS_tag).values);
  if (!tags.ok()) return tags.status();
  const auto attributes = ReadPairs("--attribute", absl::GetFlag(FLAGS_attribute).values);
  if (!attributes.ok()) return attributes.status();
  std::vector<JsonText::Member> properties = {
      {"attributePayload", JsonText::Object({{"attributes", PairsObject(*attributes)}})}};
  const std::string description = absl::GetFlag(FLAGS_description);
  if (!description.empty()) {
    properties.emplace_back("thingGroupDescription", JsonText::String(description));
  }
  std::vector<JsonText::Member> members = {{"thingGroupProperties", JsonText::Object(properties)},
                                           {"tags", TagList(*tags)}};
  const std::string parent = absl::GetFlag(FLAGS_parent);
  if (!parent.empty()) members.emplace_back("parentGroupName", JsonText::String(parent));
  return PerformOnRegistry(call, {{.operation = "CreateThingGroup",
                                   .labels = {{"thingGroupName", call.arguments[0]}},
                                   .body = JsonText::Object(members).text()}});
}

}  // namespace

extern const Command kThingGroupCreate;
constexpr Command kThingGroupCreate{
    .path = "thing-group create",
    .arguments = "NAME",
    .summary = "register a thing group, below another or as a root",
    .details = "May be repeated; one of that name that is otherwise is left as it is, and told.",
    .flags = kGroupCreateFlags,
    .run = RunGroupCreate,
};

}  // namespace cli
