// What a device under test did, as the broker saw it: a line of what the admin socket's `observe`
// tells (docs/admin-socket.md).
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace advise {

// What does not go with `what` is empty.
struct Observation {
  enum class What : uint8_t { kConnect, kDisconnect, kSubscribe, kUnsubscribe, kPublish, kDeliver };

  int64_t us = 0;  // when, by the broker's clock
  What what = What::kConnect;
  std::string client{};

  // Connect.
  bool clean = false;
  int64_t keep_alive_s = 0;
  std::string result{};  // "accepted", "refused", "closed"

  std::string reason{};  // of a disconnect: the word of the lifecycle event

  // Subscribe, unsubscribe, publish, deliver.
  std::string topic{};
  int64_t qos = 0;
  bool retain = false;
  bool allowed = true;
  int64_t payload_bytes = 0;
  std::string payload{};  // as far as it is told, and is UTF-8
};

// Fails with InvalidArgument, which says why.
absl::StatusOr<Observation> ParseObservation(absl::string_view line);

// For people, with the time since `from_us`:
// `+1.203 s  publish $aws/things/lamp/shadow/update qos 1 {"state":…}`.
std::string ObservationText(const Observation& observation, int64_t from_us);

// "1.203 s".
std::string SecondsText(int64_t us);

// At most `most` bytes of UTF-8 text, with … for the rest.
std::string Shortened(absl::string_view text, size_t most);

}  // namespace advise
