// Versions of policies (PO2, PO3). Only the default one is in force.
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "control/members.h"
#include "control/operation.h"
#include "control/policy_texts.h"
#include "policy/entry_change.h"

namespace control {
namespace {

using policy::PolicyVersions;
using policy::RegistryPart;

constexpr size_t kVersionsMax = 5;

Refusal VersionNotFound() { return NotFound("Policy version not found"); }

// What both parts of a policy become when `id` is the default from now on.
std::vector<policy::EntryChange> MakeDefault(PolicyVersions versions, uint64_t id,
                                             const std::string& in_force) {
  auto& old = versions.versions[versions.default_id];
  old.document = in_force;
  std::string document = std::exchange(versions.versions[id].document, "");
  versions.default_id = id;
  return {{RegistryPart::kPolicies, versions.name, std::move(document)}, Put(versions)};
}

Outcome CreatePolicyVersion(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  const std::string document = in.Need("policyDocument", kAnyText);
  const bool set_as_default = in.QueryFlag("setAsDefault");
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  if (auto refusal = DocumentRefusal(name, document)) return *refusal;
  std::vector<policy::EntryChange> first_look;  // is part of what is written in any case
  PolicyVersions versions = VersionsOf(account, here, name, first_look);
  if (versions.versions.size() >= kVersionsMax) {
    return VersionsLimitExceeded(absl::StrCat(
        "The policy ", name, " already has the maximum number of versions (", kVersionsMax, ")"));
  }
  const uint64_t id = versions.next_id++;
  versions.versions[id] = {.created = here.now_ms, .document = document};
  versions.modified = here.now_ms;
  versions.generation_id = here.new_uuid();
  Done done{.body = Json()
                        .Text("policyArn", Arn(here, "policy", name))
                        .Text("policyDocument", document)
                        .Text("policyVersionId", absl::StrCat(id))
                        .Flag("isDefaultVersion", set_as_default)
                        .Finish()};
  if (set_as_default) {
    done.changes = MakeDefault(std::move(versions), id, DocumentInForce(here, name));
  } else {
    done.changes = {Put(versions)};
  }
  return done;
}

Outcome ListPolicyVersions(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("policyName", kPolicyName);
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindPolicy(name) == nullptr) return PolicyNotFound();
  Done done;
  const PolicyVersions versions = VersionsOf(account, here, name, done.changes);
  std::vector<std::string> list;
  for (auto version = versions.versions.rbegin(); version != versions.versions.rend(); ++version) {
    list.push_back(Json()
                       .Text("versionId", absl::StrCat(version->first))
                       .Flag("isDefaultVersion", version->first == versions.default_id)
                       .Time("createDate", version->second.created)
                       .Finish());
  }
  done.body = Json().List("policyVersions", list).Finish();
  return done;
}

// A version that a path names.
struct NamedVersion {
  std::string name;
  uint64_t id = 0;
  PolicyVersions versions;
  std::vector<policy::EntryChange> changes;  // of a first look
};

std::variant<NamedVersion, Refusal> FindVersion(const Call& call, const Account& account,
                                                const Surroundings& here) {
  Members in(call);
  NamedVersion found;
  found.name = in.Label("policyName", kPolicyName);
  const std::string id = in.Label("policyVersionId", kVersionId);
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindPolicy(found.name) == nullptr) return PolicyNotFound();
  found.versions = VersionsOf(account, here, found.name, found.changes);
  if (!absl::SimpleAtoi(id, &found.id) || found.versions.versions.count(found.id) == 0) {
    return VersionNotFound();
  }
  return found;
}

Outcome GetPolicyVersion(const Call& call, const Account& account, const Surroundings& here) {
  auto result = FindVersion(call, account, here);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return *refusal;
  auto& found = std::get<NamedVersion>(result);
  const bool is_default = found.id == found.versions.default_id;
  const auto& version = found.versions.versions.at(found.id);
  return Done{.body = Json()
                          .Text("policyArn", Arn(here, "policy", found.name))
                          .Text("policyName", found.name)
                          .Text("policyDocument",
                                is_default ? DocumentInForce(here, found.name) : version.document)
                          .Text("policyVersionId", absl::StrCat(found.id))
                          .Flag("isDefaultVersion", is_default)
                          .Time("creationDate", version.created)
                          .Time("lastModifiedDate", version.created)
                          .Text("generationId", found.versions.generation_id)
                          .Finish(),
              .changes = std::move(found.changes)};
}

Outcome SetDefaultPolicyVersion(const Call& call, const Account& account,
                                const Surroundings& here) {
  auto result = FindVersion(call, account, here);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return *refusal;
  auto& found = std::get<NamedVersion>(result);
  if (found.id == found.versions.default_id) return Done{.changes = std::move(found.changes)};
  found.versions.modified = here.now_ms;
  return Done{.changes = MakeDefault(std::move(found.versions), found.id,
                                     DocumentInForce(here, found.name))};
}

Outcome DeletePolicyVersion(const Call& call, const Account& account, const Surroundings& here) {
  auto result = FindVersion(call, account, here);
  if (const auto* refusal = std::get_if<Refusal>(&result)) return *refusal;
  auto& found = std::get<NamedVersion>(result);
  if (found.id == found.versions.default_id) {
    return DeleteConflict("Cannot delete the default version of a policy");
  }
  found.versions.versions.erase(found.id);
  return Done{.changes = {Put(found.versions)}};
}

constexpr absl::string_view kVersionsPath = "/policies/{policyName}/version";
constexpr absl::string_view kVersionPath = "/policies/{policyName}/version/{policyVersionId}";

constexpr Operation kPolicyVersionOperations[] = {
    {"CreatePolicyVersion", "POST", kVersionsPath, PolicyResource, CreatePolicyVersion},
    {"ListPolicyVersions", "GET", kVersionsPath, PolicyResource, ListPolicyVersions},
    {"GetPolicyVersion", "GET", kVersionPath, PolicyResource, GetPolicyVersion},
    {"SetDefaultPolicyVersion", "PATCH", kVersionPath, PolicyResource, SetDefaultPolicyVersion},
    {"DeletePolicyVersion", "DELETE", kVersionPath, PolicyResource, DeletePolicyVersion},
};

}  // namespace

absl::Span<const Operation> PolicyVersionOperations() { return kPolicyVersionOperations; }

}  // namespace control
