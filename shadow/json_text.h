// The canonical JSON text of scalars: what a tree keeps and every answer repeats (see json.h).
#pragma once

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "shadow/arena.h"

namespace shadow {

// Canonical form of `number`, which must be a JSON number; lives in `number` or in `arena`. Nothing
// for a number beyond the range of a double: there is no JSON text to give back for it. Integers
// keep all their digits.
std::optional<absl::string_view> CanonicalNumber(absl::string_view number, Arena& arena);

// Takes one escape sequence off the front of `text`, backslash included, and appends the character
// that it stands for. False if it is none; half a surrogate pair is none.
bool ConsumeEscape(absl::string_view& text, std::string& out);

}  // namespace shadow
