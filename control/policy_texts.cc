#include "control/policy_texts.h"

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "policy/document.h"
#include "policy/entry_change.h"

namespace control {

std::optional<Refusal> DocumentRefusal(absl::string_view name, absl::string_view document) {
  const auto parsed = policy::ParseDocument(name, document);
  if (parsed.ok()) return std::nullopt;
  return MalformedPolicy(absl::StrCat("Policy document is Malformed: ", parsed.status().message()));
}

Refusal PolicyNotFound() { return NotFound("Policy not found"); }

std::string DocumentInForce(const Surroundings& here, absl::string_view name) {
  return here.read_entry(policy::RegistryPart::kPolicies, name).value_or("");
}

policy::PolicyVersions VersionsOf(const Account& account, const Surroundings& here,
                                  absl::string_view name,
                                  std::vector<policy::EntryChange>& changes) {
  policy::PolicyVersions versions;
  const policy::PolicyVersions* const known = account.registry().FindVersions(name);
  if (known != nullptr) versions = *known;
  if (!versions.generation_id.empty()) return versions;
  versions.name = std::string(name);
  versions.created = here.now_ms;
  versions.modified = here.now_ms;
  versions.generation_id = here.new_uuid();
  auto& of_default = versions.versions[versions.default_id];
  if (of_default.created == 0) of_default.created = here.now_ms;
  changes.push_back(Put(versions));
  return versions;
}

std::string TellPolicy(const Surroundings& here, absl::string_view name) {
  return Json().Text("policyName", name).Text("policyArn", Arn(here, "policy", name)).Finish();
}

std::string PolicyResource(const Call& call) {
  return absl::StrCat("policy/", call.Label("policyName"));
}

}  // namespace control
