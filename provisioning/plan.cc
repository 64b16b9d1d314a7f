#include "provisioning/plan.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace provisioning {
namespace {

using policy::Node;

class Planner {
 public:
  Planner(const Template& one, Texts parameters)
      : template_(one),
        mappings_(one.mappings ? &*one.mappings : nullptr),
        parameters_(std::move(parameters)) {}

  absl::StatusOr<Plan> Make() {
    Plan plan;
    if (template_.thing) plan.thing = Of(*template_.thing);
    if (template_.certificate) plan.certificate = Of(*template_.certificate);
    for (const PolicyResource& policy : template_.policies) {
      plan.policies.push_back({.logical_name = policy.logical_name,
                               .name = Of(policy.name),
                               .document = Of(policy.document)});
    }
    for (const auto& [name, value] : template_.device_configuration) {
      plan.device_configuration.emplace(name, Of(value));
    }
    if (!status_.ok()) return status_;
    return plan;
  }

 private:
  // Empty, and the status is kept, if it cannot be told.
  std::string Of(const Node& node) {
    auto text = Evaluate(node, parameters_, mappings_);
    status_.Update(text.status());
    return text.ok() ? *std::move(text) : "";
  }

  std::optional<std::string> Of(const Value& value) {
    return value ? std::optional(Of(*value)) : std::nullopt;
  }

  ThingPlan Of(const ThingResource& thing) {
    ThingPlan plan{.logical_name = thing.logical_name,
                   .name = Of(thing.name),
                   .type = Of(thing.type),
                   .billing_group = Of(thing.billing_group),
                   .attributes_override = thing.attributes_override,
                   .type_override = thing.type_override,
                   .groups_override = thing.groups_override};
    if (thing.attributes) {
      plan.attributes.emplace();
      for (const auto& [name, value] : *thing.attributes) {
        plan.attributes->emplace(name, Of(value));
      }
    }
    if (thing.groups) {
      plan.groups.emplace();
      for (const Node& group : *thing.groups) plan.groups->push_back(Of(group));
    }
    return plan;
  }

  CertificatePlan Of(const CertificateResource& certificate) {
    CertificatePlan plan{.logical_name = certificate.logical_name,
                         .id = Of(certificate.id),
                         .csr = Of(certificate.csr),
                         .pem = Of(certificate.pem),
                         .ca_pem = Of(certificate.ca_pem),
                         .status_override = certificate.status_override};
    // In any case of letters: AWS's own wizard writes "Active".
    const std::string status = Of(certificate.status).value_or("ACTIVE");
    plan.active = absl::EqualsIgnoreCase(status, "ACTIVE");
    if (!plan.active && !absl::EqualsIgnoreCase(status, "INACTIVE")) {
      status_.Update(absl::InvalidArgumentError(
          absl::StrCat("the status of a certificate is ACTIVE or INACTIVE, not ", status)));
    }
    return plan;
  }

  const Template& template_;
  const Node* const mappings_;
  const Texts parameters_;
  absl::Status status_;
};

}  // namespace

absl::StatusOr<Plan> MakePlan(const Template& one, const Texts& given, const Texts& own) {
  Texts parameters = given;
  for (const auto& [name, value] : own) parameters.insert_or_assign(name, value);
  for (const auto& [name, usual] : one.parameters) {
    if (parameters.contains(name)) continue;
    if (!usual) return absl::InvalidArgumentError(absl::StrCat("parameter ", name, " is missing"));
    parameters.emplace(name, *usual);
  }
  return Planner(one, std::move(parameters)).Make();
}

}  // namespace provisioning
