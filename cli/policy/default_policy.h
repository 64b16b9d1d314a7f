// The policy of a thing for which none was chosen.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cli {

// The policy's name for a thing: the thing's, but a policy's name may hold no colon, so a dot (of
// which the names of things have none) stands for it.
std::string DefaultPolicyName(absl::string_view thing);

// Whoever has the certificate may connect under any client id (SDK samples choose random ones), and
// may use the thing's own shadows and its own commands below cmd/THING/, all named literally.
std::string DefaultPolicyText(absl::string_view thing);

}  // namespace cli
