// How a device spaces its attempts, by the rule of AWS IoT Device Advisor: pauses that do not grow
// are a fault, pauses that grow the same for every device a warning.
#pragma once

#include <cstdint>
#include <string>

#include "absl/types/span.h"

namespace advise {

struct BackoffVerdict {
  enum class Kind : uint8_t { kGood, kWithoutJitter, kBad };

  Kind kind = Kind::kGood;
  std::string why{};  // "pauses of 0.300, 0.301, 0.300 and 0.299 s: they are all the same"
};

// `at_us`: when the attempts came, at least four, rising.
BackoffVerdict JudgePauses(absl::Span<const int64_t> at_us);

}  // namespace advise
