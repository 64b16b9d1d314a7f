#include "policy/registry.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/reference.h"
#include "policy/registry_entry.h"

namespace policy {
namespace {

template <typename Entry>
absl::Status Take(absl::StatusOr<Entry> parsed, absl::string_view name, Registry::Map<Entry>& map) {
  if (!parsed.ok()) return parsed.status();
  map.insert_or_assign(std::string(name), std::make_shared<const Entry>(*std::move(parsed)));
  return absl::OkStatus();
}

// Entries that nothing is known of but that they are there: what refers to them is no further
// fault.
template <typename Entry>
void Stand(absl::string_view name, Registry::Map<Entry>& map) {
  map.try_emplace(std::string(name), std::make_shared<const Entry>());
}

void Add(const Registry& registry, const std::vector<Reference>& references, Policies& out) {
  for (const Reference& reference : references) {
    const auto found = registry.policies().find(reference.name);
    if (found == registry.policies().end()) continue;
    if (std::find(out.begin(), out.end(), found->second) == out.end()) {
      out.push_back(found->second);
    }
  }
}

}  // namespace

absl::Status Registry::Put(RegistryPart part, absl::string_view name, absl::string_view text) {
  switch (part) {
    case RegistryPart::kThings:
      return Take(ParseThing(name, text), name, things_);
    case RegistryPart::kThingTypes:
      return Take(ParseThingType(name, text), name, types_);
    case RegistryPart::kThingGroups:
      return Take(ParseThingGroup(name, text), name, groups_);
    case RegistryPart::kPolicies:
      return Take(ParseDocument(name, text), name, policies_);
    case RegistryPart::kPolicyVersions:
      return Take(ParsePolicyVersions(name, text), name, versions_);
    case RegistryPart::kCertificates:
      return Take(ParseCertificate(name, text), name, certificates_);
    case RegistryPart::kCaCertificates:
      return Take(ParseCaCertificate(name, text), name, cas_);
    case RegistryPart::kKeys:
      return PutKey(name, text);
    case RegistryPart::kIdentities:
      return Take(ParseIdentity(name, text), name, identities_);
    case RegistryPart::kProvisioningTemplates:
      return Take(ParseProvisioningTemplate(name, text), name, templates_);
    case RegistryPart::kAccount: {
      auto settings = ParseSettings(text);
      if (!settings.ok()) return settings.status();
      settings_ = std::make_shared<const Settings>(*std::move(settings));
      return absl::OkStatus();
    }
    case RegistryPart::kCertificatePems:
    case RegistryPart::kCaCertificatePems:
      break;  // read where they are needed
  }
  return absl::OkStatus();
}

void Registry::Remove(RegistryPart part, absl::string_view name) {
  const auto erase = [&](auto& map) {
    const auto found = map.find(name);
    if (found != map.end()) map.erase(found);
  };
  switch (part) {
    case RegistryPart::kThings:
      return erase(things_);
    case RegistryPart::kThingTypes:
      return erase(types_);
    case RegistryPart::kThingGroups:
      return erase(groups_);
    case RegistryPart::kPolicies:
      return erase(policies_);
    case RegistryPart::kPolicyVersions:
      return erase(versions_);
    case RegistryPart::kCertificates:
      return erase(certificates_);
    case RegistryPart::kCaCertificates:
      return erase(cas_);
    case RegistryPart::kKeys:
      return RemoveKey(name);
    case RegistryPart::kIdentities:
      return erase(identities_);
    case RegistryPart::kProvisioningTemplates:
      return erase(templates_);
    case RegistryPart::kAccount:
      settings_ = std::make_shared<const Settings>();
      return;
    case RegistryPart::kCertificatePems:
    case RegistryPart::kCaCertificatePems:
      return;
  }
}

absl::Status Registry::PutKey(absl::string_view id, absl::string_view text) {
  auto key = ParseAccessKey(id, text);
  if (!key.ok()) return key.status();
  RemoveKey(id);
  if (!key->identity.id.empty()) keys_of_identities_[key->identity.id].emplace(id);
  return Take(std::move(key), id, keys_);
}

void Registry::RemoveKey(absl::string_view id) {
  const auto key = keys_.find(id);
  if (key == keys_.end()) return;
  const auto others = keys_of_identities_.find(key->second->identity.id);
  if (others != keys_of_identities_.end()) {
    others->second.erase(std::string(id));
    if (others->second.empty()) keys_of_identities_.erase(others);
  }
  keys_.erase(key);
}

const Registry::Names& Registry::KeysOfIdentity(absl::string_view id) const {
  static const Names* const kNone = new Names;
  const auto found = keys_of_identities_.find(id);
  return found == keys_of_identities_.end() ? *kNone : found->second;
}

std::optional<std::string> Registry::TextOf(RegistryPart part, absl::string_view name) const {
  const auto print = [](const auto* entry, auto printer) -> std::optional<std::string> {
    if (entry == nullptr) return std::nullopt;
    return printer(*entry);
  };
  switch (part) {
    case RegistryPart::kThings:
      return print(FindThing(name), PrintThing);
    case RegistryPart::kThingTypes:
      return print(FindThingType(name), PrintThingType);
    case RegistryPart::kThingGroups:
      return print(FindThingGroup(name), PrintThingGroup);
    case RegistryPart::kPolicies:
      return print(FindPolicy(name), [](const Document&) { return std::string(); });
    case RegistryPart::kPolicyVersions:
      return print(FindVersions(name), PrintPolicyVersions);
    case RegistryPart::kCertificates:
      return print(FindCertificate(name), PrintCertificate);
    case RegistryPart::kCaCertificates:
      return print(FindCa(name), PrintCaCertificate);
    case RegistryPart::kKeys:
      return print(FindKey(name), PrintAccessKey);
    case RegistryPart::kIdentities:
      return print(FindIdentity(name), PrintIdentity);
    case RegistryPart::kProvisioningTemplates:
      return print(FindTemplate(name), PrintProvisioningTemplate);
    case RegistryPart::kAccount:
      return PrintSettings(*settings_);
    case RegistryPart::kCertificatePems:
    case RegistryPart::kCaCertificatePems:
      break;
  }
  return std::nullopt;
}

bool Registry::IsAsIn(RegistryPart part, absl::string_view name,
                      const std::optional<std::string>& text) const {
  Registry filed;
  if (text && !filed.Put(part, name, *text).ok()) return false;
  return TextOf(part, name) == filed.TextOf(part, name);
}

std::shared_ptr<const Thing> AttachedThing(const Registry& registry,
                                           const std::vector<Reference>& things,
                                           absl::string_view client_id) {
  const bool attached = IsAmong(things, client_id);
  const auto found = attached ? registry.things().find(client_id) : registry.things().end();
  return found == registry.things().end() ? nullptr : found->second;
}

Policies PoliciesOf(const Registry& registry, const std::vector<Reference>& attached,
                    const Thing* thing) {
  Policies policies;
  Add(registry, attached, policies);
  if (thing == nullptr) return policies;
  for (const Reference& reference : thing->groups) {
    for (const ThingGroup* const group : GroupsUpFrom(registry, reference.name)) {
      Add(registry, group->policies, policies);
    }
  }
  return policies;
}

Policies PoliciesOf(const Registry& registry, const Certificate& certificate, const Thing* thing) {
  if (certificate.claim_policy != nullptr) return {certificate.claim_policy};
  return PoliciesOf(registry, certificate.policies, thing);
}

std::vector<const ThingGroup*> GroupsUpFrom(const Registry& registry, absl::string_view group) {
  std::vector<const ThingGroup*> up;
  const ThingGroup* at = registry.FindThingGroup(group);
  while (at != nullptr && up.size() < kGroupDepthMax) {
    up.push_back(at);
    at = at->parent.empty() ? nullptr : registry.FindThingGroup(at->parent);
  }
  return up;
}

std::vector<const Document*> Borrow(const Policies& policies) {
  std::vector<const Document*> documents;
  documents.reserve(policies.size());
  for (const auto& policy : policies) documents.push_back(policy.get());
  return documents;
}

void RegistryBuilder::AddFault(absl::string_view file, absl::string_view reason) {
  if (++fault_count_ <= kFaultsShownMax) faults_.push_back(absl::StrCat(file, ":", reason));
}

void RegistryBuilder::Add(RegistryPart part, absl::string_view name, absl::string_view text) {
  if (const std::string fault = NameFault(part, name); !fault.empty()) {
    return AddFault(EntryFile(part, name), absl::StrCat(" ", fault));
  }
  const absl::Status status = registry_->Put(part, name, text);
  if (status.ok()) return;
  AddFault(EntryFile(part, name), status.message());
  if (part == RegistryPart::kThings) Stand(name, registry_->things_);
  if (part == RegistryPart::kPolicies) Stand(name, registry_->policies_);
  if (part == RegistryPart::kThingGroups) Stand(name, registry_->groups_);
}

template <typename Entry>
void RegistryBuilder::Look(RegistryPart part, absl::string_view name, absl::string_view what,
                           const std::vector<Reference>& references,
                           const Registry::Map<Entry>& among) {
  for (const Reference& reference : references) {
    if (Registry::Find(among, reference.name) != nullptr) continue;
    AddFault(
        EntryFile(part, name),
        Fault(reference.place, absl::StrCat("no ", what, " \"", reference.name, "\" is registered"))
            .message());
  }
}

void RegistryBuilder::Resolve() {
  const Registry& all = *registry_;
  for (const auto& [id, entry] : all.certificates_) {
    Look(RegistryPart::kCertificates, id, "thing", entry->things, all.things_);
    Look(RegistryPart::kCertificates, id, "policy", entry->policies, all.policies_);
  }
  for (const auto& [id, entry] : all.identities_) {
    Look(RegistryPart::kIdentities, id, "thing", entry->things, all.things_);
    Look(RegistryPart::kIdentities, id, "policy", entry->policies, all.policies_);
  }
  for (const auto& [name, entry] : all.things_) {
    Look(RegistryPart::kThings, name, "thing group", entry->groups, all.groups_);
  }
  for (const auto& [name, entry] : all.groups_) {
    Look(RegistryPart::kThingGroups, name, "policy", entry->policies, all.policies_);
    if (entry->parent.empty()) continue;
    const std::vector<Reference> parent = {{entry->parent, entry->parent_place}};
    Look(RegistryPart::kThingGroups, name, "thing group", parent, all.groups_);
  }
  for (const auto& [id, entry] : all.keys_) {
    Look(RegistryPart::kKeys, id, "policy", entry->policies, all.policies_);
  }
}

absl::StatusOr<std::shared_ptr<Registry>> RegistryBuilder::Finish() {
  Resolve();
  if (fault_count_ == 0) return std::move(registry_);
  std::string text = absl::StrJoin(faults_, "\n");
  if (fault_count_ > faults_.size()) {
    absl::StrAppend(&text, "\n... and ", fault_count_ - faults_.size(), " more");
  }
  return absl::InvalidArgumentError(text);
}

}  // namespace policy
