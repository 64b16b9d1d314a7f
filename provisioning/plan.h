// A template with a device's parameters put in: what is to be there afterwards, in plain texts.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "provisioning/template.h"

namespace provisioning {

struct ThingPlan {
  std::string logical_name;
  std::string name;
  std::optional<Texts> attributes{};
  std::optional<std::string> type{};
  std::optional<std::vector<std::string>> groups{};
  std::optional<std::string> billing_group{};
  Override attributes_override = Override::kDoNothing;
  Override type_override = Override::kDoNothing;
  Override groups_override = Override::kDoNothing;
};

// As CertificateResource.
struct CertificatePlan {
  std::string logical_name;
  std::optional<std::string> id{};
  std::optional<std::string> csr{};
  std::optional<std::string> pem{};
  std::optional<std::string> ca_pem{};
  bool active = true;
  Override status_override = Override::kDoNothing;
};

struct PolicyPlan {
  std::string logical_name;
  std::optional<std::string> name{};
  std::optional<std::string> document{};
};

struct Plan {
  std::optional<ThingPlan> thing;
  std::optional<CertificatePlan> certificate;
  std::vector<PolicyPlan> policies;
  Texts device_configuration;
};

// `given` by whoever asks, and may have more than the template wants (F7); `own` are the service's,
// and count before those. InvalidArgument: a parameter without a default is not there, a function
// finds nothing, a text is too long, or a status is neither ACTIVE nor INACTIVE.
absl::StatusOr<Plan> MakePlan(const Template& one, const Texts& given, const Texts& own);

}  // namespace provisioning
