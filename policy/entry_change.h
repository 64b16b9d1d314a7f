// How a change of an entry is written: an entry as it is kept from now on.
#pragma once

#include "policy/entry.h"
#include "policy/registry_journal.h"

namespace policy {

EntryChange Put(const Thing& thing);
EntryChange Put(const ThingType& type);
EntryChange Put(const ThingGroup& group);
EntryChange Put(const Certificate& certificate);
// Removes an identity to which nothing is attached (entry.h).
EntryChange Put(const Identity& identity);
EntryChange Put(const CaCertificate& ca);
EntryChange Put(const PolicyVersions& versions);
EntryChange Put(const AccessKey& key);
EntryChange Put(const ProvisioningTemplate& one);
EntryChange Put(const Settings& settings);

}  // namespace policy
