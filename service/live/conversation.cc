#include "service/live/conversation.h"

#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <chrono>
#include <iterator>
#include <optional>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "faults/topic_filter.h"
#include "proto/envelope.h"
#include "service/http/loop_state.h"
#include "service/live/broker_words.h"

namespace service {
namespace {

namespace asio = boost::asio;
using ErrorCode = boost::system::error_code;

constexpr int64_t kUsPerMs = 1000;
constexpr auto kSessionTick = std::chrono::milliseconds(200);
constexpr int64_t kSessionRetryMaxUs = 2'000 * kUsPerMs;
constexpr int64_t kGreetingUs = 10'000 * kUsPerMs;  // from dialling until the broker has taken it
constexpr int64_t kPublishUs = 10'000 * kUsPerMs;   // until it must be acknowledged
constexpr int64_t kIdleUs = 10'000 * kUsPerMs;      // after which nobody needs the session

int64_t SteadyNowUs() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// Of a message of which the broker does not say what it is for: an answer to the page alone.
bool IsUnder(absl::string_view filter, absl::string_view topic) {
  const bool is_below_wildcard = topic.front() == '$' && filter.find_first_of("+#") == 0;
  return !is_below_wildcard && faults::FilterMatches(filter, topic);
}

boost::asio::any_io_executor ExecutorOf(const HttpLoop& loop) {
  const absl::MutexLock lock(&loop.state().mutex);
  return loop.state().executor;
}

}  // namespace

Conversation::Conversation(std::shared_ptr<Broker> broker, absl::string_view user,
                           MqttSession::Told told)
    : broker_(std::move(broker)),
      user_(user),
      told_(std::move(told)),
      executor_(ExecutorOf(broker_->loop)),
      socket_(executor_),
      timer_(executor_) {}

void Conversation::Subscribe(int64_t id, const std::string& filter, int qos) {
  Unsubscribe(id);
  std::string fault = WhyNotFilter(filter, qos);
  if (fault.empty() && subscriptions_.size() == kMqttFiltersMax) {
    fault = absl::StrCat("A page follows at most ", kMqttFiltersMax, " filters");
  }
  const bool is_known = std::any_of(subscriptions_.begin(), subscriptions_.end(),
                                    [&](const auto& one) { return one.second.filter == filter; });
  if (fault.empty() && is_known) fault = "This filter is followed already";
  if (!fault.empty()) return Fail(id, std::move(fault));
  Subscription& subscription = subscriptions_[id];
  subscription = {.filter = filter, .qos = qos};
  if (phase_ != Phase::kUp) return Begin();
  if (!Ask(id, subscription)) subscriptions_.erase(id);
}

void Conversation::Unsubscribe(int64_t id) {
  const auto found = subscriptions_.find(id);
  if (found == subscriptions_.end()) return;
  if (phase_ == Phase::kUp) {
    client_->Unsubscribe(found->second.filter);
    AwaitWrite();
  }
  subscriptions_.erase(found);
  used_us_ = SteadyNowUs();
}

void Conversation::Publish(int64_t id, MqttPublish publish) {
  const int64_t now_us = SteadyNowUs();
  std::string fault = WhyNotPublish(publish);
  if (fault.empty() && !bounds_.TakePublish(now_us)) {
    fault =
        absl::StrCat("A page publishes at most ", kMqttPublishesPerSecondMax, " times a second");
  }
  if (!fault.empty()) return Fail(id, std::move(fault));
  outgoing_.push_back({.id = id, .publish = std::move(publish), .until_us = now_us + kPublishUs});
  used_us_ = now_us;
  if (phase_ == Phase::kUp) return Send(outgoing_.back());
  Begin();
}

void Conversation::Close() {
  phase_ = Phase::kOver;
  if (client_ != nullptr) client_->Leave();
  DropClient();
  timer_.cancel();
  to_tell_.clear();
}

void Conversation::Begin() {
  if (phase_ == Phase::kIdle) Dial();
  if (!std::exchange(ticks_, true)) Tick();
}

void Conversation::Dial() {
  phase_ = Phase::kDialling;
  auto client = std::make_shared<BrokerClient>(broker_->settings(), user_, *this);
  broker_->dialer.Do([client, broker = broker_.get(), self = weak_from_this()] {
    const bool connected = client->Connect();
    broker->loop.Post([client, connected, self] {
      if (const auto conversation = self.lock()) conversation->Greet(client, connected);
    });
  });
}

void Conversation::Greet(std::shared_ptr<BrokerClient> client, bool connected) {
  if (phase_ != Phase::kDialling) return;
  if (!connected) return Lost();
  client_ = std::move(client);
  phase_ = Phase::kGreeting;
  due_us_ = SteadyNowUs() + kGreetingUs;
  ErrorCode error;
  socket_.assign(dup(client_->socket()), error);
  if (error) return Lost();
  AwaitSocket();
  AwaitWrite();
}

void Conversation::AwaitSocket() {
  socket_.async_wait(asio::posix::stream_descriptor::wait_read, Then([this, of = client_.get()] {
                       if (client_.get() != of) return;
                       const bool stands = client_->Read();
                       Deliver();
                       if (phase_ == Phase::kOver || client_.get() != of) return;
                       if (!stands) return Lost();
                       AwaitWrite();
                       AwaitSocket();
                     }));
}

void Conversation::AwaitWrite() {
  if (client_ == nullptr || awaits_write_ || !client_->wants_write()) return;
  awaits_write_ = true;
  socket_.async_wait(asio::posix::stream_descriptor::wait_write, Then([this, of = client_.get()] {
                       if (client_.get() != of) return;
                       awaits_write_ = false;
                       const bool stands = client_->Write();
                       Deliver();
                       if (phase_ == Phase::kOver || client_.get() != of) return;
                       stands ? AwaitWrite() : Lost();
                     }));
}

void Conversation::DropClient() {
  ErrorCode ignored;
  socket_.close(ignored);
  awaits_write_ = false;
  client_ = nullptr;
}

// The broker, or there is none.
void Conversation::Lost() {
  DropClient();
  phase_ = Phase::kWaiting;
  due_us_ = SteadyNowUs() + retry_us_;
  retry_us_ = std::min(2 * retry_us_, kSessionRetryMaxUs);
  for (auto& [id, subscription] : subscriptions_) {
    subscription.number = 0;
    if (!std::exchange(subscription.away, true)) Tell([this, of = id] { told_.away(of, true); });
  }
  std::erase_if(outgoing_, [this](const Outgoing& one) {
    if (one.packet == 0) return false;
    Fail(one.id, "The broker was lost before it had it");
    return true;
  });
}

void Conversation::OnConnected(int reason) {
  if (reason != 0) return;  // the connection ends, and is tried again
  phase_ = Phase::kUp;
  retry_us_ = kRetryFirstUs;
  is_counted_ = true;
  came_ = dropped_ = 0;
  for (auto one = subscriptions_.begin(); one != subscriptions_.end();) {
    one = Ask(one->first, one->second) ? std::next(one) : subscriptions_.erase(one);
  }
  for (Outgoing& one : outgoing_) Send(one);
}

bool Conversation::Ask(int64_t id, Subscription& subscription) {
  subscription.number = ++last_number_;
  is_counted_ &= subscription.qos == 0;
  std::string why;
  const auto packet =
      client_->Subscribe(subscription.filter, subscription.qos, subscription.number, why);
  if (!packet) {
    Fail(id, std::move(why));
    return false;
  }
  subscription.packet = *packet;
  AwaitWrite();
  return true;
}

void Conversation::OnSubscribed(int packet, int reason) {
  const auto found = std::find_if(subscriptions_.begin(), subscriptions_.end(),
                                  [&](const auto& one) { return one.second.packet == packet; });
  if (found == subscriptions_.end()) return;
  const int64_t id = found->first;
  found->second.packet = 0;
  if (reason >= BrokerClient::kErrorLeast) {
    subscriptions_.erase(found);
    return Fail(id, MqttReason(reason));
  }
  if (std::exchange(found->second.away, false)) Tell([this, id] { told_.away(id, false); });
}

void Conversation::Send(Outgoing& outgoing) {
  std::string why;
  const auto packet = client_->Publish(outgoing.publish, why);
  outgoing.publish.payload.clear();
  outgoing.packet = packet.value_or(-1);  // no packet has it: what failed is taken out in a tick
  if (!packet) {
    outgoing.until_us = 0;
    Fail(outgoing.id, std::move(why));
  }
  AwaitWrite();
}

void Conversation::OnPublished(int packet, int reason) {
  // In the midst of the call that publishes, its packet is not known yet.
  Tell([this, packet, reason] {
    const auto found = std::find_if(outgoing_.begin(), outgoing_.end(),
                                    [&](const Outgoing& one) { return one.packet == packet; });
    if (found == outgoing_.end()) return;
    const int64_t id = found->id;
    outgoing_.erase(found);
    if (reason < BrokerClient::kErrorLeast) return told_.published(id);
    told_.failed(id, MqttReason(reason));
  });
}

void Conversation::OnMessage(absl::Span<const uint32_t> subscriptions, absl::string_view topic,
                             size_t payload_bytes, const Copy& message) {
  if (topic == proto::kConsoleCountTopic) return Count(message().payload);
  if (!subscriptions.empty()) ++came_;
  for (auto& [id, subscription] : subscriptions_) {
    const bool is_for = subscriptions.empty()
                            ? IsUnder(subscription.filter, topic)
                            : std::find(subscriptions.begin(), subscriptions.end(),
                                        subscription.number) != subscriptions.end();
    if (is_for) Arrived(id, subscription, payload_bytes, message);
  }
}

void Conversation::Arrived(int64_t id, Subscription& subscription, size_t payload_bytes,
                           const Copy& message) {
  ++subscription.heard;
  if (!bounds_.TakeMessage(std::min(payload_bytes, kMqttPayloadBytesMax), SteadyNowUs())) {
    ++subscription.lost;
    return;
  }
  TellLost(id, subscription);
  Tell([this, id, copy = message()] { told_.message(id, copy); });
}

// Which of its filters a message was for that the broker has dropped nobody knows: most likely the
// busiest.
void Conversation::Count(absl::string_view handed) {
  uint64_t count = 0;
  if (!is_counted_ || !absl::SimpleAtoi(handed, &count) || subscriptions_.empty()) return;
  const auto busiest = std::max_element(
      subscriptions_.begin(), subscriptions_.end(),
      [](const auto& a, const auto& b) { return a.second.heard < b.second.heard; });
  const uint64_t known = came_ + dropped_;
  if (count > known) {
    busiest->second.lost += count - known;
    dropped_ += count - known;
  }
  for (auto& [id, subscription] : subscriptions_) subscription.heard = 0;
}

void Conversation::TellLost(int64_t id, Subscription& subscription) {
  const uint64_t lost = std::exchange(subscription.lost, 0);
  if (lost > 0) Tell([this, id, lost] { told_.lost(id, lost); });
}

void Conversation::Tick() {
  const int64_t now_us = SteadyNowUs();
  if (!subscriptions_.empty() || !outgoing_.empty()) used_us_ = now_us;
  GiveUpPublishes(now_us);
  for (auto& [id, subscription] : subscriptions_) TellLost(id, subscription);
  if (client_ != nullptr &&
      (!client_->KeepUp() || (phase_ == Phase::kGreeting && now_us > due_us_))) {
    Lost();
  }
  if (phase_ == Phase::kWaiting && now_us >= due_us_) Dial();
  if (now_us - used_us_ > kIdleUs && phase_ != Phase::kDialling) {
    if (client_ != nullptr) client_->Leave();
    DropClient();
    phase_ = Phase::kIdle;
    ticks_ = false;
    return;
  }
  AwaitWrite();
  timer_.expires_after(kSessionTick);
  timer_.async_wait(Then([this] { Tick(); }));
}

void Conversation::GiveUpPublishes(int64_t now_us) {
  std::erase_if(outgoing_, [&](const Outgoing& one) {
    if (one.until_us > now_us) return false;
    if (one.packet == 0) Fail(one.id, std::string(kBrokerAway));
    if (one.packet > 0) Fail(one.id, "The broker has not said that it has it");
    return true;
  });
}

void Conversation::Tell(std::function<void()> what) {
  to_tell_.push_back(std::move(what));
  if (std::exchange(will_deliver_, true)) return;
  asio::post(executor_, [self = shared_from_this()] {
    self->will_deliver_ = false;
    self->Deliver();
  });
}

void Conversation::Deliver() {
  const auto self = shared_from_this();  // whoever is told may end the session
  while (phase_ != Phase::kOver && !to_tell_.empty()) {
    const std::function<void()> what = std::move(to_tell_.front());
    to_tell_.pop_front();
    what();
  }
}

}  // namespace service
