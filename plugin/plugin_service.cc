// The plugin's end of the link: what comes from the service and what goes to it.
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "plugin/gate.h"
#include "plugin/plugin.h"

namespace plugin {
namespace {

constexpr int64_t kStatusEveryUs = 1'000'000;

}  // namespace

void Plugin::FromService(const Client& client, absl::string_view bytes, int64_t now_us) {
  service_heard_us_ = now_us;
  service_silent_ = false;
  if (proto::IsCommand(bytes)) return ObeyService(bytes, now_us);
  const auto batch = proto::DecodeAnswerBatch(bytes);
  if (!batch.ok()) {
    ++status_.bad_envelopes;
    broker_.Log(LogLevel::kError, absl::StrCat("shadow: ", batch.status().message()));
    return;
  }
  if (batch->hello) {
    service_ = client.handle;
    service_client_id_ = std::string(client.id);
    retained_.Clear();
    outbox_.BeginSession();
    status_us_ = now_us;
    broker_.Log(LogLevel::kInfo, absl::StrCat("shadow: the service is here; ", outbox_.waiting(),
                                              " requests waited"));
    return;
  }
  if (batch->epoch != 0 && batch->epoch != outbox_.epoch()) {
    ++status_.foreign_answers;
    warnings_.Say("answers to another life of this broker were dropped", now_us);
    return;
  }
  for (const proto::LinkAnswer& answer : batch->answers) Deliver(answer);
}

void Plugin::ObeyService(absl::string_view bytes, int64_t now_us) {
  const auto command = proto::DecodeCommand(bytes);
  if (!command.ok()) {
    ++status_.bad_envelopes;
    broker_.Log(LogLevel::kError, absl::StrCat("shadow: ", command.status().message()));
    return;
  }
  TellRetained();
  if (const auto* const retained = std::get_if<proto::RetainedCommand>(&command->what)) {
    return retained_.Begin(command->id, *retained);
  }
  const auto* const publish = std::get_if<proto::PublishCommand>(&command->what);
  const proto::CommandResult result = publish != nullptr
                                          ? Obey(*publish, now_us)
                                          : Obey(std::get<proto::DisconnectCommand>(command->what));
  broker_.PublishTo(service_client_id_, proto::kRequestsTopic,
                    proto::EncodeCommandReply({.id = command->id, .result = result}));
}

void Plugin::TellRetained() {
  const auto reply = retained_.TakeReply();
  if (reply) broker_.PublishTo(service_client_id_, proto::kRequestsTopic, *reply);
}

// What the broker is given to publish does not come back as a message, so a shadow request is taken
// here.
proto::CommandResult Plugin::Obey(const proto::PublishCommand& publish, int64_t now_us) {
  if (!plugin::MayPublish(publish.topic, publish.retain)) return proto::CommandResult::kForbidden;
  broker_.Publish(publish);
  const proto::Topic topic = proto::ParseTopic(publish.topic);
  if (topic.kind == proto::Topic::Kind::kRequest) {
    Take({.handle = nullptr, .id = "(HTTPS)"}, topic, publish.payload, now_us);
  }
  return proto::CommandResult::kDone;
}

// With the next tick, as every other client that is cut.
proto::CommandResult Plugin::Obey(const proto::DisconnectCommand& disconnect) {
  const void* const handle = presence_.ConnectionOf(disconnect.client_id);
  if (handle == nullptr || handle == service_) return proto::CommandResult::kNoSuchClient;
  presence_.WillBeCut(handle, DisconnectReason::kApiInitiated);
  ending_.push_back({handle, !disconnect.prevent_will});
  return proto::CommandResult::kDone;
}

void Plugin::Deliver(const proto::LinkAnswer& answer) {
  shadow::ShadowId id = answer.id;
  std::optional<Request> request;
  if (answer.sequence != 0) {
    request = outbox_.Answered(answer.sequence);
    if (!request) {
      ++status_.late_answers;
      return;
    }
    ++status_.answered;
    quotas_.Answered(request->connection);
    id = request->id();
  }
  for (const proto::LinkMessage& message : answer.messages) {
    broker_.Publish(proto::AnswerTopicOf(id, message.topic), message.payload);
    if (options_.skip_unheard) audience_.Published(id, message.topic);
  }
  if (request) status_.answer_times.Add(broker_.SteadyUs() - request->taken_us);
}

void Plugin::SendBatches() {
  const auto unheard = [this](const shadow::ShadowId& id) {
    return options_.skip_unheard ? audience_.UnheardOf(id) : proto::Unheard();
  };
  while (const auto batch = outbox_.NextBatch(unheard)) {
    broker_.PublishTo(service_client_id_, proto::kRequestsTopic, *batch);
  }
  status_.resent = outbox_.resent();
}

void Plugin::SendStatus(int64_t now_us) {
  if (now_us - status_us_ < kStatusEveryUs) return;
  status_us_ = now_us;
  status_.connected_clients = connections_.size() - services_;
  status_.waiting_requests = outbox_.waiting();
  status_.waiting_bytes = outbox_.bytes();
  broker_.PublishTo(service_client_id_, proto::kRequestsTopic,
                    proto::EncodeStatus(outbox_.epoch(), status_));
}

// A service that has its session and does not answer is asked with one request at a time whether it
// is back.
bool Plugin::ServiceIsAway(int64_t now_us) const {
  if (service_ != nullptr) return service_silent_ && outbox_.waiting() > 0;
  return now_us - service_away_since_us_ > options_.link_timeout_ms * 1000;
}

void Plugin::GiveUpOverdue(int64_t now_us) {
  if (outbox_.waiting() == 0) return;
  size_t given_up = 0;
  outbox_.GiveUp(now_us - options_.link_timeout_ms * 1000, [&](const Request& request) {
    Refuse(request, shadow::InternalFailure());
    quotas_.Answered(request.connection);
    service_silent_ |= request.taken_us > service_heard_us_;
    status_.answer_times.Add(now_us - request.taken_us);
    ++given_up;
  });
  status_.given_up += given_up;
  if (given_up > 0) {
    warnings_.Say(
        absl::StrCat("the service gave no answer within link_timeout_ms (",
                     options_.link_timeout_ms, "): waiting requests were refused with 500"),
        now_us);
  }
}

}  // namespace plugin
