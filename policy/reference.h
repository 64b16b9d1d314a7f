// Lists of references, as entries have them: whom they name, each once.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/entry.h"

namespace policy {

bool IsAmong(const std::vector<Reference>& references, absl::string_view name);

// Names it, too, unless it is named already.
void Attach(std::vector<Reference>& references, absl::string_view name);

// Names it no more.
void Detach(std::vector<Reference>& references, absl::string_view name);

// In their order.
std::vector<std::string> NamesOf(const std::vector<Reference>& references);

}  // namespace policy
