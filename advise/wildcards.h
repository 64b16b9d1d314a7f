// Whether a device may do more than it needs: asked about what nothing of its own is called.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "policy/connection.h"
#include "policy/document.h"

namespace advise {

// What the policies allow the device of `connection` that no device needs: to connect as anybody,
// to publish, subscribe and receive anywhere, to touch another thing's shadow; each with the
// statement that allows it. Empty: nothing. `now_s`: seconds since 1970.
std::vector<std::string> AllowedToAnybody(absl::Span<const policy::Document* const> policies,
                                          const policy::Connection& connection, int64_t now_s);

}  // namespace advise
