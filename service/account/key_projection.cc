#include "service/account/key_projection.h"

#include <algorithm>
#include <string>

#include "policy/registry_entry.h"

namespace service {

using policy::RegistryPart;

std::vector<policy::EntryChange> ProjectKeys(const policy::Registry& registry,
                                             const policy::Credentials& credentials) {
  std::vector<policy::EntryChange> changes;
  for (const auto& [id, key] : credentials.keys()) {
    const std::string text = policy::PrintAccessKey(
        {.id = id, .active = key.active, .policies = key.policies, .identity = key.identity});
    const policy::AccessKey* const known = registry.FindKey(id);
    if (known != nullptr && policy::PrintAccessKey(*known) == text) continue;
    changes.push_back({.part = RegistryPart::kKeys, .name = id, .text = text});
  }
  for (const auto& [id, key] : registry.keys()) {
    if (credentials.Find(id) != nullptr) continue;
    changes.push_back({.part = RegistryPart::kKeys, .name = id, .text = std::nullopt});
  }
  std::sort(changes.begin(), changes.end(),
            [](const auto& one, const auto& other) { return one.name < other.name; });
  return changes;
}

}  // namespace service
