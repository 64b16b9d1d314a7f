#include "desk/timers.h"

#include "storage/bytes.h"

namespace desk {
namespace {

constexpr absl::string_view kKinds = "cjr";
constexpr size_t kDueBytes = 8;

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

std::vector<Timer> TakeDue(int64_t now, size_t most, storage::Draft& draft) {
  std::vector<Timer> due;
  std::vector<std::string> strange;
  draft.Scan(kTimerPrefix, "", [&](absl::string_view key, absl::string_view) {
    auto timer = ParseTimerKey(key);
    if (!timer) {
      strange.emplace_back(key);
      return true;
    }
    if (due.size() == most || timer->due > now) return false;
    due.push_back(*std::move(timer));
    return true;
  });
  for (const Timer& timer : due) ClearTimer(timer, draft);
  return due;
}

std::optional<int64_t> NextDue(storage::Draft& draft) {
  std::optional<int64_t> next;
  draft.Scan(kTimerPrefix, "", [&](absl::string_view key, absl::string_view) {
    if (const auto timer = ParseTimerKey(key)) next = timer->due;
    return !next;
  });
  return next;
}

}  // namespace desk
