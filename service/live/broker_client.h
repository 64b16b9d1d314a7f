// One MQTT 5 connection of a page with the broker, by the way of the link (docs/link-format.md).
// Nothing here waits but Connect; who reads and writes, and when, is service/live/broker_session.h.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/link/link_settings.h"
#include "service/live/mqtt_session.h"

struct mosquitto;

namespace service {

class BrokerClient {
 public:
  // What the broker says, while Read, Write or Publish are called. `reason`: of MQTT 5; an error
  // from kErrorLeast on.
  class Listener {
   public:
    virtual ~Listener() = default;
    virtual void OnConnected(int reason) = 0;
    virtual void OnSubscribed(int packet, int reason) = 0;
    virtual void OnPublished(int packet, int reason) = 0;
    // `subscriptions`: the numbers of those that it is for; none: the broker did not say. `message`
    // gives a copy of it.
    using Copy = std::function<MqttMessage()>;
    virtual void OnMessage(absl::Span<const uint32_t> subscriptions, absl::string_view topic,
                           size_t payload_bytes, const Copy& message) = 0;
  };

  // While there is one, there can be clients.
  struct Library {
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
  };

  static constexpr int kErrorLeast = 0x80;
  // A larger one the broker does not hand out here.
  static constexpr uint32_t kPacketBytesMax = 4u << 20;

  // For who uses the page. `listener` outlives its last call to Read, Write and Publish.
  BrokerClient(const LinkSettings& settings, absl::string_view user, Listener& listener);
  ~BrokerClient();

  // May wait. False: there is no broker.
  bool Connect();

  int socket() const;
  bool wants_write() const;

  // False: the connection is lost. Reads what has arrived, but a turn's worth at most.
  bool Read();
  bool Write();
  bool KeepUp();  // to be called every second or so

  // The number of the packet that is answered; nothing: it cannot be sent, and `why` says so.
  std::optional<int> Subscribe(const std::string& filter, int qos, uint32_t number,
                               std::string& why);
  std::optional<int> Publish(const MqttPublish& publish, std::string& why);
  void Unsubscribe(const std::string& filter);

  // Says goodbye, if that can be said at once.
  void Leave();

 private:
  struct Free {
    void operator()(mosquitto* client) const;
  };

  const LinkSettings settings_;
  Listener& listener_;
  std::unique_ptr<mosquitto, Free> client_;
};

}  // namespace service
