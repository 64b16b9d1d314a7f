// The bodies of successful answers that are not a shadow's own (J5 to J7). Each is one compact JSON
// object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace rest {

// J5. `more`: there is a next page.
std::string WordNamedShadows(const std::vector<std::string>& names, bool more, int64_t now);

// J6
std::string WordPublished(absl::string_view request_id);

}  // namespace rest
