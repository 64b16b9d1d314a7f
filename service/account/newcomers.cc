#include "service/account/newcomers.h"

#include <atomic>
#include <chrono>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "control/provisioning/just_in_time.h"
#include "proto/newcomers.h"

namespace service {
namespace {

int64_t SteadyMs() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// One of them, for as long as the clerk is at it.
struct Arrival {
  std::string client;
  std::string der;
  std::string certificate{};  // its id, if it was registered
};

}  // namespace

// Who waits, and what is said of those who are not registered.
class Newcomers::Desk {
 public:
  explicit Desk(Log& log) : log_(log) {}

  bool Enter() {
    if (waiting_.fetch_add(1) < kWaitingMax) return true;
    --waiting_;
    return false;
  }

  void Leave(const Arrival& arrival, const rest::Answer& answer) {
    --waiting_;
    if (answer.status != 200) return Refused(arrival.client, answer.body);
    if (arrival.certificate.empty()) return;
    log_.Info("certificate_came",
              {{"certificate", arrival.certificate}, {"client", arrival.client}});
  }

  void Refused(absl::string_view client, absl::string_view cause) {
    size_t more = 0;
    {
      const absl::MutexLock lock(&mutex_);
      const int64_t now_ms = SteadyMs();
      if (said_ms_ != 0 && now_ms - said_ms_ < kSayEveryMs) {
        ++unsaid_;
        return;
      }
      said_ms_ = now_ms;
      more = std::exchange(unsaid_, 0);
    }
    log_.Warning("certificate_not_registered",
                 {{"client", client}, {"cause", cause}, {"others_before", more}});
  }

 private:
  Log& log_;
  std::atomic<size_t> waiting_ = 0;
  absl::Mutex mutex_;
  int64_t said_ms_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t unsaid_ ABSL_GUARDED_BY(mutex_) = 0;
};

Newcomers::Newcomers(Clerk& clerk, Log& log) : clerk_(clerk), desk_(std::make_shared<Desk>(log)) {}

bool Newcomers::Hear(absl::string_view envelope) {
  if (!proto::IsNewcomers(envelope)) return false;
  const auto newcomers = proto::DecodeNewcomers(envelope);
  if (!newcomers.ok()) {
    desk_->Refused("", newcomers.status().message());
    return true;
  }
  for (const proto::Newcomer& newcomer : *newcomers) {
    if (!desk_->Enter()) {
      desk_->Refused(newcomer.client_id, "others are being registered: it can come again");
      continue;
    }
    const auto arrival = std::make_shared<Arrival>(
        Arrival{std::string(newcomer.client_id), std::string(newcomer.certificate)});
    clerk_.Put(
        [arrival](const control::Account& account, const control::Surroundings& here) {
          auto outcome = control::RegisterJustInTime(arrival->der, account, here);
          const auto* const done = std::get_if<control::Done>(&outcome);
          const bool is_new = done != nullptr && !done->changes.empty();
          arrival->certificate = is_new ? done->changes.front().name : "";
          return outcome;
        },
        [arrival, desk = desk_](const rest::Answer& answer) { desk->Leave(*arrival, answer); });
  }
  return true;
}

}  // namespace service
