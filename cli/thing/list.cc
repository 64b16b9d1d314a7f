#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

std::vector<std::string> IdsOf(const policy::Registry& registry, absl::string_view thing) {
  std::vector<std::string> ids;
  for (const auto* const certificate : CertificatesOf(registry, thing)) {
    ids.push_back(certificate->id);
  }
  return ids;
}

JsonText Attributes(const policy::Thing& thing) {
  std::vector<JsonText::Member> members;
  for (const auto& [name, value] : thing.attributes) {
    members.emplace_back(name, JsonText::String(value));
  }
  return JsonText::Object(members);
}

absl::StatusOr<ExitCode> RunThingList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  Listing things(call, "things");
  for (const auto& [name, thing] : (*registry)->things()) {
    const auto ids = IdsOf(**registry, name);
    things.Add(absl::StrCat(name, ids.empty() ? "" : "  ", absl::StrJoin(ids, "  ")),
               JsonText::Object({{"thing", JsonText::String(name)},
                                 {"thingTypeName", JsonText::String(thing->type_name)},
                                 {"attributes", Attributes(*thing)},
                                 {"certificates", JsonText::Strings(ids)}}));
  }
  return things.Finish();
}

}  // namespace

extern const Command kThingList;
constexpr Command kThingList{
    .path = "thing list",
    .arguments = "",
    .summary = "list the things and the ids of their certificates",
    .details = "",
    .flags = kLookFlags,
    .run = RunThingList,
};

}  // namespace cli
