#include "control/account.h"

#include "absl/strings/str_cat.h"

namespace control {
namespace {

using policy::RegistryPart;

void Set(Account::ByTime& set, int64_t time, absl::string_view name, bool is_there) {
  std::pair<int64_t, std::string> entry(time, std::string(name));
  if (is_there) {
    set.insert(std::move(entry));
  } else {
    set.erase(entry);
  }
}

}  // namespace

Account::Account(std::shared_ptr<policy::Registry> registry) : registry_(std::move(registry)) {
  const auto note_all = [this](RegistryPart part, const auto& map) {
    for (const auto& [name, entry] : map) Note(part, name, true);
  };
  note_all(RegistryPart::kThings, registry_->things());
  note_all(RegistryPart::kThingGroups, registry_->thing_groups());
  note_all(RegistryPart::kPolicies, registry_->policies());
  note_all(RegistryPart::kCertificates, registry_->certificates());
  note_all(RegistryPart::kIdentities, registry_->identities());
  note_all(RegistryPart::kCaCertificates, registry_->cas());
  note_all(RegistryPart::kKeys, registry_->keys());
}

const Account::Names& Account::Related(Relation relation, absl::string_view of) const {
  static const Names* const kNone = new Names;
  const auto found = relations_[relation].find(of);
  return found == relations_[relation].end() ? *kNone : found->second;
}

const Account::Names& Account::PrincipalsOfThing(absl::string_view thing) const {
  return Related(kThingPrincipals, thing);
}
const Account::Names& Account::PrincipalsOfPolicy(absl::string_view policy) const {
  return Related(kPolicyPrincipals, policy);
}
const Account::Names& Account::CertificatesOfCa(absl::string_view ca) const {
  return Related(kCaCertificates, ca);
}
const Account::Names& Account::GroupsOfPolicy(absl::string_view policy) const {
  return Related(kPolicyGroups, policy);
}
const Account::Names& Account::KeysOfPolicy(absl::string_view policy) const {
  return Related(kPolicyKeys, policy);
}
const Account::Names& Account::ThingsOfType(absl::string_view type) const {
  return Related(kTypeThings, type);
}
const Account::Names& Account::ThingsInGroup(absl::string_view group) const {
  return Related(kGroupThings, group);
}
const Account::Names& Account::ChildrenOfGroup(absl::string_view group) const {
  return Related(kGroupChildren, group);
}

void Account::Relate(Relation relation, absl::string_view of, absl::string_view name,
                     bool is_there) {
  if (of.empty()) return;
  auto& names = relations_[relation];
  if (is_there) {
    names[of].insert(std::string(name));
    return;
  }
  const auto found = names.find(of);
  if (found == names.end()) return;
  found->second.erase(std::string(name));
  if (found->second.empty()) names.erase(found);
}

void Account::RelateAll(Relation relation, const std::vector<policy::Reference>& of,
                        absl::string_view name, bool is_there) {
  for (const policy::Reference& reference : of) Relate(relation, reference.name, name, is_there);
}

int64_t Account::PolicyCreated(absl::string_view name) const {
  const policy::PolicyVersions* const versions = registry_->FindVersions(name);
  return versions == nullptr ? 0 : versions->created;
}

void Account::Note(RegistryPart part, absl::string_view name, bool is_there) {
  switch (part) {
    case RegistryPart::kThings:
      if (const policy::Thing* const thing = registry_->FindThing(name)) {
        Relate(kTypeThings, thing->type_name, name, is_there);
        RelateAll(kGroupThings, thing->groups, name, is_there);
      }
      return;
    case RegistryPart::kThingGroups:
      if (const policy::ThingGroup* const group = registry_->FindThingGroup(name)) {
        Relate(kGroupChildren, group->parent, name, is_there);
        RelateAll(kPolicyGroups, group->policies, name, is_there);
      }
      return;
    case RegistryPart::kCertificates:
      if (const policy::Certificate* const certificate = registry_->FindCertificate(name)) {
        RelateAll(kThingPrincipals, certificate->things, name, is_there);
        RelateAll(kPolicyPrincipals, certificate->policies, name, is_there);
        Relate(kCaCertificates, certificate->ca_id, name, is_there);
        Set(certificates_by_time_, certificate->created, name, is_there);
        if (certificate->goes() != 0) {
          Set(certificates_that_go_, certificate->goes(), name, is_there);
        }
      }
      return;
    case RegistryPart::kIdentities:
      if (const policy::Identity* const identity = registry_->FindIdentity(name)) {
        RelateAll(kThingPrincipals, identity->things, name, is_there);
        RelateAll(kPolicyPrincipals, identity->policies, name, is_there);
      }
      return;
    case RegistryPart::kCaCertificates:
      if (const policy::CaCertificate* const ca = registry_->FindCa(name)) {
        Set(cas_by_time_, ca->created, name, is_there);
      }
      return;
    case RegistryPart::kKeys:
      if (const policy::AccessKey* const key = registry_->FindKey(name)) {
        RelateAll(kPolicyKeys, key->policies, name, is_there);
      }
      return;
    case RegistryPart::kPolicies:
    case RegistryPart::kPolicyVersions:
      // Both together are one policy.
      if (registry_->FindPolicy(name) != nullptr) {
        Set(policies_by_time_, PolicyCreated(name), name, is_there);
      }
      return;
    default:
      return;
  }
}

absl::Status Account::Apply(absl::Span<const policy::EntryChange> changes) {
  for (const policy::EntryChange& change : changes) {
    Note(change.part, change.name, false);
    absl::Status status;
    if (change.text) {
      status = registry_->Put(change.part, change.name, *change.text);
    } else {
      registry_->Remove(change.part, change.name);
    }
    Note(change.part, change.name, true);
    if (status.ok()) continue;
    return absl::InvalidArgumentError(
        absl::StrCat(policy::EntryFile(change.part, change.name), ":", status.message()));
  }
  return absl::OkStatus();
}

}  // namespace control
