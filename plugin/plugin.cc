#include "plugin/plugin.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/gate.h"
#include "proto/answer.h"
#include "proto/request.h"

namespace plugin {
namespace {

// Where Mosquitto publishes its notices, if mosquitto.conf says `log_dest topic`.
constexpr absl::string_view kBrokerLogTopic = "$SYS/broker/log/N";
// Where it publishes how many subscriptions there are.
constexpr absl::string_view kSubscriptionsTopic = "$SYS/broker/subscriptions/count";

bool HasReservedId(const Client& client) {
  return absl::StartsWith(client.id, proto::kReservedLevel);
}

// Takes as long for a near miss as for a far one.
bool SameSecret(absl::string_view a, absl::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  return difference == 0;
}

}  // namespace

Plugin::Plugin(const Options& options, std::string secret, uint64_t epoch, Broker& broker,
               int64_t now_us, std::shared_ptr<const policy::Registry> registry)
    : options_(options),
      secret_(std::move(secret)),
      broker_(broker),
      warnings_(broker),
      outbox_(epoch, {.requests_max = options.window_requests, .bytes_max = options.window_bytes}),
      quotas_({.in_flight = options.quota_in_flight.value_or(0),
               .thing_rate = options.quota_thing_rate.value_or(0)}),
      manners_(options.manners),
      access_(options, std::move(registry), broker, status_),
      presence_(epoch),
      service_away_since_us_(now_us) {}

bool Plugin::Connect(const Client& client, const Origin& origin, absl::string_view username,
                     absl::string_view password, int64_t now_us) {
  const bool admitted = Admit(client, origin, username, password, now_us);
  if (!options_.lifecycle_events || HasReservedId(client)) return admitted;
  const Arrival arrival = {
      .client_id = client.id,
      .principal = origin.certificate ? absl::string_view(origin.certificate->id) : "",
      .address = origin.address};
  if (admitted) {
    presence_.Connected(client.handle, arrival, now_us);
  } else {
    presence_.Refused(client.handle, arrival);
  }
  return admitted;
}

bool Plugin::Admit(const Client& client, const Origin& origin, absl::string_view username,
                   absl::string_view password, int64_t now_us) {
  const bool service = absl::StartsWith(client.id, proto::kServiceClientIdPrefix);
  if (service && (username != proto::kServiceUser || !SameSecret(password, secret_))) {
    ++status_.forbidden_connects;
    warnings_.Say("a client without the link's secret wanted to connect as the service", now_us);
    return false;
  }
  if (!service && HasReservedId(client)) {
    ++status_.forbidden_connects;
    warnings_.Say("a client id that begins with $shadow was refused: it is reserved", now_us);
    return false;
  }
  if (!service) {
    if (const auto fault = manners_.Connect(client.id)) {
      ++status_.bad_manners;
      WarnOfManners(client, *fault, "was refused");
      return false;
    }
    if (!access_.Connect(client, origin)) return false;
    if (const auto fault = manners_.KeepAlive(client.keep_alive_s)) {
      WarnOfManners(client, *fault, "was let in");
    }
  }
  if (service) ++services_;
  connections_[client.handle] = {.id = std::string(client.id),
                                 .service = service,
                                 .mqtt5 = client.mqtt5,
                                 .one_packet_a_turn = client.one_packet_a_turn,
                                 .number = ++connections_made_};
  if (!service) filters_.Connect(client.id, client.handle, client.clean_session);
  return true;
}

bool Plugin::Stands(const Client& client, const Origin& origin, bool has_subscriptions) {
  const auto known = connections_.find(client.handle);
  if (known != connections_.end() && known->second.id == client.id &&
      (known->second.service || access_.IsSame(client.handle, origin))) {
    return true;
  }
  if (HasReservedId(client)) return false;
  return access_.IsAway(client, origin, has_subscriptions);
}

void Plugin::Disconnect(const Client& client, int64_t now_us) {
  if (expelling_) presence_.WillBeCut(client.handle, DisconnectReason::kAuthError);
  presence_.Disconnected(client.handle, now_us);
  access_.Disconnect(client.handle);
  if (const auto connection = connections_.find(client.handle); connection != connections_.end()) {
    manners_.Disconnect(connection->second.number);
    if (connection->second.service) --services_;
    connections_.erase(connection);
  }
  filters_.Disconnect(client.id, client.handle, client.clean_session);
  std::erase_if(ending_, [&](const Ending& ending) { return ending.handle == client.handle; });
  if (!IsService(client)) return;
  service_ = nullptr;
  retained_.Clear();
  service_away_since_us_ = now_us;
  outbox_.EndSession();
  broker_.Log(LogLevel::kWarning, "shadow: the service is gone; requests wait for it");
}

bool Plugin::MayPublish(const Client& client, absl::string_view topic, bool retain, int qos,
                        size_t payload_bytes) {
  const auto connection = connections_.find(client.handle);
  if (connection == connections_.end()) presence_.WillIsSent(client.handle);
  if (connection != connections_.end() && connection->second.service) {
    return topic == proto::kAnswersTopic && !retain;
  }
  publisher_ = client.handle;
  if (!plugin::MayPublish(topic, retain)) {
    ++status_.forbidden_publishes;
    warnings_.Say("a client published where it may not", ticked_us_,
                  absl::StrCat(": ", client.id, " to ", topic));
    Forbid(client);
    return false;
  }
  if (!access_.MayPublish(client, topic, retain)) {
    Forbid(client);
    return false;
  }
  const auto fault = manners_.Publish(topic, payload_bytes, qos, retain);
  if (fault) Cut(client, *fault);
  return !fault;
}

void Plugin::Cut(const Client& client, const Manners::Fault& fault) {
  ++status_.bad_manners;
  WarnOfManners(client, fault, "was cut");
  if (!connections_.contains(client.handle)) return;
  ending_.push_back({client.handle});
  presence_.WillBeCut(client.handle, DisconnectReason::kClientError);
}

void Plugin::WarnOfManners(const Client& client, const Manners::Fault& fault,
                           absl::string_view what_became) {
  warnings_.Say(absl::StrCat("manner_", fault.rule, ": a client ", what_became), ticked_us_,
                absl::StrCat(": ", client.id, ": ", fault.text));
}

void Plugin::Forbid(const Client& client) {
  // An MQTT 5 client is told by its PUBACK. The will of a client that has gone is just dropped.
  if (client.mqtt5 || options_.on_forbidden != OnForbidden::kDisconnect) return;
  if (!connections_.contains(client.handle)) return;
  ending_.push_back({client.handle});
  presence_.WillBeCut(client.handle, DisconnectReason::kForbiddenAccess);
}

bool Plugin::MaySubscribe(const Client& client, absl::string_view filter, int qos) {
  if (HasReservedId(client)) {
    return filter == kBrokerLogTopic || filter == kSubscriptionsTopic ||
           (IsService(client) && retained_.Subscribed(filter));
  }
  if (!plugin::MaySubscribe(filter) || !access_.MaySubscribe(client, filter)) return false;
  const auto connection = connections_.find(client.handle);
  if (connection != connections_.end()) {
    if (const auto fault = manners_.Subscribe(connection->second.number, filter, qos,
                                              connection->second.one_packet_a_turn)) {
      Cut(client, *fault);
      return false;
    }
  }
  presence_.Subscribed(client.handle, filter);
  filters_.Subscribe(client.id, filter);
  audience_.Subscribed(filter);
  return true;
}

void Plugin::Unsubscribe(const Client& client, absl::string_view filter) {
  if (HasReservedId(client)) return;
  presence_.Unsubscribed(client.handle, filter);
  filters_.Unsubscribe(client.id, filter);
  const auto connection = connections_.find(client.handle);
  if (connection != connections_.end()) manners_.Unsubscribe(connection->second.number, filter);
}

bool Plugin::MayReceive(const Client& client, absl::string_view topic, absl::string_view payload,
                        int qos, bool retain) {
  // This comes in the midst of whatever the broker, or the plugin, logs about.
  if (topic == kBrokerLogTopic) presence_.Logged(payload);
  if (HasReservedId(client)) {
    if (IsService(client)) ShowService(topic, payload, qos, retain);
    return false;
  }
  if (topic == kBrokerLogTopic) return true;
  if (!plugin::MayReceive(topic)) return false;
  const proto::Topic parsed = proto::ParseTopic(topic);
  if (parsed.kind == proto::Topic::Kind::kAnswer) {
    audience_.Asked(parsed.id, parsed.answer);  // even by who may not have it: that can change
    if (payload.empty()) return false;          // AskWhoHears, which is answered by that
  }
  if (!access_.MayReceive(client, topic)) return false;
  if (parsed.kind != proto::Topic::Kind::kRequest || !options_.hash_excludes_parent) return true;
  return filters_.Deliver(client.id, topic, client.handle == publisher_);
}

void Plugin::ShowService(absl::string_view topic, absl::string_view payload, int qos, bool retain) {
  if (topic == kSubscriptionsTopic) {
    if (!absl::SimpleAtoi(payload, &status_.subscriptions)) status_.subscriptions = 0;
  } else {
    retained_.Saw(topic, payload, qos, retain);
  }
}

void Plugin::Message(const Client& client, absl::string_view topic, absl::string_view payload,
                     int64_t now_us) {
  if (topic == proto::kAnswersTopic) {
    FromService(client, payload, now_us);
    return;
  }
  const proto::Topic parsed = proto::ParseTopic(topic);
  if (parsed.kind == proto::Topic::Kind::kRequest) Take(client, parsed, payload, now_us);
}

void Plugin::Take(const Client& client, const proto::Topic& topic, absl::string_view payload,
                  int64_t now_us) {
  const auto connection = connections_.find(client.handle);
  Request request{.thing = std::string(topic.id.thing),
                  .name = std::string(topic.id.name),
                  .operation = topic.operation,
                  .payload = std::string(payload),
                  .taken_us = now_us,
                  .connection = connection == connections_.end() ? 0 : connection->second.number};
  if (payload.size() > options_.request_bytes_max) {
    // Too large to be parsed for its token here: this is the broker's thread.
    request.payload.clear();
    Refuse(request, shadow::TooLarge(payload.size(), options_.request_bytes_max));
    ++status_.refused_large;
    warnings_.Say("a request beyond request_bytes_max was refused with 413", now_us);
  } else if (ServiceIsAway(now_us)) {
    Refuse(request, shadow::InternalFailure());
    ++status_.refused_away;
    warnings_.Say("the service is away longer than link_timeout_ms: requests are refused with 500",
                  now_us);
  } else if (const Quotas::Verdict verdict =
                 quotas_.Take(request.connection, request.thing, now_us);
             verdict != Quotas::Verdict::kWithin) {
    Refuse(request, shadow::TooManyRequests());
    const bool in_flight = verdict == Quotas::Verdict::kInFlight;
    ++(in_flight ? status_.refused_in_flight : status_.refused_thing_rate);
    warnings_.Say(absl::StrCat(in_flight ? "quota_in_flight" : "quota_thing_rate",
                               " is exceeded: requests are refused with 429"),
                  now_us, absl::StrCat("; first client ", client.id, ", thing ", request.thing));
  } else if (outbox_.Add(request)) {
    ++status_.taken;
    if (options_.skip_unheard && topic.operation == shadow::Operation::kUpdate &&
        outbox_.Gathers()) {
      AskWhoHears(topic.id);
    }
  } else {
    quotas_.Answered(request.connection);
    Refuse(request, shadow::TooManyRequests());
    ++status_.refused_window;
    warnings_.Say("the window of unanswered requests is full: requests are refused with 429",
                  now_us);
  }
}

// A request that waits for others has the time to learn, by an empty message that nobody is handed,
// which answers it need not cause.
void Plugin::AskWhoHears(const shadow::ShadowId& id) {
  audience_.Try(
      id, {proto::AnswerTopic::kUpdateDocuments, proto::AnswerTopic::kUpdateDelta},
      [&](proto::AnswerTopic topic) { broker_.Publish(proto::AnswerTopicOf(id, topic), ""); });
}

void Plugin::Refuse(const Request& request, const shadow::Refusal& refusal) {
  arena_.Clear();
  const proto::ClientToken token = proto::ParseGetOrDelete(request.payload, arena_).token;
  std::string payload;
  proto::WordRejected(refusal, token, payload);
  broker_.Publish(proto::AnswerTopicOf(request.id(), proto::RejectedTopic(request.operation)),
                  payload);
}

void Plugin::Tick(int64_t now_us, int64_t wall_ms) {
  publisher_ = nullptr;
  ticked_us_ = now_us;
  for (const Ending& ending : std::exchange(ending_, {})) {
    const auto connection = connections_.find(ending.handle);
    if (connection != connections_.end()) {
      broker_.Disconnect(std::string(connection->second.id), ending.with_will);
    }
  }
  expelling_ = true;
  access_.Tick(now_us);
  expelling_ = false;
  GiveUpOverdue(now_us);
  if (service_ != nullptr) {
    TellRetained();
    SendBatches();
    SendStatus(now_us);
  }
  presence_.Flush(wall_ms, [this](const LifecycleEvent& event) {
    broker_.Publish(LifecycleTopic(event), LifecyclePayload(event));
  });
  audience_.Tick();
  manners_.EndTurn();
}

}  // namespace plugin
