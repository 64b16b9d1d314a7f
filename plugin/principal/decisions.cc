#include "plugin/principal/decisions.h"

#include "absl/hash/hash.h"

namespace plugin {

uint64_t Decisions::HashOf(policy::Action action, absl::string_view name) {
  return absl::HashOf(action, name);
}

std::optional<bool> Decisions::Find(policy::Action action, absl::string_view name) const {
  if (slots_.empty()) return std::nullopt;
  const uint64_t hash = HashOf(action, name);
  const Slot& slot = slots_[hash & (kSlots - 1)];
  if (!slot.used || slot.hash != hash || slot.action != action || slot.name != name) {
    return std::nullopt;
  }
  return slot.allowed;
}

void Decisions::Put(policy::Action action, absl::string_view name, bool allowed) {
  if (name.size() > kNameBytesMax) return;
  if (slots_.empty()) slots_.resize(kSlots);
  const uint64_t hash = HashOf(action, name);
  Slot& slot = slots_[hash & (kSlots - 1)];
  slot.hash = hash;
  slot.name.assign(name.data(), name.size());
  slot.action = action;
  slot.used = true;
  slot.allowed = allowed;
}

}  // namespace plugin
