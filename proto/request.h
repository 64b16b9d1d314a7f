// Request payloads, from bytes to what the operations of shadow/ take (section B).
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/operation.h"
#include "shadow/refusal.h"

namespace proto {

// A clientToken as it is echoed: a JSON string with its quotes. Empty: the request had none, or one
// that must not be echoed (B14).
using ClientToken = absl::string_view;

// What a payload asks. The token is known even where the rest is refused (H7).
template <class T>
struct Parsed {
  ClientToken token;
  shadow::Outcome<T> request;
};

// Checks in the order of B20. Leaves of the state get `now` as their timestamp (D10). The result
// lives in `payload`, `arena` and, if it is not null, in `document`: the one that the update is
// for, and probably resembles, which makes reading it faster and changes nothing else.
Parsed<shadow::Update> ParseUpdate(absl::string_view payload, int64_t now, shadow::Arena& arena,
                                   const shadow::Document* document = nullptr);

struct NoBody {};

// A get or delete: nothing in the payload matters but the token, and what is no JSON object counts
// as empty (B21). Refused: a token that is no string or too long (Q28).
Parsed<NoBody> ParseGetOrDelete(absl::string_view payload, shadow::Arena& arena);

}  // namespace proto
