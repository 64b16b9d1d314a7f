// The policy of a thing for which none was chosen.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace cli {

// The policy's name for a thing: the thing's, but a policy's name may hold no colon, so a dot (of
// which the names of things have none) stands for it.
std::string DefaultPolicyName(absl::string_view thing);

// Whoever has the certificate may connect as THING, as THING-anything, under the client ids that
// the broker gives to who brings none (auto-…), and under those that the samples of AWS's SDKs
// choose by themselves; and may use the thing's own shadows and its own commands below cmd/THING/.
// All is named literally. A session belongs to its client id: whoever may connect under another
// device's could empty its queue.
std::string DefaultPolicyText(absl::string_view thing);

}  // namespace cli
