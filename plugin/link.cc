#include "plugin/link.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/gate.h"
#include "plugin/lifecycle.h"
#include "proto/arrivals.h"
#include "proto/client_topics.h"
#include "proto/device_topic.h"
#include "proto/envelope.h"
#include "proto/news.h"
#include "proto/text.h"
#include "proto/topic.h"

namespace plugin {
namespace {

constexpr int64_t kStatusEveryUs = 1'000'000;
constexpr size_t kArrivalsBytesMax = 512 * 1024;  // of an envelope, and one arrival more

// Where Mosquitto publishes how many subscriptions there are.
constexpr absl::string_view kSubscriptionsTopic = "$SYS/broker/subscriptions/count";

// A message in whose texts something else stands would cut whoever is handed it.
bool HasTextsOfMqtt(const proto::PublishCommand& publish) {
  const auto is_text = [](const auto& property) {
    return proto::IsText(property.first) && proto::IsText(property.second);
  };
  return proto::IsTopicName(publish.topic) && proto::IsText(publish.content_type) &&
         (publish.response_topic.empty() || proto::IsTopicName(publish.response_topic)) &&
         publish.correlation_data.size() <= proto::kTextBytesMax &&
         std::all_of(publish.user_properties.begin(), publish.user_properties.end(), is_text);
}

proto::Arrival ArrivalOf(const Connections::Connection& connection, const Connections::Ended* ended,
                         uint64_t answered_below) {
  proto::Arrival arrival = {.connection = connection.number,
                            .way = connection.way,
                            .since = connection.since_s,
                            .client_id = connection.client_id,
                            .principal = connection.principal,
                            .address = connection.address,
                            .thing = connection.thing};
  if (ended == nullptr) return arrival;
  arrival.end.emplace();
  // What has no client id was no connection, and has not lost one.
  if (!ended->client_id.empty()) arrival.end->reason = ReasonText(ended->reason);
  arrival.end->time = ended->ended_s;
  arrival.end->last_request = ended->last_request < answered_below ? 0 : ended->last_request;
  return arrival;
}

}  // namespace

void Link::ReceivePiece(const void* handle, absl::string_view bytes) {
  if (handle == session_) {
    pieces_.Add(handle, bytes);
  } else {
    strays_.insert(handle);  // no hello is so large
  }
}

void Link::Receive(const Client& client, absl::string_view bytes, int64_t now_us) {
  if (strays_.erase(client.handle) > 0) return Stray(client, now_us);
  if (!pieces_.HasBegun(client.handle)) return Open(client, bytes, now_us);
  pieces_.Add(client.handle, bytes);
  Open(client, pieces_.Take(client.handle), now_us);
}

void Link::Open(const Client& client, absl::string_view envelope, int64_t now_us) {
  if (proto::IsHello(envelope)) return OpenHello(client, envelope, now_us);
  if (client.handle != session_) return Stray(client, now_us);
  requests_.Heard(now_us);
  if (proto::IsCommand(envelope)) return Obey(envelope, now_us);
  if (proto::IsNews(envelope)) return Publish(envelope, now_us);
  const auto batch = proto::DecodeAnswerBatch(envelope);
  if (Decoded(batch.status())) requests_.Answer(*batch, now_us);
}

void Link::OpenHello(const Client& client, absl::string_view envelope, int64_t now_us) {
  const auto batch = proto::DecodeAnswerBatch(envelope);
  if (Decoded(batch.status()) && batch->hello) Greet(client, *batch->hello, now_us);
}

void Link::Stray(const Client& client, int64_t now_us) {
  ++status_.stray_envelopes;
  warnings_.Say("an envelope of a service that has not the link was dropped", now_us,
                absl::StrCat(": ", client.id));
}

void Link::Publish(absl::string_view envelope, int64_t now_us) {
  const auto news = proto::DecodeNews(envelope);
  if (!Decoded(news.status())) return;
  const bool taken = others_.Take(*news, [this](const proto::NewsItem& item) {
    ++status_.news;
    requests_.Publish(item);
  });
  status_.news_repeated = others_.repeated();
  if (taken) return;
  ++status_.stray_envelopes;
  warnings_.Say("news of another life of the service were dropped", now_us);
}

bool Link::Decoded(const absl::Status& status) {
  if (status.ok()) return true;
  ++status_.bad_envelopes;
  broker_.Log(LogLevel::kError, absl::StrCat("shadow: ", status.message()));
  return false;
}

void Link::Greet(const Client& client, const proto::Hello& hello, int64_t now_us) {
  EndSession();  // another may have had the link
  requests_.Heard(now_us);
  session_ = client.handle;
  client_id_ = std::string(client.id);
  requests_.BeginSession(hello);
  others_.Greet(hello);
  knows_who_ = false;
  status_us_ = now_us;
  broker_.Log(LogLevel::kInfo, absl::StrCat("shadow: the service is here; ", requests_.waiting(),
                                            " requests waited"));
}

void Link::Disconnect(const void* handle, int64_t now_us) {
  strays_.erase(handle);
  if (handle != session_) return;
  EndSession();
  if (faults_ != nullptr) faults_->ServiceIsGone(now_us);
  requests_.EndSession(now_us);
  broker_.Log(LogLevel::kWarning, "shadow: the service is gone; requests wait for it");
}

void Link::EndSession() {
  if (pieces_.HasBegun(session_)) strays_.insert(session_);
  pieces_.Forget(session_);
  session_ = nullptr;
  ++sessions_;
  settled_.clear();
  retained_.Clear();
  observer_.ServiceIsGone();
  others_.ServiceIsGone();
}

bool Link::MaySubscribe(const void* handle, absl::string_view filter) {
  return filter == kBrokerLogTopic || filter == kSubscriptionsTopic ||
         (handle == session_ && retained_.Subscribed(filter));
}

void Link::Show(const void* handle, absl::string_view topic, absl::string_view payload, int qos,
                bool retain) {
  if (handle != session_) return;
  if (topic == kSubscriptionsTopic) {
    if (!absl::SimpleAtoi(payload, &status_.subscriptions)) status_.subscriptions = 0;
  } else {
    retained_.Saw(topic, payload, qos, retain);
  }
}

void Link::Obey(absl::string_view envelope, int64_t now_us) {
  const auto command = proto::DecodeCommand(envelope);
  if (!Decoded(command.status())) return;
  TellRetained();
  if (const auto* const retained = std::get_if<proto::RetainedCommand>(&command->what)) {
    return retained_.Begin(command->id, *retained);
  }
  if (const auto* const faults = std::get_if<proto::FaultsCommand>(&command->what)) {
    return Obey(command->id, *faults, now_us);
  }
  if (const auto* const observe = std::get_if<proto::ObserveCommand>(&command->what)) {
    return Obey(command->id, *observe);
  }
  if (const auto* const registry = std::get_if<proto::RegistryCommand>(&command->what)) {
    return Obey(command->id, *registry);
  }
  const auto* const publish = std::get_if<proto::PublishCommand>(&command->what);
  const proto::CommandResult result = publish != nullptr
                                          ? Obey(*publish, now_us)
                                          : Obey(std::get<proto::DisconnectCommand>(command->what));
  Send(proto::EncodeCommandReply({.id = command->id, .result = result}));
}

// What the broker is given to publish does not come back as a message, so a request is taken here.
proto::CommandResult Link::Obey(const proto::PublishCommand& publish, int64_t now_us) {
  const auto beyond = proto::ParseDeviceTopic(publish.topic).kind;
  const bool may = publish.is_own ? absl::StartsWith(publish.topic, proto::kLifecycleTopics) ||
                                        beyond == proto::DeviceTopic::Kind::kService
                                  : MayPublish(publish.topic, publish.retain);
  if (!HasTextsOfMqtt(publish) || !may) {
    return proto::CommandResult::kForbidden;
  }
  broker_.Publish(publish);
  const proto::Topic topic = proto::ParseTopic(publish.topic);
  const bool is_request = topic.kind == proto::Topic::Kind::kRequest;
  if (is_request || beyond == proto::DeviceTopic::Kind::kRequest) {
    const uint64_t number = connections_.NewNumber();
    // An answer for the asker alone has no way to it.
    const uint64_t sequence =
        is_request
            ? requests_.Take({.connection = number, .client_id = "(HTTPS)"}, topic, publish.payload,
                             now_us)
            : requests_.TakeBeyond({.connection = number}, publish.topic, publish.payload, now_us);
    if (sequence != 0) {
      connections_.AddPassing(number,
                              {.principal = publish.principal,
                               .address = publish.address,
                               .way = proto::ConnectionWay::kHttps},
                              sequence);
    }
  }
  return proto::CommandResult::kDone;
}

proto::CommandResult Link::Obey(const proto::DisconnectCommand& disconnect) {
  const void* const handle = connections_.HandleOf(disconnect.client_id);
  const auto* const connection = connections_.Find(handle);
  const bool taken_over = disconnect.taken_over != 0;
  if (connection == nullptr || connection->service ||
      (taken_over && connection->number != disconnect.taken_over)) {
    return proto::CommandResult::kNoSuchClient;
  }
  connections_.Cut(
      handle, taken_over ? DisconnectReason::kDuplicateClientId : DisconnectReason::kApiInitiated,
      !disconnect.prevent_will);
  return proto::CommandResult::kDone;
}

void Link::Obey(uint64_t id, const proto::FaultsCommand& command, int64_t now_us) {
  proto::CommandReply reply{.id = id, .result = proto::CommandResult::kFaultsOff};
  if (faults_ == nullptr) return Send(proto::EncodeCommandReply(reply));
  const FaultInjector::Reply told = faults_->Obey(command, now_us);
  reply.result = told.result;
  reply.text = told.text;
  Send(proto::EncodeCommandReply(reply));
}

void Link::Obey(uint64_t id, const proto::ObserveCommand& command) {
  if (session_ == nullptr) return;  // nobody has said hello whom it could be told
  const Observer::Reply told = observer_.Obey(command);
  Send(proto::EncodeCommandReply({.id = id, .result = told.result, .text = told.text}));
}

// Whoever it has ended is told of before it is told to be done.
void Link::Obey(uint64_t id, const proto::RegistryCommand& command) {
  if (session_ == nullptr) return;  // nobody has said hello whom it could be told
  access_.Change(command, [this, id, session = sessions_](const absl::StatusOr<uint64_t>& ended) {
    if (session != sessions_) return;
    const std::string count = ended.ok() ? absl::StrCat(*ended) : "";
    settled_.push_back(proto::EncodeCommandReply(
        {.id = id,
         .result = ended.ok() ? proto::CommandResult::kDone : proto::CommandResult::kRefused,
         .text = ended.ok() ? count : ended.status().message()}));
  });
}

void Link::Tick(int64_t now_us, int64_t wall_ms) {
  const std::string newcomers = access_.TakeNewcomers(requests_.epoch());
  const std::string refusals = access_.TakeRefusals(requests_.epoch(), wall_ms);
  if (session_ == nullptr) return;  // who is refused comes again
  TellRetained();
  TellArrivals();
  for (const std::string& hearings : requests_.TakeHearings()) Send(hearings);
  for (const std::string& reply : std::exchange(settled_, {})) Send(reply);
  while (const auto batch = requests_.NextBatch()) Send(*batch);
  if (const auto taken = others_.TakeConfirmation()) {
    Send(proto::EncodeTaken(requests_.epoch(), *taken));
  }
  if (faults_ != nullptr) {
    const std::string notices = faults_->TakeNotices(requests_.epoch());
    if (!notices.empty()) Send(notices);
  }
  const std::string seen = observer_.TakeEnvelope(requests_.epoch());
  if (!seen.empty()) Send(seen);
  if (!newcomers.empty()) Send(newcomers);
  if (!refusals.empty()) Send(refusals);
  SendStatus(now_us);
}

void Link::TellRetained() {
  if (const auto reply = retained_.TakeReply()) Send(*reply);
}

void Link::TellArrivals() {
  const bool all = !std::exchange(knows_who_, true);
  if (!all && !connections_.HasNews()) return;
  const uint64_t answered_below = requests_.answered_below();
  proto::ArrivalBatchWriter batch(requests_.epoch(), answered_below, all);
  const auto tell = [&](const Connections::Connection& connection,
                        const Connections::Ended* ended) {
    if (batch.bytes() > kArrivalsBytesMax) {
      Send(std::move(batch).Finish(/*last=*/false));
      batch = proto::ArrivalBatchWriter(requests_.epoch(), answered_below, /*first=*/false);
    }
    batch.Add(ArrivalOf(connection, ended, answered_below));
  };
  if (all) {
    connections_.TellAll(tell);
  } else {
    connections_.TellNews(tell);
  }
  Send(std::move(batch).Finish(/*last=*/all));
}

void Link::TellEvents() {
  for (const std::string& events : others_.TakeEvents(requests_.epoch())) Send(events);
}

void Link::SendStatus(int64_t now_us) {
  if (now_us - status_us_ < kStatusEveryUs) return;
  status_us_ = now_us;
  status_.connected_clients = connections_.clients();
  status_.waiting_requests = requests_.waiting();
  status_.waiting_bytes = requests_.waiting_bytes();
  Send(proto::EncodeStatus(requests_.epoch(), status_));
}

void Link::Send(absl::string_view envelope) {
  broker_.PublishTo(client_id_, proto::kRequestsTopic, envelope, /*at_least_once=*/false);
}

}  // namespace plugin
