// Lists of references, as entries have them: whom they name, each once.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/entry.h"

namespace policy {

inline bool IsAmong(const std::vector<Reference>& references, absl::string_view name) {
  return std::any_of(references.begin(), references.end(),
                     [&](const Reference& one) { return one.name == name; });
}

// Names it, too, unless it is named already.
inline void Attach(std::vector<Reference>& references, absl::string_view name) {
  if (!IsAmong(references, name)) references.push_back({std::string(name)});
}

// Names it no more.
inline void Detach(std::vector<Reference>& references, absl::string_view name) {
  std::erase_if(references, [&](const Reference& one) { return one.name == name; });
}

// In their order.
inline std::vector<std::string> NamesOf(const std::vector<Reference>& references) {
  std::vector<std::string> names;
  names.reserve(references.size());
  for (const Reference& one : references) names.push_back(one.name);
  return names;
}

}  // namespace policy
