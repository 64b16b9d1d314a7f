// Which shadow: a thing and, unless it is the thing's classic shadow, a shadow name.
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace shadow {

enum class Operation : unsigned char { kUpdate, kGet, kDelete };

// "update", "get" or "delete": the word that stands in topics.
absl::string_view OperationName(Operation operation);

bool IsThingName(absl::string_view text);   // A3
bool IsShadowName(absl::string_view text);  // A4

// A view of names that IsThingName and IsShadowName hold for. Empty name: the classic shadow (A1).
struct ShadowId {
  absl::string_view thing;
  absl::string_view name;

  bool classic() const { return name.empty(); }
  friend bool operator==(const ShadowId&, const ShadowId&) = default;
};

// How AWS names a shadow in error texts: `thing`, or `thing~name` (H2).
std::string DisplayName(const ShadowId& id);

}  // namespace shadow
