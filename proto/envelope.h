// The link between plugin and service: one MQTT message carries a batch of requests one way or a
// batch of answers the other. docs/link-format.md has the bytes. All integers are little-endian.
//
// An epoch is one life of the plugin (random, never 0); inside it requests are numbered from 1 and
// up. Both ends check every envelope; what does not decode is a Status that names the fault, and
// has no effect.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/plugin_status.h"
#include "proto/topic.h"
#include "shadow/id.h"

namespace proto {

inline constexpr uint8_t kLinkVersion = 13;

// The link's topics. Nobody but plugin and service may touch "$shadow/…".
inline constexpr absl::string_view kReservedLevel = "$shadow";
inline constexpr absl::string_view kRequestsTopic = "$shadow/link/requests";  // to the service
inline constexpr absl::string_view kAnswersTopic = "$shadow/link/answers";    // to the plugin
inline constexpr absl::string_view kPiecesTopic = "$shadow/link/pieces";      // proto/pieces.h
inline constexpr absl::string_view kServiceUser = "shadowd";
// Of clients that the service hands on from WebSocket; with it goes a ticket (identity/ticket.h).
inline constexpr absl::string_view kTunnelUser = "$shadow/websocket";
// The service's client ids: this, then characters that nobody can guess.
inline constexpr absl::string_view kServiceClientIdPrefix = "$shadow/link/";
// Of the sessions that the service opens for pages of the console: 16 hex digits follow. The user
// name is the prefix below and who uses the page.
inline constexpr absl::string_view kConsoleClientIdPrefix = "$shadow/console/";
inline constexpr absl::string_view kConsoleUserPrefix = "console-";
// Where such a session is told, in decimal digits, how many messages the broker was to hand it.
inline constexpr absl::string_view kConsoleCountTopic = "$shadow/console/count";

// Service to plugin, once per session: "send me what is unanswered, then what comes".
struct Hello {
  uint64_t life = 0;        // of the service that serves: random, never 0
  bool has_others = false;  // there are other brokers, and news of them (proto/news.h)

  friend bool operator==(const Hello&, const Hello&) = default;
};
std::string EncodeHello(const Hello& hello);

// Whether an envelope, which may be damaged, says that it is a hello.
bool IsHello(absl::string_view bytes);

// Messages of an update that nobody is subscribed to: they need not be worded.
struct Unheard {
  bool accepted = false;
  bool documents = false;
  bool delta = false;

  friend bool operator==(const Unheard&, const Unheard&) = default;
};

struct LinkRequest {
  uint64_t sequence = 0;
  shadow::Operation operation = shadow::Operation::kUpdate;
  bool resent = false;  // it was sent before, in an earlier session: it may have been applied
  shadow::ShadowId id;
  // Of a request beyond shadows (device_topic.h), of at most 65,535 bytes; then operation, id and
  // unheard mean nothing. Empty: it is a shadow's.
  absl::string_view topic{};
  absl::string_view payload{};
  Unheard unheard{};
  uint64_t connection = 0;  // the number of the one that it came over (proto/arrivals.h); 0: none
};

// Plugin to service. May hold no request: then it only tells epoch and answered_below.
struct RequestBatch {
  uint64_t epoch = 0;
  uint64_t answered_below = 0;  // the plugin has an answer for every sequence below this one
  std::vector<LinkRequest> requests{};
};

class RequestBatchWriter {
 public:
  RequestBatchWriter(uint64_t epoch, uint64_t answered_below);
  void Add(const LinkRequest& request);
  size_t bytes() const { return bytes_.size(); }
  uint32_t requests() const { return count_; }
  std::string Finish() &&;

 private:
  std::string bytes_;
  uint32_t count_ = 0;
};

// Views of the result point into `bytes`.
absl::StatusOr<RequestBatch> DecodeRequestBatch(absl::string_view bytes);

struct LinkMessage {
  AnswerTopic
      topic;  // of an answer to a request beyond shadows kAccepted or kRejected, else neither
  absl::string_view payload{};
};

// All messages that one request causes. Sequence 0: caused by something else than a request over
// the link (an HTTPS update, say); only then `id` is carried.
struct LinkAnswer {
  uint64_t sequence = 0;
  shadow::ShadowId id;
  std::vector<LinkMessage> messages;
};

// Service to plugin: either answers to requests of `epoch`, or a hello. Epoch 0: none of them
// answers a request, so any plugin may publish them.
struct AnswerBatch {
  std::optional<Hello> hello{};
  uint64_t epoch = 0;
  std::vector<LinkAnswer> answers{};
};

// Answers are worded straight into the envelope.
class AnswerBatchWriter {
 public:
  explicit AnswerBatchWriter(uint64_t epoch);

  // Begins the answer to request `sequence`; or, for sequence 0, messages about `id`.
  void BeginAnswer(uint64_t sequence, const shadow::ShadowId& id);
  // Begins a message of the answer begun last. Append its payload to the result, before any other
  // call.
  std::string& BeginMessage(AnswerTopic topic);

  void Reserve(size_t bytes) { bytes_.reserve(bytes); }
  size_t bytes() const { return bytes_.size(); }
  uint32_t answers() const { return count_; }
  std::string Finish() &&;

 private:
  void EndMessage();

  std::string bytes_;
  uint32_t count_ = 0;
  size_t answer_at_ = 0;   // where the answer begun last starts
  size_t message_at_ = 0;  // where the open message starts; 0: none is open
};

absl::StatusOr<AnswerBatch> DecodeAnswerBatch(absl::string_view bytes);

// Plugin to service, once a second while the link is up.
std::string EncodeStatus(uint64_t epoch, const PluginStatus& status);

// Whether an envelope, which may be damaged, says that it is a status.
bool IsStatus(absl::string_view bytes);

absl::StatusOr<PluginStatus> DecodeStatus(absl::string_view bytes);

}  // namespace proto
