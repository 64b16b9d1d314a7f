#include "service/commit/trace.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "shadow/json.h"

namespace service {
namespace {

constexpr size_t kLinesMax = 1000;  // that a follower may be behind

void PrintText(absl::string_view name, absl::string_view text, std::string& out) {
  absl::StrAppend(&out, ",\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

std::string TimeText(absl::Time time) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", time, absl::UTCTimeZone());
}

std::string Line(const TracedFault& fault) {
  std::string line = absl::StrCat(R"({"fired":")", TimeText(absl::Now()), "\"");
  PrintText("thing", fault.thing, line);
  PrintText("client", fault.client, line);
  PrintText("topic", fault.topic, line);
  PrintText("way", fault.way, line);
  line += ",\"faults\":[";
  shadow::PrintJsonString(fault.text, line);
  return line + "]}";
}

// Thing, shadow name and operation need no escapes (A3, A4).
std::string Line(const Ask& ask, int code, const GroupTimes& times, size_t group_requests) {
  const absl::Time taken = absl::Now() - absl::Microseconds(times.answered_us);
  std::string line = absl::StrCat(
      R"({"taken":")", TimeText(taken), R"(","thing":")", ask.request.id.thing, R"(","shadow":")",
      ask.request.id.name, R"(","operation":")", shadow::OperationName(ask.request.operation),
      R"(","sequence":)", ask.request.sequence, R"(,"resent":)",
      ask.request.resent ? "true" : "false", R"(,"payload_bytes":)", ask.request.payload.size(),
      R"(,"group_requests":)", group_requests, R"(,"code":)", code, R"(,"handled_us":)",
      times.handled_us, R"(,"committed_us":)", times.committed_us, R"(,"answered_us":)",
      times.answered_us);
  PrintText("way", storage::WayText(ask.author.way), line);
  PrintText("client_id", ask.author.client_id, line);
  PrintText("principal", ask.author.principal, line);
  PrintText("address", ask.author.address, line);
  line += '}';
  return line;
}

}  // namespace

std::unique_ptr<Trace::Follower> Trace::Follow(absl::string_view thing,
                                               std::function<void()> come) {
  auto follower = absl::WrapUnique(new Follower(*this, std::string(thing), std::move(come)));
  absl::MutexLock lock(&mutex_);
  followers_.push_back(follower.get());
  followers_count_ = followers_.size();
  return follower;
}

Trace::Follower::~Follower() { trace_.Leave(this); }

void Trace::Leave(Follower* follower) {
  absl::MutexLock lock(&mutex_);
  followers_.erase(std::find(followers_.begin(), followers_.end(), follower));
  followers_count_ = followers_.size();
}

void Trace::Tell(absl::Span<const Ask> asks, absl::Span<const int> codes, const GroupTimes& times) {
  absl::MutexLock lock(&mutex_);
  for (Follower* follower : followers_) {
    absl::MutexLock follower_lock(&follower->mutex_);
    for (size_t i = 0; i < asks.size() && i < codes.size(); ++i) {
      if (asks[i].request.id.thing != follower->thing_) continue;
      Put(Line(asks[i], codes[i], times, asks.size()), *follower);
    }
  }
}

void Trace::Tell(const TracedFault& fault) {
  absl::MutexLock lock(&mutex_);
  for (Follower* follower : followers_) {
    if (fault.thing != follower->thing_) continue;
    absl::MutexLock follower_lock(&follower->mutex_);
    Put(Line(fault), *follower);
  }
}

void Trace::Put(std::string line, Follower& follower) {
  if (follower.lines_.size() == kLinesMax) {
    ++follower.lost_;
    return;
  }
  follower.lines_.push_back(std::move(line));
  if (follower.lines_.size() == 1 && follower.come_) follower.come_();
}

Trace::Follower::Lines Trace::Follower::Take() {
  absl::MutexLock lock(&mutex_);
  Lines taken{.lost = std::exchange(lost_, 0)};
  taken.lines.assign(std::make_move_iterator(lines_.begin()),
                     std::make_move_iterator(lines_.end()));
  lines_.clear();
  return taken;
}

std::optional<std::string> Trace::Follower::Next(absl::Duration timeout) {
  absl::MutexLock lock(&mutex_);
  mutex_.AwaitWithTimeout(
      absl::Condition(
          +[](std::deque<std::string>* lines) { return !lines->empty(); }, &lines_),
      timeout);
  if (lines_.empty()) return std::nullopt;
  if (lost_ > 0) {
    const std::string line = absl::StrCat(R"({"lost":)", lost_, "}");
    lost_ = 0;
    return line;
  }
  std::string line = std::move(lines_.front());
  lines_.pop_front();
  return line;
}

}  // namespace service
