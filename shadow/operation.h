// The three operations as pure functions of what is kept, what is asked and the time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "shadow/arena.h"
#include "shadow/document.h"
#include "shadow/id.h"
#include "shadow/json.h"
#include "shadow/limits.h"
#include "shadow/refusal.h"

namespace shadow {

// A well-formed update (B1). Leaves of the sections carry the time of the request.
struct Update {
  Value state{};  // null, or an object of desired and reported, each object or null
  std::optional<int64_t> version{};  // the version that it expects to build on (G3)
};

// The document that `update` makes of `current` (AsOf `now`): merged (C), one version on (G1, G2).
// Refused: null in an array (B17), too deep (B18), VersionConflict (G3), TooLarge (I1).
Outcome<Document> ApplyUpdate(const std::optional<Record>& current, const Update& update,
                              int64_t now, const Limits& limits, Arena& arena);

// What counts against the limit of TooLarge (I1).
size_t StateBytes(const Document& document);

// The live document. Refused: NoSuchShadow (G10).
Outcome<Document> ApplyGet(const std::optional<Record>& current, const ShadowId& id);

// The tombstone that takes the document's place; one version on (G6). Refused: NoSuchShadow (G9).
Outcome<Tombstone> ApplyDelete(const std::optional<Record>& current, const ShadowId& id,
                               int64_t now);

}  // namespace shadow
