// Answers with something wrong in them. Each takes the payload of an answer as proto/answer.h words
// it, and works on its bytes: what is not touched stays as it was.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace faults {

// The clientToken that a device is given in place of its own.
inline constexpr absl::string_view kOtherToken = "another-client";

// Without its clientToken, or with kOtherToken. An answer that has none stays as it is.
void AlterToken(bool other, std::string& payload);

// All times by so many seconds: the answer's own, and those of its metadata. Members of the state
// that are called "timestamp" are left alone. No time becomes negative.
void SkewTimes(int64_t seconds, std::string& payload);

}  // namespace faults
