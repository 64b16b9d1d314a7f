// The plugin's settings: `plugin_opt_NAME VALUE` lines of mosquitto.conf (docs/operations.md).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "measure/memory_limit.h"
#include "plugin/manners.h"

namespace plugin {

// What happens to an MQTT 3.1.1 client that publishes where it must not (K6).
enum class OnForbidden { kDisconnect, kIgnore };

// Who may connect, and what they may do.
enum class Auth {
  kOpen,         // anybody, anything outside the reserved topics
  kCertificate,  // whose certificate the registry knows as active: what its policies allow
  // Whoever comes with a certificate as with kCertificate, whoever comes without as with kOpen.
  kCertificateOrLocal,
};

struct Options {
  std::string link_secret_file;  // required
  Auth auth = Auth::kOpen;
  std::string registry{};             // folder; required unless auth is open
  bool open_beyond_loopback = false;  // who has no identity may come from other machines
  bool open_to_websocket = false;     // and over WebSocket, as any web page can
  bool hash_excludes_parent = true;   // K8: `x/#` does not deliver requests on `x`
  OnForbidden on_forbidden = OnForbidden::kDisconnect;
  bool lifecycle_events = true;         // L1 to L7
  bool faults = false;                  // faults on purpose can be asked for
  bool skip_unheard = false;            // answers that nobody is subscribed to are not worded
  size_t window_requests = 10'000;      // unanswered requests held
  size_t window_bytes = 64u << 20;      // and their payloads
  size_t request_bytes_max = 2u << 20;  // one request's payload; a larger one is refused with 413
  int64_t link_timeout_ms = 10'000;     // a request waits for shadowd this long, then 500
  bool aws_quotas = false;              // the quotas below are AWS's, unless they are given
  // 0: no limit. ParseOptions leaves neither open.
  std::optional<size_t> quota_in_flight{};   // unanswered requests of one connection (I3)
  std::optional<size_t> quota_thing_rate{};  // requests a second for one thing (I4)
  bool aws_manners = false;                  // the manners are AWS's, but for those that are given
  Manners::Rules manners{};
};

using OptionList = std::vector<std::pair<std::string, std::string>>;

// Refuses an unknown name and a bad value, naming it and what would be right.
absl::StatusOr<Options> ParseOptions(const OptionList& list);

// In words, for the log; empty: they fit.
std::string WhatDoesNotFit(const Options& options, const measure::MemoryLimit& limit);

}  // namespace plugin
