// The update that puts a section back.
#pragma once

#include "shadow/arena.h"
#include "shadow/json.h"

namespace history {

// What makes a section like `to` of `from` as an update's section: null for what was not there,
// nothing for what prints the same; {}: they are alike. It is an ordinary update (shadow/merge.h),
// so what it adds comes last in its object, and is written when it is applied.
shadow::Value UpdateTo(const shadow::Value& from, const shadow::Value& to, shadow::Arena& arena);

}  // namespace history
