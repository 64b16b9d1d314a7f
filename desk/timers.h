// What is due at some time, kept in the draft as all else, so that it survives a restart. A timer
// holds no more than whom it is for; whoever it calls looks whether there is still something to do,
// so none need be cleared that has become pointless.
//
// Key: 't', the time (epoch seconds, 8 bytes, the highest first), kind, subject. No value.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "storage/draft.h"

namespace desk {

inline constexpr absl::string_view kTimerPrefix = "t";

// Who is called. The letters are stored.
enum class TimerKind : char {
  kCommandExecution = 'c',  // subject: its key's end (commands/)
  kJobExecution = 'j',      // subject: its key's end (jobs/)
  kRollout = 'r',           // subject: a job whose executions are still being made
};

struct Timer {
  int64_t due = 0;  // epoch seconds, not negative
  TimerKind kind = TimerKind::kCommandExecution;
  std::string subject{};

  friend bool operator==(const Timer&, const Timer&) = default;
};

std::string TimerKey(const Timer& timer);
// Nothing: it is none.
std::optional<Timer> ParseTimerKey(absl::string_view key);

void SetTimer(const Timer& timer, storage::Draft& draft);
void ClearTimer(const Timer& timer, storage::Draft& draft);

// Takes those that are due at `now` off the draft, earliest first, at most `most`. Later ones stay.
// There is none before the key `from`: a store takes its time over many that were erased.
std::vector<Timer> TakeDue(int64_t now, size_t most, absl::string_view from, storage::Draft& draft);

// The earliest, from the key `from` on; nothing: there is none.
std::optional<Timer> NextTimer(absl::string_view from, storage::Draft& draft);

}  // namespace desk
