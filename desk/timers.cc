#include "desk/timers.h"

#include <utility>

#include "absl/functional/function_ref.h"
#include "storage/bytes.h"

namespace desk {
namespace {

constexpr absl::string_view kKinds = "cjr";
constexpr size_t kDueBytes = 8;

// Visits the timers from the key `from` on. What is no timer is passed over.
void ScanFrom(absl::string_view from, storage::Draft& draft,
              absl::FunctionRef<bool(Timer timer)> visit) {
  // A scan begins behind a key: behind the last one that comes before `from`.
  std::string after(from);
  if (!after.empty()) after.pop_back();
  draft.Scan(kTimerPrefix, after, [&](absl::string_view key, absl::string_view) {
    auto timer = key < from ? std::nullopt : ParseTimerKey(key);
    return !timer || visit(*std::move(timer));
  });
}

}  // namespace

std::string TimerKey(const Timer& timer) {
  std::string key(kTimerPrefix);
  storage::AppendBigEndian(static_cast<uint64_t>(timer.due), key);
  key.push_back(static_cast<char>(timer.kind));
  return key + timer.subject;
}

std::optional<Timer> ParseTimerKey(absl::string_view key) {
  const size_t kind_at = kTimerPrefix.size() + kDueBytes;
  if (key.size() <= kind_at || key.substr(0, kTimerPrefix.size()) != kTimerPrefix) return {};
  const uint64_t due = storage::ReadBigEndian(key.substr(kTimerPrefix.size(), kDueBytes));
  const char kind = key[kind_at];
  if (due > INT64_MAX || kKinds.find(kind) == absl::string_view::npos) return {};
  return Timer{.due = static_cast<int64_t>(due),
               .kind = static_cast<TimerKind>(kind),
               .subject = std::string(key.substr(kind_at + 1))};
}

void SetTimer(const Timer& timer, storage::Draft& draft) { draft.Put(TimerKey(timer), ""); }

void ClearTimer(const Timer& timer, storage::Draft& draft) { draft.Erase(TimerKey(timer)); }

std::vector<Timer> TakeDue(int64_t now, size_t most, absl::string_view from,
                           storage::Draft& draft) {
  std::vector<Timer> due;
  ScanFrom(from, draft, [&](Timer timer) {
    if (due.size() == most || timer.due > now) return false;
    due.push_back(std::move(timer));
    return true;
  });
  for (const Timer& timer : due) ClearTimer(timer, draft);
  return due;
}

std::optional<Timer> NextTimer(absl::string_view from, storage::Draft& draft) {
  std::optional<Timer> next;
  ScanFrom(from, draft, [&](Timer timer) {
    next = std::move(timer);
    return false;
  });
  return next;
}

}  // namespace desk
