// What the plugin asks of the broker it runs in. All calls come on the broker's own thread, and
// none takes effect before the current event is over.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/command.h"

namespace plugin {

enum class LogLevel { kInfo, kWarning, kError };

class Broker {
 public:
  virtual ~Broker() = default;

  // Publishes to everybody who is subscribed, at QoS 1, not retained (F10).
  virtual void Publish(const std::string& topic, absl::string_view payload) = 0;

  // Publishes as the command says, to everybody who is subscribed.
  virtual void Publish(const proto::PublishCommand& message) = 0;

  // Hands a message to one session, whatever it is subscribed to: at QoS 1, or 0.
  virtual void PublishTo(const std::string& client_id, absl::string_view topic,
                         absl::string_view payload, bool at_least_once) = 0;

  // Cuts a client's connection. Must not be called from an event of that client: see
  // plugin/connections.h.
  virtual void Disconnect(const std::string& client_id, bool with_will) = 0;

  virtual void Log(LogLevel level, const std::string& line) = 0;

  // Microseconds of a clock that never goes back, and seconds since 1970.
  virtual int64_t SteadyUs() const = 0;
  virtual int64_t EpochSeconds() const = 0;
};

}  // namespace plugin
