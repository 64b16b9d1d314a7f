// How a section takes an update (section C): JSON Merge Patch (RFC 7396) with AWS's deviations.
#pragma once

#include "shadow/arena.h"
#include "shadow/json.h"

namespace shadow {

// `target` after `patch`, both objects. Neither is changed; the result shares what it can with
// them.
//
// Member by member (C1): null removes (C2, C3), an object onto an object merges, anything else
// replaces, in place (C5, C12). An object that is emptied by nulls stays as {} (C10); a new one
// made of nulls only is not created (C11) unless it replaces another value, then it is {} (Q16).
Value Merge(const Value& target, const Value& patch, Arena& arena);

}  // namespace shadow
