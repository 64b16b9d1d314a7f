// What the readers of stored values have in common: the version that each value begins with, and
// how damage is worded.
#pragma once

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/bytes.h"

namespace storage {

// The fault of bytes that end early, or where a number has no end.
inline constexpr absl::string_view kCutOff = "it is cut off or garbled";

// DataLoss: a stored `what` cannot be read, for `fault`.
absl::Status Damaged(absl::string_view what, absl::string_view fault);

// Takes the format's byte off the front of `reader`. DataLoss if there is none, FailedPrecondition
// if it is newer than `newest`.
absl::StatusOr<int> ReadFormat(ByteReader& reader, absl::string_view what, int newest);

}  // namespace storage
