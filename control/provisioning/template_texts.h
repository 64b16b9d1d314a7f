// What the operations on provisioning templates have in common.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "control/members.h"
#include "control/operation.h"
#include "policy/entry.h"
#include "provisioning/template.h"

namespace control {

Refusal TemplateNotFound(absl::string_view name);

provisioning::Purpose PurposeOf(const policy::ProvisioningTemplate& one);

// Why a body is no template, with the place, or nothing.
std::optional<Refusal> BodyRefusal(absl::string_view body, provisioning::Purpose purpose);

// The entry of the path's {templateName}, or why there is none. `in` has nothing else to say.
std::variant<policy::ProvisioningTemplate, Refusal> FindTemplate(Members& in,
                                                                 const Account& account);

// "provisioningtemplate/NAME" of the path's {templateName}.
std::string TemplateResource(const Call& call);

}  // namespace control
