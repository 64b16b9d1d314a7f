// AWS's lifecycle events in words (L1 to L6): the topic of each, and its payload to the byte. Pure;
// who comes and goes is told by plugin/presence.h.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace plugin {

// Why a connection ended (L6), as far as a plugin can learn it.
enum class DisconnectReason {
  kUnknown,
  kApiInitiated,
  kAuthError,
  kClientInitiated,
  kClientError,
  kConnectionLost,
  kDuplicateClientId,
  kForbiddenAccess,
  kKeepAliveTimeout,
  kServerError,
  kServerInitiated,
};

// The word of docs/lifecycle-events.md.
absl::string_view ReasonText(DisconnectReason reason);

struct LifecycleEvent {
  enum class Kind { kConnected, kDisconnected, kConnectFailed, kSubscribed, kUnsubscribed };

  Kind kind;
  std::string client_id;
  int64_t timestamp_ms = 0;                              // since the Unix epoch
  std::string session;                                   // a UUID
  std::string principal{};                               // the certificate's id; empty: none
  std::string address{};                                 // kConnected, kConnectFailed
  DisconnectReason reason = DisconnectReason::kUnknown;  // kDisconnected
  uint64_t version = 0;                                  // kConnected, kDisconnected (L7)
  std::vector<std::string> topics{};                     // kSubscribed, kUnsubscribed
};

// False for client ids that get no events: with a wildcard in them (L5), and those too long for
// AWS.
bool HasLifecycleEvents(absl::string_view client_id);

std::string LifecycleTopic(const LifecycleEvent& event);

// Compact JSON, the members in AWS's order. `client_id` and `topics` must be UTF-8.
std::string LifecyclePayload(const LifecycleEvent& event);

}  // namespace plugin
