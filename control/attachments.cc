// Policies attached to certificates, identities of Cognito and thing groups (AT1 to AT6), by
// today's calls and the ones before them.
#include <set>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/policy_texts.h"
#include "control/principal.h"
#include "policy/entry_change.h"
#include "policy/reference.h"
#include "policy/registry_entry.h"

namespace control {
namespace {

using policy::Reference;

// Header names of the older calls.
constexpr absl::string_view kPrincipalHeader = "x-amzn-iot-principal";
constexpr absl::string_view kPolicyHeader = "x-amzn-iot-policy";

// What a policy is attached to.
struct Target {
  Principal principal{};
  const policy::ThingGroup* group = nullptr;  // if it is no principal

  const std::vector<Reference>& policies() const {
    return group != nullptr ? group->policies : principal.policies();
  }
  size_t policies_max() const {
    return group != nullptr ? policy::kPoliciesPerGroupMax : policy::kPoliciesPerPrincipalMax;
  }
};

Refusal TargetNotFound(absl::string_view arn) {
  return NotFound(absl::StrCat("The target ", arn, " does not exist in your account"));
}

// `legacy`: groups are none of those that may be named (AT4).
std::variant<Target, Refusal> FindTarget(const Account& account, const Surroundings& here,
                                         absl::string_view arn, bool legacy) {
  if (const auto id = NameInArn(here, arn, "cert")) {
    const auto* const certificate = account.registry().FindCertificate(*id);
    if (certificate == nullptr) return TargetNotFound(arn);
    return Target{.principal = {.certificate = certificate}};
  }
  if (auto identity = FindIdentity(account, arn)) return Target{.principal = *std::move(identity)};
  if (legacy) return InvalidRequest("The given ARN does not represent a cert");
  if (const auto name = NameInArn(here, arn, "thinggroup")) {
    const auto* const group = account.registry().FindThingGroup(*name);
    if (group == nullptr) return TargetNotFound(arn);
    return Target{.group = group};
  }
  return InvalidRequest(absl::StrCat("The target ", arn,
                                     " is neither the ARN of a certificate or of a thing group of ",
                                     "this account nor an identity of Cognito"));
}

policy::EntryChange WithPolicies(const Target& target, std::vector<Reference> policies) {
  if (target.group == nullptr) return WithPolicies(target.principal, std::move(policies));
  policy::ThingGroup group = *target.group;
  group.policies = std::move(policies);
  return Put(group);
}

Outcome Attach(const Account& account, const Surroundings& here, const std::string& name,
               absl::string_view arn, bool legacy) {
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  const auto found = FindTarget(account, here, arn, legacy);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  const Target& target = std::get<Target>(found);
  if (policy::IsAmong(target.policies(), name)) return Done{};
  std::vector<Reference> policies = target.policies();
  if (policies.size() >= target.policies_max()) {
    return LimitExceeded(
        absl::StrCat("At most ", target.policies_max(), " policies can be attached to ", arn));
  }
  policy::Attach(policies, name);
  return Done{.changes = {WithPolicies(target, std::move(policies))}};
}

// AT2: what is not attached is detached.
Outcome Detach(const Account& account, const Surroundings& here, const std::string& name,
               absl::string_view arn, bool legacy) {
  const auto found = FindTarget(account, here, arn, legacy);
  if (const auto* refusal = std::get_if<Refusal>(&found)) {
    if (refusal->status == 404 && !legacy) return Done{};
    return *refusal;
  }
  const Target& target = std::get<Target>(found);
  if (!policy::IsAmong(target.policies(), name)) return Done{};
  std::vector<Reference> policies = target.policies();
  policy::Detach(policies, name);
  return Done{.changes = {WithPolicies(target, std::move(policies))}};
}

Outcome AttachPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string target = in.Need("target", kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  return Attach(account, here, name, target, false);
}

Outcome DetachPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string target = in.Need("target", kAnyText);
  if (auto refusal = in.Refused()) return *refusal;
  return Detach(account, here, name, target, false);
}

Outcome AttachPrincipalPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string principal = in.Header(kPrincipalHeader, "principal");
  if (auto refusal = in.Refused()) return *refusal;
  return Attach(account, here, name, principal, true);
}

Outcome DetachPrincipalPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string principal = in.Header(kPrincipalHeader, "principal");
  if (auto refusal = in.Refused()) return *refusal;
  return Detach(account, here, name, principal, true);
}

// Of the target itself, and of the groups above it, too.
std::set<std::string> PolicyNames(const Account& account, const Target& target, bool recursive) {
  std::set<std::string> names;
  const auto add = [&names](const std::vector<Reference>& policies) {
    for (const Reference& one : policies) names.insert(one.name);
  };
  add(target.policies());
  if (!recursive || target.group == nullptr) return names;
  for (const auto* const group : policy::GroupsUpFrom(account.registry(), target.group->name)) {
    add(group->policies);
  }
  return names;
}

Outcome TellPolicies(const Page& page, const std::set<std::string>& names,
                     const Surroundings& here) {
  Json answer;
  TellByName(
      page, names, "policies",
      [&](const std::string& name) { return std::optional(TellPolicy(here, name)); }, answer);
  return Done{.body = answer.Finish()};
}

Outcome ListAttachedPolicies(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Label("target", kAnyText);
  const bool recursive = in.QueryFlag("recursive");
  const Page page = ReadPage(in, kMarkerPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindTarget(account, here, arn, false);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  return TellPolicies(page, PolicyNames(account, std::get<Target>(found), recursive), here);
}

Outcome ListPrincipalPolicies(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string arn = in.Header(kPrincipalHeader, "principal");
  const bool ascending = in.QueryFlag("isAscendingOrder");
  const Page page = ReadPage(in, kMarkerPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto found = FindTarget(account, here, arn, true);
  if (const auto* refusal = std::get_if<Refusal>(&found)) return *refusal;
  Account::ByTime policies;
  for (const std::string& name : PolicyNames(account, std::get<Target>(found), false)) {
    const auto* const versions = account.registry().FindVersions(name);
    policies.emplace(versions == nullptr ? 0 : versions->created, name);
  }
  Json answer;
  TellByTime(
      page, policies, ascending, "policies",
      [&](const std::string& name) { return std::optional(TellPolicy(here, name)); }, answer);
  return Done{.body = answer.Finish()};
}

// What a policy is attached to, by ARN or as Cognito calls it.
std::set<std::string> TargetsOf(const Account& account, const Surroundings& here,
                                absl::string_view policy) {
  std::set<std::string> arns;
  for (const std::string& id : account.PrincipalsOfPolicy(policy)) {
    arns.insert(PrincipalText(here, id));
  }
  for (const std::string& name : account.GroupsOfPolicy(policy)) {
    arns.insert(Arn(here, "thinggroup", name));
  }
  return arns;
}

Outcome TellArns(const Page& page, const std::set<std::string>& arns, absl::string_view name) {
  Json answer;
  TellByName(
      page, arns, name, [](const std::string& arn) { return std::optional(JsonText(arn)); },
      answer);
  return Done{.body = answer.Finish()};
}

Outcome ListTargetsForPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const Page page = ReadPage(in, kMarkerPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  return TellArns(page, TargetsOf(account, here, name), "targets");
}

// AT3: a policy that is not there has no principals.
Outcome ListPolicyPrincipals(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Header(kPolicyHeader, "policyName", kPolicyName);
  const bool ascending = in.QueryFlag("isAscendingOrder");
  const Page page = ReadPage(in, kMarkerPages);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  Account::ByTime principals;
  for (const std::string& id : account.PrincipalsOfPolicy(name)) {
    const auto* const certificate = account.registry().FindCertificate(id);
    principals.emplace(certificate == nullptr ? 0 : certificate->created, id);
  }
  Json answer;
  TellByTime(
      page, principals, ascending, "principals",
      [&](const std::string& id) { return std::optional(JsonText(PrincipalText(here, id))); },
      answer);
  return Done{.body = answer.Finish()};
}

std::string TargetResource(const Call& call) { return ResourceInArn(call.BodyText("target")); }
std::string TargetLabelResource(const Call& call) { return ResourceInArn(call.Label("target")); }
std::string PrincipalResource(const Call& call) {
  return ResourceInArn(call.request.Find(kPrincipalHeader).value_or(""));
}
std::string PolicyHeaderResource(const Call& call) {
  return absl::StrCat("policy/", call.request.Find(kPolicyHeader).value_or(""));
}

constexpr absl::string_view kTargetPath = "/target-policies/{policyName}";
constexpr absl::string_view kPrincipalPath = "/principal-policies/{policyName}";

constexpr Operation kAttachmentOperations[] = {
    {"AttachPolicy", "PUT", kTargetPath, TargetResource, AttachPolicy},
    {"DetachPolicy", "POST", kTargetPath, TargetResource, DetachPolicy},
    {"ListAttachedPolicies", "POST", "/attached-policies/{target+}", TargetLabelResource,
     ListAttachedPolicies},
    {"ListTargetsForPolicy", "POST", "/policy-targets/{policyName}", PolicyResource,
     ListTargetsForPolicy},
    {"AttachPrincipalPolicy", "PUT", kPrincipalPath, PrincipalResource, AttachPrincipalPolicy},
    {"DetachPrincipalPolicy", "DELETE", kPrincipalPath, PrincipalResource, DetachPrincipalPolicy},
    {"ListPrincipalPolicies", "GET", "/principal-policies", PrincipalResource,
     ListPrincipalPolicies},
    {"ListPolicyPrincipals", "GET", "/policy-principals", PolicyHeaderResource,
     ListPolicyPrincipals},
};

}  // namespace

absl::Span<const Operation> AttachmentOperations() { return kAttachmentOperations; }

}  // namespace control
