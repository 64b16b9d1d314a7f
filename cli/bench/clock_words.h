// How a person says what shadowd's clock is to be set to, and how it is told. Pure.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cli {

// The body that sets the clock as `words` say; empty for no words: it is to be shown. They are
// "+48h" or "-1h30m" from the machine's clock; "freeze" and a time, as ReadMoment takes it or in
// seconds since 1970; or "reset". InvalidArgument for what is none of these.
absl::StatusOr<std::string> ClockBody(const std::vector<std::string>& words, absl::Time now,
                                      absl::TimeZone zone);

// The answer of shadowd on a line. Internal: it is no such answer.
absl::StatusOr<std::string> ClockText(absl::string_view text);

}  // namespace cli
