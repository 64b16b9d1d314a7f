// A page's session with the broker, at work: what service/live/broker_session.h says. For files
// that may know Boost.
//
// Thread rule: the HTTP server's thread.
#pragma once

#define BOOST_ASIO_DISABLE_CO_AWAIT

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/system/error_code.hpp>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/http/loop.h"
#include "service/link/link_settings.h"
#include "service/live/broker_client.h"
#include "service/live/dialer.h"
#include "service/live/mqtt_bounds.h"
#include "service/live/mqtt_session.h"

namespace service {

// What all sessions share.
struct Broker {
  Broker(std::function<LinkSettings()> which, HttpLoop& on)
      : settings(std::move(which)), loop(on) {}

  const BrokerClient::Library library{};
  const std::function<LinkSettings()> settings;  // of the broker to go to; any thread
  HttpLoop& loop;
  Dialer dialer{};  // the last member: uses all others
};

// The session while anybody wants it. What the broker says is told when the library is done with
// it, and what a call brings about when that is over.
class Conversation : public BrokerClient::Listener,
                     public std::enable_shared_from_this<Conversation> {
 public:
  Conversation(std::shared_ptr<Broker> broker, absl::string_view user, MqttSession::Told told);

  void Subscribe(int64_t id, const std::string& filter, int qos);
  void Unsubscribe(int64_t id);
  void Publish(int64_t id, MqttPublish publish);
  // Nothing is told any more.
  void Close();

  void OnConnected(int reason) override;
  void OnSubscribed(int packet, int reason) override;
  void OnPublished(int packet, int reason) override;
  void OnMessage(absl::Span<const uint32_t> subscriptions, absl::string_view topic,
                 size_t payload_bytes, const Copy& message) override;

 private:
  static constexpr int64_t kRetryFirstUs = 200'000;

  // It wants no broker; dials, and waits to be taken; is taken; waits before it tries again; and
  // is closed.
  enum class Phase { kIdle, kDialling, kGreeting, kUp, kWaiting, kOver };

  struct Subscription {
    std::string filter;
    int qos = 0;
    uint32_t number = 0;  // by which the broker knows it; 0: it does not yet
    int packet = 0;       // that asks for it
    uint64_t lost = 0;    // since it was said last
    uint64_t heard = 0;   // since the plugin has said last how many there were
    bool away = false;    // it was told so
  };
  struct Outgoing {
    int64_t id;
    MqttPublish publish;
    int packet = 0;  // 0: it is not sent yet
    int64_t until_us = 0;
  };

  void Begin();  // unless it has begun
  void Dial();
  void Greet(std::shared_ptr<BrokerClient> client, bool connected);
  void AwaitSocket();
  void AwaitWrite();
  void Lost();
  void DropClient();
  bool Ask(int64_t id, Subscription& subscription);  // false: it cannot be
  void Send(Outgoing& outgoing);
  void Tick();
  void GiveUpPublishes(int64_t now_us);
  void Arrived(int64_t id, Subscription& subscription, size_t payload_bytes, const Copy& message);
  void TellLost(int64_t id, Subscription& subscription);
  // The plugin says how many messages it has let the broker hand here.
  void Count(absl::string_view handed);

  // Told with the next Deliver, which comes by itself.
  void Tell(std::function<void()> what);
  void Fail(int64_t id, std::string why) {
    Tell([this, id, why = std::move(why)] { told_.failed(id, why); });
  }
  void Deliver();

  template <class Body>
  auto Then(Body body) {
    return [self = shared_from_this(), body](const boost::system::error_code& error) {
      if (!error && self->phase_ != Phase::kOver) body();
    };
  }

  const std::shared_ptr<Broker> broker_;
  const std::string user_;
  const MqttSession::Told told_;
  const boost::asio::any_io_executor executor_;
  boost::asio::posix::stream_descriptor socket_;  // a copy of the client's
  boost::asio::steady_timer timer_;
  Phase phase_ = Phase::kIdle;
  std::shared_ptr<BrokerClient> client_;  // from kGreeting on
  bool awaits_write_ = false;
  bool ticks_ = false;
  int64_t due_us_ = 0;   // of kGreeting and kWaiting: when that is over
  int64_t used_us_ = 0;  // when there was a subscription or a publish last
  int64_t retry_us_ = kRetryFirstUs;
  uint32_t last_number_ = 0;
  // Of this connection: what came, and what the broker has dropped. At QoS 0, where what is handed
  // over is here before what is said of it, or nowhere.
  bool is_counted_ = true;
  uint64_t came_ = 0;
  uint64_t dropped_ = 0;
  std::map<int64_t, Subscription> subscriptions_;
  std::deque<Outgoing> outgoing_;
  MqttBounds bounds_;
  std::deque<std::function<void()>> to_tell_;
  bool will_deliver_ = false;
};

}  // namespace service
