#include "service/link/session_ender.h"

#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "proto/envelope.h"

namespace service {
namespace {

constexpr int kVisitKeepAliveSeconds = 60;
constexpr int kTurnMs = 20;
constexpr absl::Duration kRetry = absl::Milliseconds(20);

}  // namespace

// One connection under a client's id. It is MQTT 5: its session ends with it, even one that it has
// found and resumed.
class SessionEnder::Visit {
 public:
  Visit(const LinkSettings& broker, const Waiting& of)
      : broker_(broker),
        client_(mosquitto_new(of.client_id.c_str(), !of.if_there, this), mosquitto_destroy) {
    mosquitto_int_option(client_.get(), MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_username_pw_set(client_.get(), std::string(proto::kServiceUser).c_str(),
                              broker.secret.c_str());
    mosquitto_connect_v5_callback_set(
        client_.get(), [](mosquitto*, void* self, int code, int flags, const mosquitto_property*) {
          static_cast<Visit*>(self)->code_ = code;
          static_cast<Visit*>(self)->found_session_ = (flags & 1) != 0;
        });
  }

  // What the broker says to it; nothing: too late, or no broker.
  std::optional<int> Arrive(const SessionEnder& ender, absl::Time until) {
    if (mosquitto_connect_async(client_.get(), broker_.host.c_str(), broker_.port,
                                kVisitKeepAliveSeconds) != MOSQ_ERR_SUCCESS) {
      return std::nullopt;
    }
    while (!code_ && absl::Now() < until && !ender.stops()) {
      if (mosquitto_loop(client_.get(), kTurnMs, 1) != MOSQ_ERR_SUCCESS) break;
    }
    return code_;
  }

  bool found_session() const { return found_session_; }

  // The broker has heard it, or the connection is cut, which comes to the same.
  void Leave() {
    mosquitto_disconnect(client_.get());
    const absl::Time until = absl::Now() + kGoodbyeMax;
    int result = MOSQ_ERR_SUCCESS;
    while (result == MOSQ_ERR_SUCCESS && absl::Now() < until) {
      result = mosquitto_loop(client_.get(), kTurnMs, 1);
    }
  }

 private:
  const LinkSettings& broker_;
  std::unique_ptr<mosquitto, void (*)(mosquitto*)> client_;
  std::optional<int> code_;
  bool found_session_ = false;
};

SessionEnder::SessionEnder(std::vector<LinkSettings> brokers, std::function<Brokers()> up)
    : brokers_(std::move(brokers)), up_(std::move(up)) {
  mosquitto_lib_init();
  thread_ = std::thread([this] { Run(); });
}

SessionEnder::~SessionEnder() {
  if (thread_.joinable()) Close();
  mosquitto_lib_cleanup();
}

void SessionEnder::Close() {
  {
    const absl::MutexLock lock(&mutex_);
    stop_ = true;
  }
  thread_.join();
}

bool SessionEnder::stops() const {
  const absl::MutexLock lock(&mutex_);
  return stop_;
}

void SessionEnder::End(std::string client_id, Done done) {
  Put({std::move(client_id), false, std::move(done), absl::Now() + kWaitMax});
}

void SessionEnder::EndIfThere(std::string client_id, Done done) {
  Put({std::move(client_id), true, std::move(done), absl::Now() + kWaitMax});
}

void SessionEnder::Put(Waiting waiting) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!stop_ && waiting_.size() < kWaitingMax) return waiting_.push_back(std::move(waiting));
  }
  waiting.done(SessionEnd::kUnavailable);
}

void SessionEnder::Run() {
  while (true) {
    std::optional<Waiting> next;
    bool stop = false;
    {
      const absl::MutexLock lock(&mutex_);
      const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return stop_ || !waiting_.empty();
      };
      mutex_.Await(absl::Condition(&has_work));
      stop = stop_;
      if (waiting_.empty()) return;
      next = std::move(waiting_.front());
      waiting_.pop_front();
    }
    next->done(stop ? SessionEnd::kUnavailable : EndOne(*next));
  }
}

// Where it stands it was not ended, whatever the others say; a broker that is away counts only if
// all are.
SessionEnd SessionEnder::EndOne(const Waiting& one) const {
  constexpr SessionEnd kByWeight[] = {SessionEnd::kStands, SessionEnd::kEnded,
                                      SessionEnd::kNoSession};
  std::vector<SessionEnd> ends;
  for (size_t i = 0; i < brokers_.size(); ++i) {
    if (brokers_.size() > 1 && (up_() & BrokerBit(i)) == 0) continue;
    ends.push_back(EndAt(brokers_[i], one));
  }
  for (const SessionEnd end : kByWeight) {
    if (std::find(ends.begin(), ends.end(), end) != ends.end()) return end;
  }
  return SessionEnd::kUnavailable;
}

SessionEnd SessionEnder::EndAt(const LinkSettings& broker, const Waiting& one) const {
  const absl::Time stands_until = std::min(one.until, absl::Now() + kStandsMax);
  while (absl::Now() < one.until) {
    Visit visit(broker, one);
    const auto code = visit.Arrive(*this, one.until);
    if (!code) return SessionEnd::kUnavailable;
    if (*code == 0) {
      visit.Leave();
      return one.if_there && !visit.found_session() ? SessionEnd::kNoSession : SessionEnd::kEnded;
    }
    if (absl::Now() >= stands_until) return SessionEnd::kStands;
    if (!Pause(kRetry)) break;
  }
  return SessionEnd::kUnavailable;
}

bool SessionEnder::Pause(absl::Duration time) const {
  const absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stop_), time);
}

}  // namespace service
