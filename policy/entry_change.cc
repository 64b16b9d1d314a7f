#include "policy/entry_change.h"

#include "policy/registry_entry.h"

namespace policy {

EntryChange Put(const Thing& thing) {
  return {RegistryPart::kThings, thing.name, PrintThing(thing)};
}

EntryChange Put(const ThingType& type) {
  return {RegistryPart::kThingTypes, type.name, PrintThingType(type)};
}

EntryChange Put(const ThingGroup& group) {
  return {RegistryPart::kThingGroups, group.name, PrintThingGroup(group)};
}

EntryChange Put(const Certificate& certificate) {
  return {RegistryPart::kCertificates, certificate.id, PrintCertificate(certificate)};
}

EntryChange Put(const Identity& identity) {
  EntryChange change{RegistryPart::kIdentities, identity.id, std::nullopt};
  if (!identity.things.empty() || !identity.policies.empty()) change.text = PrintIdentity(identity);
  return change;
}

EntryChange Put(const CaCertificate& ca) {
  return {RegistryPart::kCaCertificates, ca.id, PrintCaCertificate(ca)};
}

EntryChange Put(const PolicyVersions& versions) {
  return {RegistryPart::kPolicyVersions, versions.name, PrintPolicyVersions(versions)};
}

EntryChange Put(const AccessKey& key) { return {RegistryPart::kKeys, key.id, PrintAccessKey(key)}; }

EntryChange Put(const ProvisioningTemplate& one) {
  return {RegistryPart::kProvisioningTemplates, one.name, PrintProvisioningTemplate(one)};
}

EntryChange Put(const Settings& settings) {
  return {RegistryPart::kAccount, std::string(kSettings), PrintSettings(settings)};
}

}  // namespace policy
