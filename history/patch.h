// Going back from a section to the one before it.
#pragma once

#include <optional>

#include "shadow/arena.h"
#include "shadow/json.h"
#include "storage/patch.h"

namespace history {

// What makes `before` of `after`, both objects. What the two share (shadow/merge.h) is told by its
// place in memory and not walked. Its views are those of `before`, its nodes live in `arena`.
storage::PatchNode ReversePatch(const shadow::Value& before, const shadow::Value& after,
                                shadow::Arena& arena);

// `after` with the patch undone: the section before to the byte, with the order of its members and
// the times of its leaves. Shares what it can with `after` and `patch`. Nothing: `patch` was not
// made for `after`.
std::optional<shadow::Value> Undo(const shadow::Value& after, const storage::PatchNode& patch,
                                  shadow::Arena& arena);

}  // namespace history
