// Metadata: the same tree as the state, each leaf replaced by when it was written (D1 to D3, D8).
#pragma once

#include <string>

#include "shadow/json.h"

namespace shadow {

// Appends the metadata of `value` as compact JSON: `{"timestamp":T}` for a scalar (a null too, as
// the accepted echo needs it: D9), an object or array of the same for a container.
void PrintMetadata(const Value& value, std::string& out);

}  // namespace shadow
