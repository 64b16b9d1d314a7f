// Policies (PO1, PO4 to PO6), but for their versions (policy_versions.cc).
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/policy_texts.h"
#include "control/tags.h"
#include "policy/entry_change.h"

namespace control {
namespace {

using policy::RegistryPart;

Outcome CreatePolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string document = in.Need("policyDocument", kAnyText);
  const auto tags = ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = TagsRefusal(tags)) return *refusal;
  const std::string arn = Arn(here, "policy", name);
  if (account.registry().FindPolicy(name) != nullptr) {
    return AlreadyExists(
        absl::StrCat("Policy cannot be created - name already exists (name=", name, ")"), name,
        arn);
  }
  if (auto refusal = DocumentRefusal(name, document)) return *refusal;
  policy::PolicyVersions versions{.name = name,
                                  .versions = {{1, {.created = here.now_ms}}},
                                  .created = here.now_ms,
                                  .modified = here.now_ms,
                                  .generation_id = here.new_uuid(),
                                  .tags = tags};
  return Done{.body = Json()
                          .Text("policyName", name)
                          .Text("policyArn", arn)
                          .Text("policyDocument", document)
                          .Text("policyVersionId", "1")
                          .Finish(),
              .changes = {{RegistryPart::kPolicies, name, document}, Put(versions)}};
}

Outcome GetPolicy(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  Done done;
  const auto versions = VersionsOf(account, here, name, done.changes);
  done.body = Json()
                  .Text("policyName", name)
                  .Text("policyArn", Arn(here, "policy", name))
                  .Text("policyDocument", DocumentInForce(here, name))
                  .Text("defaultVersionId", absl::StrCat(versions.default_id))
                  .Time("creationDate", versions.created)
                  .Time("lastModifiedDate", versions.modified)
                  .Text("generationId", versions.generation_id)
                  .Finish();
  return done;
}

Outcome DeletePolicy(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  if (!account.PrincipalsOfPolicy(name).empty() || !account.GroupsOfPolicy(name).empty() ||
      !account.KeysOfPolicy(name).empty()) {
    return DeleteConflict(absl::StrCat("The policy cannot be deleted as the policy is attached to ",
                                       "one or more principals (name=", name, ")"));
  }
  const policy::PolicyVersions* const versions = account.registry().FindVersions(name);
  if (versions != nullptr && versions->versions.size() > 1) {
    return DeleteConflict(absl::StrCat("The policy cannot be deleted as versions other than than ",
                                       "default version exist (name=", name, ")"));
  }
  return Done{
      .changes = {{RegistryPart::kPolicies, name, {}}, {RegistryPart::kPolicyVersions, name, {}}}};
}

Outcome ListPolicies(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kMarkerPages);
  const bool ascending = in.QueryFlag("isAscendingOrder");
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  Json answer;
  TellByTime(
      page, account.policies_by_time(), ascending, "policies",
      [&](const std::string& name) { return std::optional(TellPolicy(here, name)); }, answer);
  return Done{.body = answer.Finish()};
}

constexpr Operation kPolicyOperations[] = {
    {"CreatePolicy", "POST", "/policies/{policyName}", PolicyResource, CreatePolicy},
    {"GetPolicy", "GET", "/policies/{policyName}", PolicyResource, GetPolicy},
    {"DeletePolicy", "DELETE", "/policies/{policyName}", PolicyResource, DeletePolicy},
    {"ListPolicies", "GET", "/policies", nullptr, ListPolicies},
};

}  // namespace

absl::Span<const Operation> PolicyOperations() { return kPolicyOperations; }

}  // namespace control
