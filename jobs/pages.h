// Lists of what the store holds, page by page (T9): a page looks at no more than kLooksPerPageMax
// entries, so one of which a filter lets little pass may be short and yet have a next.
#pragma once

#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "control/json.h"
#include "control/paging.h"
#include "desk/desk.h"

namespace jobs {

inline constexpr size_t kLooksPerPageMax = 2000;

// Adds the list `name` with what lies under `prefix`, and the token if there is more. `tell` gets
// what stands behind the prefix and the value, and gives JSON, or nothing if it is not listed.
void TellStored(
    const control::Page& page, absl::string_view prefix, absl::string_view name,
    absl::FunctionRef<std::optional<std::string>(absl::string_view end, absl::string_view value)>
        tell,
    desk::Desk& desk, control::Json& answer);

}  // namespace jobs
