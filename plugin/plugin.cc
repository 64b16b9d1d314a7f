#include "plugin/plugin.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "plugin/gate.h"
#include "proto/device_topic.h"
#include "proto/envelope.h"
#include "proto/topic.h"

namespace plugin {
namespace {

using Fate = FaultInjector::Fate;

constexpr int64_t kTellPagesEveryUs = 1'000'000;

}  // namespace

Plugin::Plugin(const Options& options, std::string secret, uint64_t epoch, Broker& broker,
               int64_t now_us, std::shared_ptr<policy::Registry> registry)
    : options_(options),
      secret_(std::move(secret)),
      broker_(broker),
      warnings_(broker),
      manners_(options.manners),
      tickets_(secret_),
      access_(options, std::move(registry), broker, status_),
      presence_(epoch),
      connections_(broker),
      requests_(options_, epoch, broker, audience_, status_, warnings_, now_us),
      observer_(broker, connections_),
      fault_hands_(broker, connections_, observer_,
                   [this](const void* handle, const HeldMessage& request) {
                     Take(handle, {.connection = request.connection, .client_id = request.client},
                          proto::ParseTopic(request.topic), request.payload, broker_.SteadyUs());
                   }),
      faults_(options.faults ? std::make_unique<FaultInjector>(fault_hands_, status_) : nullptr),
      link_(broker, requests_, connections_, faults_.get(), observer_, access_, warnings_,
            status_) {
  requests_.SetFaults(faults_.get());
  requests_.SetTell([this](const Asker& asker, const std::string& topic,
                           absl::string_view payload) { TellAlone(asker, topic, payload); });
}

bool Plugin::MayPublish(const Client& client, absl::string_view topic, bool retain, int qos,
                        absl::string_view payload) {
  const auto* const connection = connections_.Find(client.handle);
  if (connection == nullptr) connections_.WillIsSent(client.handle);
  if (IsSessionEnder(client)) {
    Forbid(client);
    return false;
  }
  if (IsConsole(client)) {
    publisher_ = client.handle;
    return plugin::MayPublish(topic, retain);
  }
  if (connection != nullptr && connection->service) {
    return (topic == proto::kAnswersTopic || topic == proto::kPiecesTopic) && !retain;
  }
  publisher_ = client.handle;
  const bool allowed = LetPublish(client, topic, retain, qos, payload.size());
  observer_.Published(client.handle, topic, payload, qos, retain, allowed);
  return allowed;
}

bool Plugin::LetPublish(const Client& client, absl::string_view topic, bool retain, int qos,
                        size_t payload_bytes) {
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

bool Plugin::MayCarry(const Client& client, size_t head_bytes) {
  if (IsConsole(client)) return true;
  const auto fault = manners_.Head(head_bytes);
  if (fault) observer_.Forbidden(client.handle);
  if (fault) Cut(client, *fault);
  return !fault;
}

void Plugin::Cut(const Client& client, const Manners::Fault& fault) {
  ++status_.bad_manners;
  WarnOfManners(client, fault, "was cut");
  connections_.Cut(client.handle, DisconnectReason::kClientError);
}

void Plugin::WarnOfManners(const Client& client, const Manners::Fault& fault,
                           absl::string_view what_became) {
  warnings_.Say(
      absl::StrCat("manner_", fault.rule, ": a client ", what_became), ticked_us_,
      absl::StrCat(": ", client.id.substr(0, Manners::kClientIdBytesMost), ": ", fault.text));
}

void Plugin::Forbid(const Client& client) {
  // An MQTT 5 client is told by its PUBACK. The will of a client that has gone is just dropped.
  if (client.mqtt5 || options_.on_forbidden != OnForbidden::kDisconnect) return;
  connections_.Cut(client.handle, DisconnectReason::kForbiddenAccess);
}

Verdict Plugin::MaySubscribe(const Client& client, absl::string_view filter, int qos) {
  if (IsConsole(client)) return LetConsoleSubscribe(client, filter);
  if (IsReservedId(client.id)) return link_.MaySubscribe(client.handle, filter);
  if (IsSessionEnder(client)) return false;
  const Verdict verdict = LetSubscribe(client, filter, qos);
  observer_.Subscribed(client.handle, filter, qos, verdict);
  return verdict;
}

Verdict Plugin::LetSubscribe(const Client& client, absl::string_view filter, int qos) {
  if (!MayStaySubscribed(client, filter)) return false;
  if (const auto* const connection = connections_.Find(client.handle)) {
    auto fault = manners_.Session(client.filters);
    if (!fault) {
      fault = manners_.Subscribe(connection->number, filter, qos, connection->one_packet_a_turn);
    }
    if (fault) {
      Cut(client, *fault);
      return false;
    }
    if (faults_ != nullptr) {
      const Fate fate = faults_->Subscribe(PeerOf(*connection), filter);
      if (fate == Fate::kRefuse) return false;
      if (fate == Fate::kCutNow) return CutNow(client);
      if (fate == Fate::kCutLater) connections_.Cut(client.handle, kCutByFault);
    }
    presence_.Subscribed(*connection, filter);
  }
  filters_.Subscribe(client.id, filter, client.filters);
  audience_.Subscribed(filter);
  return true;
}

bool Plugin::MayStaySubscribed(const Client& client, absl::string_view filter) {
  return plugin::MaySubscribe(filter) && access_.MaySubscribe(client, filter);
}

void Plugin::Unsubscribe(const Client& client, absl::string_view filter) {
  if (IsReservedId(client.id) && !IsConsole(client)) return;
  filters_.Unsubscribe(client.id, filter);
  observer_.Unsubscribed(client.handle, filter);
  if (const auto* const connection = connections_.Find(client.handle)) {
    presence_.Unsubscribed(*connection, filter);  // of a page nothing is known there
    manners_.Unsubscribe(connection->number, filter);
  }
}

bool Plugin::MayReceive(const Client& client, absl::string_view topic, absl::string_view payload,
                        int qos, bool retain) {
  // This comes in the midst of whatever the broker, or the plugin, logs about.
  if (topic == kBrokerLogTopic) connections_.Logged(payload);
  const auto page = pages_.empty() ? pages_.end() : pages_.find(client.handle);
  if (IsReservedId(client.id) && page == pages_.end()) {
    link_.Show(client.handle, topic, payload, qos, retain);
    return false;
  }
  if (IsSessionEnder(client) || !plugin::MayReceive(topic)) return false;
  const proto::Topic parsed = proto::ParseTopic(topic);
  if (parsed.kind == proto::Topic::Kind::kAnswer) {
    audience_.Asked(parsed.id, parsed.answer);  // even by who may not have it: that can change
    if (payload.empty()) return false;          // that was Requests asking, and this answers it
  }
  if (!access_.MayReceive(client, topic)) return false;
  if (parsed.kind == proto::Topic::Kind::kRequest && options_.hash_excludes_parent &&
      !filters_.Deliver(client.id, topic, client.handle == publisher_)) {
    return false;
  }
  if (page != pages_.end()) {
    ++page->second.handed;
    return true;
  }
  const bool allowed = faults_ == nullptr || !faults_->Looks(faults::On::kDeliver) ||
                       FaultsDeliver(client, parsed, topic, payload, qos);
  if (allowed) observer_.Delivered(client.handle, topic, payload, qos, retain);
  return allowed;
}

// Who has come back since it asked, as the same principal, is told too. What may hold a private key
// is for those who wait for it.
void Plugin::TellAlone(const Asker& asker, const std::string& topic, absl::string_view payload) {
  const void* const handle = connections_.HandleOf(asker.client_id);
  const auto* const connection = connections_.Find(handle);
  if (connection == nullptr || connection->principal != asker.principal) return;
  if (!access_.MayReceive({.handle = handle, .id = asker.client_id}, topic)) return;
  if (proto::IsOfProvisioning(topic) && !filters_.IsSubscribed(asker.client_id, topic)) return;
  broker_.PublishTo(connection->client_id, topic, payload, /*at_least_once=*/true);
  observer_.Delivered(handle, topic, payload, /*qos=*/1, /*retain=*/false);
}

bool Plugin::FaultsDeliver(const Client& client, const proto::Topic& parsed,
                           absl::string_view topic, absl::string_view payload, int qos) {
  const auto* const connection = connections_.Find(client.handle);
  const Peer peer = connection == nullptr ? Peer{.client = client.id} : PeerOf(*connection);
  const Fate fate =
      faults_->Deliver(peer, parsed, topic, payload, /*at_least_once=*/qos > 0, broker_.SteadyUs());
  if (fate == Fate::kCutLater) connections_.Cut(client.handle, kCutByFault);
  return fate != Fate::kRefuse;
}

Verdict Plugin::CutNow(const Client& client) {
  connections_.WillBeCut(client.handle, kCutByFault);
  return Verdict::Cut();
}

Verdict Plugin::Message(const Client& client, absl::string_view topic, absl::string_view payload,
                        int64_t now_us) {
  if (topic == proto::kPiecesTopic) {
    link_.ReceivePiece(client.handle, payload);
    return true;
  }
  if (topic == proto::kAnswersTopic) {
    link_.Receive(client, payload, now_us);
    return true;
  }
  const proto::Topic parsed = proto::ParseTopic(topic);
  const bool is_beyond = parsed.kind == proto::Topic::Kind::kNone &&
                         proto::ParseDeviceTopic(topic).kind == proto::DeviceTopic::Kind::kRequest;
  if (parsed.kind != proto::Topic::Kind::kRequest && !is_beyond) return true;
  const auto* const connection = connections_.Find(client.handle);
  if (IsConsole(client)) {
    TakeFromConsole(client, parsed, topic, payload, now_us);
    return true;
  }
  Asker asker = {.client_id = client.id};
  if (connection != nullptr) {
    asker.connection = connection->number;
    asker.principal = connection->principal;
  }
  if (is_beyond) {
    WasTaken(client.handle, requests_.TakeBeyond(asker, topic, payload, now_us));
    return true;
  }
  if (faults_ != nullptr && faults_->Looks(faults::On::kRequest) && connection != nullptr) {
    return FaultsTake(client, asker, parsed, topic, payload, now_us);
  }
  Take(client.handle, asker, parsed, payload, now_us);
  return true;
}

void Plugin::Take(const void* handle, const Asker& asker, const proto::Topic& parsed,
                  absl::string_view payload, int64_t now_us) {
  WasTaken(handle, requests_.Take(asker, parsed, payload, now_us));
}

void Plugin::TakeFromConsole(const Client& client, const proto::Topic& parsed,
                             absl::string_view topic, absl::string_view payload, int64_t now_us) {
  const std::string& user = pages_.find(client.handle)->second.user;
  const Asker asker = {.connection = connections_.NewNumber(),
                       .client_id = client.id,
                       .principal = user,
                       .counts = false};
  const bool is_beyond = parsed.kind == proto::Topic::Kind::kNone;
  const uint64_t sequence = is_beyond ? requests_.TakeBeyond(asker, topic, payload, now_us)
                                      : requests_.Take(asker, parsed, payload, now_us);
  if (sequence == 0) return;
  connections_.AddPassing(asker.connection,
                          {.principal = user, .way = proto::ConnectionWay::kConsole}, sequence);
}

// At QoS 1: what is said of it must not be dropped as well, and it keeps its place.
void Plugin::TellPages(int64_t now_us) {
  if (pages_.empty() || now_us - told_pages_us_ < kTellPagesEveryUs) return;
  told_pages_us_ = now_us;
  for (auto& [handle, page] : pages_) {
    if (std::exchange(page.told, page.handed) == page.handed) continue;
    broker_.PublishTo(page.client_id, proto::kConsoleCountTopic, absl::StrCat(page.handed),
                      /*at_least_once=*/true);
  }
}

void Plugin::WasTaken(const void* handle, uint64_t sequence) {
  auto* const connection = connections_.Find(handle);
  if (connection != nullptr && sequence != 0) connection->last_request = sequence;
}

Verdict Plugin::FaultsTake(const Client& client, const Asker& asker, const proto::Topic& parsed,
                           absl::string_view topic, absl::string_view payload, int64_t now_us) {
  const Peer peer = PeerOf(*connections_.Find(client.handle));
  const FaultInjector::Outcome outcome =
      faults_->Request(peer, asker.connection, parsed, topic, payload, now_us);
  switch (outcome.fate) {
    case Fate::kSwallow:
      return Verdict::Swallow();
    case Fate::kCutNow:
      return CutNow(client);
    case Fate::kReject:
      requests_.Reject(parsed, payload, outcome.code);
      return true;
    case Fate::kHeld:
      return true;
    default:
      break;
  }
  Take(client.handle, asker, parsed, payload, now_us);
  if (outcome.fate == Fate::kTwice) Take(client.handle, asker, parsed, payload, now_us);
  if (outcome.fate == Fate::kTakeAndCut) return CutNow(client);
  if (outcome.fate == Fate::kCutLater) connections_.Cut(client.handle, kCutByFault);
  return true;
}

void Plugin::Tick(int64_t now_us, int64_t wall_ms) {
  publisher_ = nullptr;
  ticked_us_ = now_us;
  connections_.Tick();
  expelling_ = true;
  access_.Tick(now_us);
  expelling_ = false;
  for (const void* const handle : access_.TakeJudged()) {
    const auto* const connection = connections_.Find(handle);
    if (connection == nullptr) continue;
    connections_.StandsFor(handle, access_.ThingOf(handle, connection->client_id));
  }
  requests_.GiveUpOverdue(now_us);
  if (faults_ != nullptr) faults_->Tick(now_us);
  link_.Tick(now_us, wall_ms);
  TellPages(now_us);
  presence_.Flush(wall_ms, [this](const LifecycleEvent& event) {
    const std::string topic = LifecycleTopic(event);
    const std::string payload = LifecyclePayload(event);
    broker_.Publish(topic, payload);
    link_.Published(topic, payload);
  });
  link_.TellEvents();
  connections_.EndTurn(requests_.answered_below());
  audience_.Tick();
  manners_.EndTurn();
}

}  // namespace plugin
