// What is retained, for the service (J7). Mosquitto 2.0 does not let a plugin look it up; but for a
// subscription it asks, message by message and before anything else happens, whether the client may
// be handed what is retained. So the service says what it wants to know, subscribes and lets go
// again; the plugin reads over its shoulder and says no: nothing is queued or sent, and what is
// kept here is bounded by what was asked for.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "proto/command.h"

namespace plugin {

class RetainedLook {
 public:
  // Of topics that are longer nothing is told (K3).
  static constexpr size_t kTopicBytesMax = 256;

  // The service wants to know. What it wanted before and did not subscribe to is forgotten.
  void Begin(uint64_t id, const proto::RetainedCommand& what);

  // The service subscribes. False: not to what it wanted to know.
  bool Subscribed(absl::string_view filter);

  // The broker wants to hand the service a message. A retained one without a payload ends what was
  // retained.
  void Saw(absl::string_view topic, absl::string_view payload, int qos, bool retain);

  // The reply, once all was shown: any event after the subscription is later than that.
  std::optional<std::string> TakeReply();

  void Clear() { look_.reset(); }

 private:
  struct Message {
    uint8_t qos;
    uint32_t payload_bytes;
    std::string payload;
  };
  struct Look {
    uint64_t id;
    std::string topic;  // empty: all
    std::string after;
    size_t most;
    bool subscribed = false;
    std::map<std::string, Message, std::less<>> found{};  // the first `most`
  };

  std::optional<Look> look_;
};

}  // namespace plugin
