#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTemplateShow(Call& call) {
  const auto registry = ReadRegistry();
  if (!registry.ok()) return registry.status();
  const auto* const one = (*registry)->FindTemplate(call.arguments[0]);
  if (one == nullptr) {
    return absl::NotFoundError(
        absl::StrCat("no provisioning template \"", call.arguments[0], "\" is registered"));
  }
  const std::string& text = one->versions.at(one->default_id).body;
  call.out << text;
  if (text.back() != '\n') call.out << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kTemplateShow;
constexpr Command kTemplateShow{
    .path = "template show",
    .arguments = "NAME",
    .summary = "print the version of a provisioning template that is in force, as it is",
    .details = "",
    .flags = kLookFlags,
    .run = RunTemplateShow,
};

}  // namespace cli
