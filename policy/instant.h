// Dates as conditions write them.
#pragma once

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace policy {

// Epoch seconds of an ISO 8601 date as AWS takes it (`2026-11-22`, `2026-11-22T10:00Z`,
// `2026-11-22T10:00:00.5+01:00`; fractions are dropped) or of a number, which is epoch seconds
// already. Nothing for anything else.
std::optional<int64_t> ParseInstant(absl::string_view text);

}  // namespace policy
