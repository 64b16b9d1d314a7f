// Text of unknown origin as a line of a log may have it.
#pragma once

#include <string>

#include "absl/strings/string_view.h"

namespace shadow {

// Appends `text`, in which what would end the line, move the cursor, turn the direction of writing
// or not be seen at all stands as JSON escapes it (\u202e), and a byte that is no UTF-8 as \ufffd.
// What comes out is one line of UTF-8; a JSON string stays the same JSON string.
void AppendLegible(absl::string_view text, std::string& out);

}  // namespace shadow
