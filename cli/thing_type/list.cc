#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"
#include "cli/thing_type/entry.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTypeList(Call& call) {
  const auto account = ReadAccount();
  if (!account.ok()) return account.status();
  Listing types(call, "thingTypes");
  for (const auto& [name, type] : (*account)->registry().thing_types()) {
    const size_t things = (*account)->ThingsOfType(name).size();
    types.Add(absl::StrCat(name, "  ", things, things == 1 ? " thing" : " things",
                           type->deprecated == 0 ? "" : "  deprecated"),
              TypeObject(**account, *type));
  }
  return types.Finish();
}

}  // namespace

extern const Command kThingTypeList;
constexpr Command kThingTypeList{
    .path = "thing-type list",
    .arguments = "",
    .summary = "list the thing types and how many things are of each",
    .details = "",
    .flags = kLookFlags,
    .run = RunTypeList,
};

}  // namespace cli
