#include "control/provisioning/effects.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/attributes.h"
#include "control/fleet/entries.h"
#include "control/members.h"
#include "control/policy_texts.h"
#include "policy/entry_change.h"
#include "policy/reference.h"
#include "policy/registry_entry.h"
#include "rest/digest.h"
#include "shadow/legible.h"

namespace control {
namespace {

using policy::RegistryPart;
using policy::Thing;
using provisioning::Override;
using provisioning::Plan;
using Refused = std::optional<Refusal>;

constexpr size_t kShownMax = 200;  // bytes of a text that is told back

Refused ShapeRefusal(absl::string_view what, absl::string_view text, const Shape& shape) {
  const bool fits = text.size() >= shape.least && (shape.most == 0 || text.size() <= shape.most) &&
                    (shape.fits == nullptr || shape.fits(text));
  if (fits) return std::nullopt;
  std::string shown;
  shadow::AppendLegible(text.substr(0, kShownMax), shown);
  return InvalidRequest(absl::StrCat(what, " cannot be \"", shown, "\": ", shape.least, " to ",
                                     shape.most, " characters of ", shape.pattern));
}

class Provisioner {
 public:
  Provisioner(const Plan& plan, const Account& account, const Surroundings& here)
      : plan_(plan), account_(account), here_(here) {}

  std::variant<Provisioned, Refusal> Run(std::optional<policy::Certificate> certificate) {
    if (plan_.thing) {
      if (auto refusal = SeeToThing(*plan_.thing)) return *std::move(refusal);
    }
    if (!certificate && !plan_.policies.empty()) {
      return InvalidRequest("The template has a policy, and no certificate to attach it to");
    }
    for (const provisioning::PolicyPlan& policy : plan_.policies) {
      if (auto refusal = SeeToPolicy(policy, *certificate)) return *std::move(refusal);
    }
    if (certificate) {
      if (auto refusal = SeeToCertificate(*certificate)) return *std::move(refusal);
    }
    return std::move(result_);
  }

 private:
  Refused CheckThing(const provisioning::ThingPlan& wanted) const {
    if (auto refusal = ShapeRefusal("A thing's name", wanted.name, kThingName)) return refusal;
    if (wanted.type) {
      if (auto refusal = ShapeRefusal("A thing type", *wanted.type, kThingName)) return refusal;
    }
    if (wanted.billing_group) {
      if (auto refusal = ShapeRefusal("A billing group", *wanted.billing_group, kThingName)) {
        return refusal;
      }
    }
    for (const auto& [name, value] : wanted.attributes.value_or(provisioning::Texts())) {
      if (auto refusal = ShapeRefusal("An attribute's name", name, kAttributeName)) return refusal;
      if (auto refusal = ShapeRefusal("An attribute's value", value, kAttributeValue)) {
        return refusal;
      }
    }
    for (const std::string& group : wanted.groups.value_or(std::vector<std::string>())) {
      if (auto refusal = ShapeRefusal("A thing group", group, kThingName)) return refusal;
      if (account_.registry().FindThingGroup(group) == nullptr) return ThingGroupNotFound(group);
    }
    return std::nullopt;
  }

  Refused SeeToThing(const provisioning::ThingPlan& wanted) {
    if (auto refusal = CheckThing(wanted)) return refusal;
    result_.arns[wanted.logical_name] = Arn(here_, "thing", wanted.name);
    if (const Thing* const there = account_.registry().FindThing(wanted.name)) {
      return SeeToExisting(wanted, *there);
    }
    Thing thing{.name = wanted.name, .type_name = wanted.type.value_or("")};
    thing.attributes = AttributesAfter({.attributes = wanted.attributes, .merge = false}, {});
    thing.billing_group = wanted.billing_group.value_or("");
    thing.id = here_.new_uuid();
    thing.created = here_.now_ms;
    if (auto refusal = TypeRefusal(account_, thing.type_name)) return refusal;
    if (auto refusal = AttributesRefusalOf(thing)) return refusal;
    if (auto refusal = Join(wanted, thing)) return refusal;
    result_.changes.push_back(Put(thing));
    return std::nullopt;
  }

  Refused Join(const provisioning::ThingPlan& wanted, Thing& thing) const {
    for (const std::string& group : wanted.groups.value_or(std::vector<std::string>())) {
      if (auto refusal = JoinGroup(account_, group, thing)) return refusal;
    }
    return std::nullopt;
  }

  Refusal Conflict(const Thing& thing, absl::string_view what) const {
    return ConflictingResourceUpdate(absl::StrCat("Thing ", thing.name,
                                                  " is there already with other ", what,
                                                  ", and the template says FAIL"));
  }

  // The thing is there already.
  Refused SeeToExisting(const provisioning::ThingPlan& wanted, const Thing& there) {
    Thing thing = there;
    if (auto refusal = OverrideAttributes(wanted, thing)) return refusal;
    if (auto refusal = OverrideType(wanted, thing)) return refusal;
    if (auto refusal = OverrideGroups(wanted, thing)) return refusal;
    const bool updated = thing.attributes != there.attributes || thing.type_name != there.type_name;
    if (updated) {
      if (auto refusal = AttributesRefusalOf(thing)) return refusal;
      ++thing.version;
    }
    if (!updated && policy::NamesOf(thing.groups) == policy::NamesOf(there.groups)) {
      return std::nullopt;
    }
    result_.changes.push_back(Put(thing));
    return std::nullopt;
  }

  Refused OverrideAttributes(const provisioning::ThingPlan& wanted, Thing& thing) const {
    if (!wanted.attributes || wanted.attributes_override == Override::kDoNothing) {
      return std::nullopt;
    }
    const bool merge = wanted.attributes_override == Override::kMerge;
    auto after =
        AttributesAfter({.attributes = wanted.attributes, .merge = merge}, thing.attributes);
    if (wanted.attributes_override == Override::kFail && after != thing.attributes) {
      return Conflict(thing, "attributes");
    }
    thing.attributes = std::move(after);
    return std::nullopt;
  }

  Refused OverrideType(const provisioning::ThingPlan& wanted, Thing& thing) const {
    if (!wanted.type || wanted.type_override == Override::kDoNothing ||
        *wanted.type == thing.type_name) {
      return std::nullopt;
    }
    if (wanted.type_override == Override::kFail) return Conflict(thing, "type");
    if (auto refusal = TypeRefusal(account_, *wanted.type)) return refusal;
    thing.type_name = *wanted.type;
    return std::nullopt;
  }

  Refused OverrideGroups(const provisioning::ThingPlan& wanted, Thing& thing) const {
    if (!wanted.groups || wanted.groups_override == Override::kDoNothing) return std::nullopt;
    const Account::Names before = NamesIn(thing);
    const Account::Names asked(wanted.groups->begin(), wanted.groups->end());
    if (wanted.groups_override == Override::kFail) {
      return before == asked ? std::nullopt : Refused(Conflict(thing, "groups"));
    }
    if (wanted.groups_override == Override::kReplace) {
      std::erase_if(thing.groups,
                    [&](const policy::Reference& one) { return !asked.contains(one.name); });
    }
    return Join(wanted, thing);
  }

  static Account::Names NamesIn(const Thing& thing) {
    Account::Names names;
    for (const policy::Reference& group : thing.groups) names.insert(group.name);
    return names;
  }

  // A document's policy is called by its hash, so that it is made once.
  Refused SeeToPolicy(const provisioning::PolicyPlan& wanted, policy::Certificate& certificate) {
    const std::string name =
        wanted.document ? rest::Sha256Hex(*wanted.document) : wanted.name.value_or("");
    if (auto refusal = ShapeRefusal("A policy's name", name, kPolicyName)) return refusal;
    result_.arns[wanted.logical_name] = Arn(here_, "policy", name);
    if (account_.registry().FindPolicy(name) == nullptr && !made_.contains(name)) {
      if (!wanted.document) return PolicyNotFound();
      if (auto refusal = DocumentRefusal(name, *wanted.document)) return refusal;
      MakePolicy(name, *wanted.document);
    }
    policy::Attach(certificate.policies, name);
    if (certificate.policies.size() <= policy::kPoliciesPerPrincipalMax) return std::nullopt;
    return InvalidRequest(absl::StrCat("At most ", policy::kPoliciesPerPrincipalMax,
                                       " policies can be attached to a certificate"));
  }

  void MakePolicy(const std::string& name, const std::string& document) {
    made_.insert(name);
    const policy::PolicyVersions versions{.name = name,
                                          .versions = {{1, {.created = here_.now_ms}}},
                                          .created = here_.now_ms,
                                          .modified = here_.now_ms,
                                          .generation_id = here_.new_uuid()};
    result_.changes.push_back({RegistryPart::kPolicies, name, document});
    result_.changes.push_back(Put(versions));
  }

  Refused SeeToCertificate(policy::Certificate& certificate) {
    const provisioning::CertificatePlan& wanted = *plan_.certificate;
    result_.arns[wanted.logical_name] = Arn(here_, "cert", certificate.id);
    const bool is_there = account_.registry().FindCertificate(certificate.id) != nullptr;
    const auto status =
        wanted.active ? policy::CertificateStatus::kActive : policy::CertificateStatus::kInactive;
    const bool is_decided =
        is_there && certificate.status != policy::CertificateStatus::kPendingActivation;
    if (!is_decided || wanted.status_override == Override::kReplace) {
      certificate.status = status;
    } else if (wanted.status_override == Override::kFail && certificate.status != status) {
      return ConflictingResourceUpdate(
          absl::StrCat("Certificate ", certificate.id,
                       " is there already with another status, and the template says FAIL"));
    }
    if (plan_.thing) {
      if (certificate.exclusive && !policy::IsAmong(certificate.things, plan_.thing->name)) {
        return InvalidRequest(absl::StrCat("Certificate ", certificate.id,
                                           " is attached to its thing as EXCLUSIVE_THING: it can ",
                                           "be attached to no other"));
      }
      policy::Attach(certificate.things, plan_.thing->name);
    }
    if (is_there) {
      certificate.modified = here_.now_ms;
      ++certificate.customer_version;
    }
    certificate.token_sha256.clear();
    certificate.token_owner.clear();
    if (!certificate.is_claim()) certificate.expires = 0;
    result_.changes.push_back(Put(certificate));
    return std::nullopt;
  }

  const Plan& plan_;
  const Account& account_;
  const Surroundings& here_;
  Account::Names made_;  // policies
  Provisioned result_;
};

}  // namespace

std::variant<Provisioned, Refusal> Provision(const Plan& plan,
                                             const std::optional<policy::Certificate>& certificate,
                                             const Account& account, const Surroundings& here) {
  return Provisioner(plan, account, here).Run(certificate);
}

}  // namespace control
