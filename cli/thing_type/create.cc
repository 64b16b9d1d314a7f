#include "absl/flags/flag.h"
#include "cli/command.h"
#include "cli/registry/edit.h"
#include "cli/registry/entry_flags.h"
#include "cli/registry/pairs.h"

ABSL_FLAG(cli::Repeated, searchable, {},
          "ATTRIBUTE: one that things of the type are searched by; up to 3, may be repeated");

namespace cli {
namespace {

constexpr absl::string_view kTypeCreateFlags[] = {"description", "searchable", "tag",
                                                  "registry",    "reload",     "admin_socket"};

absl::StatusOr<ExitCode> RunTypeCreate(Call& call) {
  const auto tags = ReadPairs("--tag", absl::GetFlag(FLAGS_tag).values);
  if (!tags.ok()) return tags.status();
  std::vector<JsonText::Member> properties;
  const std::string description = absl::GetFlag(FLAGS_description);
  if (!description.empty()) {
    properties.emplace_back("thingTypeDescription", JsonText::String(description));
  }
  const auto searchable = absl::GetFlag(FLAGS_searchable).values;
  properties.emplace_back("searchableAttributes", JsonText::Strings(searchable));
  const JsonText body = JsonText::Object(
      {{"thingTypeProperties", JsonText::Object(properties)}, {"tags", TagList(*tags)}});
  return PerformOnRegistry(call, {{.operation = "CreateThingType",
                                   .labels = {{"thingTypeName", call.arguments[0]}},
                                   .body = body.text()}});
}

}  // namespace

extern const Command kThingTypeCreate;
constexpr Command kThingTypeCreate{
    .path = "thing-type create",
    .arguments = "NAME",
    .summary = "register a thing type",
    .details = "May be repeated; one of that name that is otherwise is left as it is, and told.",
    .flags = kTypeCreateFlags,
    .run = RunTypeCreate,
};

}  // namespace cli
