// A policy document that is registered.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "cli/registry/edit.h"

namespace cli {

// Registers it as the control plane does, or lets it take the place of the one that is in force.
absl::Status PutPolicy(RegistryEdit& edit, const std::string& name, const std::string& text);

}  // namespace cli
