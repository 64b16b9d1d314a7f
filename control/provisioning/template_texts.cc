#include "control/provisioning/template_texts.h"

#include "absl/strings/str_cat.h"

namespace control {

Refusal TemplateNotFound(absl::string_view name) {
  return NotFound(absl::StrCat("Provisioning template ", name, " does not exist in your account"));
}

provisioning::Purpose PurposeOf(const policy::ProvisioningTemplate& one) {
  return one.just_in_time ? provisioning::Purpose::kJustInTime : provisioning::Purpose::kFleet;
}

std::optional<Refusal> BodyRefusal(absl::string_view body, provisioning::Purpose purpose) {
  const auto parsed = provisioning::ParseTemplate(body, purpose);
  if (parsed.ok()) return std::nullopt;
  return InvalidRequest(
      absl::StrCat("The provisioning template is not right: ", parsed.status().message()));
}

std::variant<policy::ProvisioningTemplate, Refusal> FindTemplate(Members& in,
                                                                 const Account& account) {
  const std::string name = in.Label("templateName", kTemplateName);
  if (auto refusal = in.Refused()) return *std::move(refusal);
  const policy::ProvisioningTemplate* const found = account.registry().FindTemplate(name);
  if (found == nullptr) return TemplateNotFound(name);
  return *found;
}

std::string TemplateResource(const Call& call) {
  return absl::StrCat("provisioningtemplate/", call.Label("templateName"));
}

}  // namespace control
