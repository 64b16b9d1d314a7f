#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command.h"
#include "cli/json_text.h"
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
  std::vector<const policy::Thing*> things;
  for (const auto& [name, thing] : (*registry)->things()) things.push_back(&thing);
  std::sort(things.begin(), things.end(),
            [](const auto* a, const auto* b) { return a->name < b->name; });
  std::vector<JsonText> rows;
  for (const auto* const thing : things) {
    const auto ids = IdsOf(**registry, thing->name);
    if (!call.json) {
      call.out << thing->name << (ids.empty() ? "" : "  ") << absl::StrJoin(ids, "  ") << "\n";
      continue;
    }
    rows.push_back(JsonText::Object({{"thing", JsonText::String(thing->name)},
                                     {"thingTypeName", JsonText::String(thing->type_name)},
                                     {"attributes", Attributes(*thing)},
                                     {"certificates", JsonText::Strings(ids)}}));
  }
  if (call.json) {
    call.out << JsonText::Object({{"things", JsonText::Array(rows)}}).text() << "\n";
  }
  return ExitCode::kDone;
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
