// Certificates that go by themselves: those of which nobody has shown that they are his (F2), and
// claims whose time is over (F5).
#pragma once

#include <cstdint>

#include "control/operation.h"

namespace control {

inline constexpr int64_t kTokenMs = 60 * 60 * 1000;
inline constexpr int64_t kClaimMs = 5 * 60 * 1000;
inline constexpr size_t kGoneAtOnceMax = 64;

// Whether one is due.
bool IsAnyDue(const Account& account, int64_t bench_ms);

// Deletes those that are due at `here.bench_ms()`, the oldest first, at most kGoneAtOnceMax.
Outcome DeleteDue(const Account& account, const Surroundings& here);

}  // namespace control
