// How a person names a version of a shadow, and a moment. Times without a zone are in that of this
// machine (TZ).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace cli {

// "@12" is 12, and "@-1", the version before the current one, is -1. InvalidArgument for what is
// neither.
absl::StatusOr<int64_t> ReadVersion(absl::string_view word);

// "2h", "1h30m", "3d"; nothing for what is no length.
std::optional<absl::Duration> ReadLength(absl::string_view word);

// "2026-11-22T14:02:10Z" (RFC 3339), the same without a zone, seconds or time, with a blank for the
// T; "14:03" or "14:03:10": today, or yesterday if that is ahead of `now`; "-2h", "-1h30m", "-3d":
// so long before `now`. InvalidArgument for what is none of these.
absl::StatusOr<absl::Time> ReadMoment(absl::string_view word, absl::Time now, absl::TimeZone zone);

// "2026-11-22 14:02:10".
std::string MomentText(int64_t epoch_seconds, absl::TimeZone zone);

// The same; on the day of `near` the time alone.
std::string MomentText(int64_t epoch_seconds, absl::TimeZone zone, int64_t near);

}  // namespace cli
