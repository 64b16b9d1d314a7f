#include "service/watch/census.h"

#include <sys/resource.h>
#include <unistd.h>

#include <utility>

#include "absl/synchronization/notification.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr std::chrono::hours kInterval(24);
constexpr int kNiceness = 10;  // of the counting thread alone: devices come first

}  // namespace

Census::Census(const storage::Store& store, std::function<int64_t()> now, Counters& counters,
               Log& log)
    : store_(store), now_(std::move(now)), counters_(counters), log_(log) {}

Census::~Census() {
  stop_ = true;
  Join();
}

void Census::Join() {
  if (thread_.joinable()) thread_.join();
}

void Census::BeginIfDue() {
  const Clock::time_point now = Clock::now();
  if (begun_ && now - *begun_ < kInterval) return;
  begun_ = now;
  Join();  // the last one has had a day
  counters_.CensusBegins();
  absl::Notification has_view;  // a scan sees the store as it was when it came to its first key
  thread_ = std::thread([this, &has_view] {
    setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), kNiceness);
    Counters::Census counted;
    bool is_first = true;
    const absl::Status status =
        store_.Scan(storage::kRecordPrefix, "", [&](absl::string_view, absl::string_view bytes) {
          if (std::exchange(is_first, false)) has_view.Notify();
          const storage::RecordKind kind = storage::KindOf(bytes);
          if (kind == storage::RecordKind::kDocument) ++counted.documents;
          if (kind == storage::RecordKind::kTombstone) ++counted.tombstones;
          return !stop_;
        });
    if (is_first) has_view.Notify();
    if (!status.ok()) {
      log_.Warning("census_failed", {{"cause", status.ToString()}});
    } else if (!stop_) {
      counted.at = now_();
      counters_.CensusEnds(counted);
    }
  });
  has_view.WaitForNotification();
}

}  // namespace service
