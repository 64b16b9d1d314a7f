// What a device still has to do: the part of desired that differs from reported (section E).
#pragma once

#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/json.h"

namespace shadow {

// The members of `desired` that `reported` lacks (E4) or holds with another value (E6 to E9), in
// desired's order and with desired's timestamps (E11). {} when reported covers desired. Both are
// objects; a section that is not there is {}.
Value Delta(const Value& desired, const Value& reported, Arena& arena);

// True if the delta is not {}: without making it, and no further than to the first difference.
bool Differs(const Value& desired, const Value& reported);

// The same of a document's sections; a tombstone has none.
bool Differs(const Record& record);

}  // namespace shadow
