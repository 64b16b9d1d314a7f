#include "policy/reference.h"

#include <algorithm>

namespace policy {

bool IsAmong(const std::vector<Reference>& references, absl::string_view name) {
  return std::any_of(references.begin(), references.end(),
                     [&](const Reference& one) { return one.name == name; });
}

void Attach(std::vector<Reference>& references, absl::string_view name) {
  if (!IsAmong(references, name)) references.push_back({std::string(name)});
}

void Detach(std::vector<Reference>& references, absl::string_view name) {
  std::erase_if(references, [&](const Reference& one) { return one.name == name; });
}

std::vector<std::string> NamesOf(const std::vector<Reference>& references) {
  std::vector<std::string> names;
  names.reserve(references.size());
  for (const Reference& one : references) names.push_back(one.name);
  return names;
}

}  // namespace policy
