#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/listing.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTemplateList(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  Listing templates(call, "templates");
  for (const auto& [name, one] : (*registry)->templates()) {
    templates.Add(
        absl::StrCat(name, "  version ", one->default_id, one->just_in_time ? "  just in time" : "",
                     one->enabled ? "" : "  disabled"),
        JsonText::Object({{"template", JsonText::String(name)},
                          {"version", JsonText::Number(one->default_id)},
                          {"versions", JsonText::Number(one->versions.size())},
                          {"justInTime", JsonText::Bool(one->just_in_time)},
                          {"enabled", JsonText::Bool(one->enabled)},
                          {"description", JsonText::String(one->description)}}));
  }
  return templates.Finish();
}

}  // namespace

extern const Command kTemplateList;
constexpr Command kTemplateList{
    .path = "template list",
    .arguments = "",
    .summary = "list the provisioning templates",
    .details = "",
    .flags = kLookFlags,
    .run = RunTemplateList,
};

}  // namespace cli
