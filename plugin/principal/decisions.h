// Decisions of one connection that were made lately: the answer to the same question, without
// asking the policies again. Small and of fixed size: a device has few topics.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/action.h"

namespace plugin {

class Decisions {
 public:
  // Questions with longer names are not remembered.
  static constexpr size_t kNameBytesMax = 256;

  // What Put was told of the question last; nothing if it is not remembered (any more). Allocates
  // nothing.
  std::optional<bool> Find(policy::Action action, absl::string_view name) const;

  void Put(policy::Action action, absl::string_view name, bool allowed);

  // Forgets all.
  void Clear() { slots_.clear(); }

 private:
  static constexpr size_t kSlots = 16;  // a power of two
  struct Slot {
    uint64_t hash = 0;
    std::string name;
    policy::Action action{};
    bool used = false;
    bool allowed = false;
  };

  static uint64_t HashOf(policy::Action action, absl::string_view name);

  std::vector<Slot> slots_;  // none until the first Put; a question has one place it can be in
};

}  // namespace plugin
