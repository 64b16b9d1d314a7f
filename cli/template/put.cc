#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/json_text.h"
#include "cli/registry/edit.h"
#include "cli/registry/entry_flags.h"
#include "cli/template/flags.h"
#include "cli/text_file.h"

ABSL_FLAG(bool, disabled, false, "devices are not provisioned with it");

namespace cli {
namespace {

constexpr absl::string_view kTemplatePutFlags[] = {"description", "just_in_time", "disabled",
                                                   "registry",    "reload",       "admin_socket"};
constexpr absl::string_view kNobodysRole = "arn:aws:iam::000000000000:role/provisioning";
constexpr size_t kVersionsMax = 5;

absl::Status Create(RegistryEdit& edit, const std::string& name, const std::string& text) {
  std::vector<JsonText::Member> members = {
      {"templateName", JsonText::String(name)},
      {"templateBody", JsonText::String(text)},
      {"provisioningRoleArn", JsonText::String(kNobodysRole)},
      {"type", JsonText::String(absl::GetFlag(FLAGS_just_in_time) ? "JITP" : "FLEET_PROVISIONING")},
      {"enabled", JsonText::Bool(!absl::GetFlag(FLAGS_disabled))}};
  const std::string description = absl::GetFlag(FLAGS_description);
  if (!description.empty()) members.emplace_back("description", JsonText::String(description));
  return edit
      .Perform(
          {.operation = "CreateProvisioningTemplate", .body = JsonText::Object(members).text()})
      .status();
}

// Another version that is in force, in the place of the oldest one if there are as many as can be.
absl::Status Replace(RegistryEdit& edit, const policy::ProvisioningTemplate& there,
                     const std::string& text) {
  if (there.just_in_time != absl::GetFlag(FLAGS_just_in_time)) {
    return absl::FailedPreconditionError(absl::StrCat(
        "template \"", there.name, "\" is ", there.just_in_time ? "" : "not ", "for just in time"));
  }
  const std::vector<std::pair<absl::string_view, std::string>> labels = {
      {"templateName", there.name}};
  const std::string description = absl::GetFlag(FLAGS_description);
  std::vector<JsonText::Member> members = {
      {"enabled", JsonText::Bool(!absl::GetFlag(FLAGS_disabled))}};
  if (!description.empty()) members.emplace_back("description", JsonText::String(description));
  const policy::ProvisioningTemplate before = there;
  if (before.versions.size() >= kVersionsMax) {
    auto oldest = before.versions.begin();
    if (oldest->first == before.default_id) ++oldest;
    auto named = labels;
    named.emplace_back("versionId", absl::StrCat(oldest->first));
    const auto deleted =
        edit.Perform({.operation = "DeleteProvisioningTemplateVersion", .labels = named});
    if (!deleted.ok()) return deleted.status();
  }
  const auto made =
      edit.Perform({.operation = "CreateProvisioningTemplateVersion",
                    .labels = labels,
                    .parameters = {{"setAsDefault", "true"}},
                    .body = JsonText::Object({{"templateBody", JsonText::String(text)}}).text()});
  if (!made.ok()) return made.status();
  return edit
      .Perform({.operation = "UpdateProvisioningTemplate",
                .labels = labels,
                .body = JsonText::Object(members).text()})
      .status();
}

absl::StatusOr<ExitCode> RunTemplatePut(Call& call) {
  const std::string& name = call.arguments[0];
  const auto text = ReadTextFile(call.arguments[1]);
  if (!text.ok()) return text.status();
  if (auto s = CheckTemplate(call.arguments[1], *text); !s.ok()) return s;
  auto edit = RegistryEdit::Begin();
  if (!edit.ok()) return edit.status();
  const auto* const there = edit->registry().FindTemplate(name);
  const absl::Status status =
      there == nullptr ? Create(*edit, name, *text) : Replace(*edit, *there, *text);
  if (!status.ok()) return status;
  return DoneIf(edit->Finish(call));
}

}  // namespace

extern const Command kTemplatePut;
constexpr Command kTemplatePut{
    .path = "template put",
    .arguments = "NAME FILE",
    .summary = "keep a provisioning template, or another version of it that is in force",
    .details =
        "FILE is a template as AWS takes it, - for standard input; docs/provisioning.md has one.\n"
        "A template has five versions at most: the oldest one makes room.",
    .flags = kTemplatePutFlags,
    .run = RunTemplatePut,
};

}  // namespace cli
