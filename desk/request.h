// A request that a device has published to one of its reserved topics, and what it is answered.
// Payloads are JSON here: what came as CBOR has been turned, and the answer is turned back.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "proto/device_topic.h"

namespace desk {

struct Request {
  proto::DeviceTopic topic{};
  absl::string_view payload{};
  absl::string_view fault{};  // why the payload cannot be read at all; empty: it can be looked at
};

// Told to whoever asked, and to nobody else, on the request's topic and "/accepted" or "/rejected".
// After a refusal nothing that the request put on the desk counts.
struct Answer {
  bool accepted = true;
  std::string payload{};
};

}  // namespace desk
