#include "cli/command.h"
#include "cli/registry/edit.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunTemplateDelete(Call& call) {
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const std::string& name = call.arguments[0];
  // What is asked for holds already.
  if (edit->registry().FindTemplate(name) == nullptr) return ExitCode::kDone;
  if (auto s = edit->Remove(policy::RegistryPart::kProvisioningTemplates, name); !s.ok()) return s;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kTemplateDelete;
constexpr Command kTemplateDelete{
    .path = "template delete",
    .arguments = "NAME",
    .summary = "remove a provisioning template with all its versions",
    .details = "",
    .flags = kEditFlags,
    .run = RunTemplateDelete,
};

}  // namespace cli
