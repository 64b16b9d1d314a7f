#include "plugin/requests.h"

#include "absl/strings/str_cat.h"
#include "faults/rejection.h"
#include "proto/answer.h"
#include "proto/cbor.h"
#include "proto/device_refusal.h"
#include "proto/device_topic.h"
#include "proto/request.h"

namespace plugin {
namespace {

bool IsUnheard(const proto::Unheard& unheard, proto::AnswerTopic topic) {
  return (topic == proto::AnswerTopic::kUpdateAccepted && unheard.accepted) ||
         (topic == proto::AnswerTopic::kUpdateDocuments && unheard.documents) ||
         (topic == proto::AnswerTopic::kUpdateDelta && unheard.delta);
}

}  // namespace

Requests::Requests(const Options& options, uint64_t epoch, Broker& broker, Audience& audience,
                   proto::PluginStatus& status, Warnings& warnings, int64_t now_us)
    : options_(options),
      broker_(broker),
      audience_(audience),
      status_(status),
      warnings_(warnings),
      outbox_(epoch, {.requests_max = options.window_requests, .bytes_max = options.window_bytes}),
      quotas_({.in_flight = options.quota_in_flight.value_or(0),
               .thing_rate = options.quota_thing_rate.value_or(0)}),
      away_since_us_(now_us) {}

uint64_t Requests::Take(const Asker& asker, const proto::Topic& topic, absl::string_view payload,
                        int64_t now_us) {
  Request request{.thing = std::string(topic.id.thing),
                  .name = std::string(topic.id.name),
                  .operation = topic.operation,
                  .payload = {},
                  .taken_us = now_us,
                  .connection = asker.connection};
  if (!TakeIn(request, payload, asker, asker.counts ? topic.id.thing : "")) return 0;
  if (options_.skip_unheard && topic.operation == shadow::Operation::kUpdate && outbox_.Gathers()) {
    AskWhoHears(topic.id);
  }
  return outbox_.last_sequence();
}

uint64_t Requests::TakeBeyond(const Asker& asker, absl::string_view topic,
                              absl::string_view payload, int64_t now_us) {
  const proto::DeviceTopic parsed = proto::ParseDeviceTopic(topic);
  Request request{.thing = {},
                  .name = {},
                  .payload = {},
                  .taken_us = now_us,
                  .connection = asker.connection,
                  .topic = std::string(topic),
                  .client_id = std::string(asker.client_id),
                  .principal = std::string(asker.principal)};
  const std::string quota = asker.counts && parsed.family == proto::DeviceTopic::Family::kJobs
                                ? absl::StrCat(parsed.subject, "/jobs")
                                : "";
  return TakeIn(request, payload, asker, quota) ? outbox_.last_sequence() : 0;
}

bool Requests::TakeIn(Request& request, absl::string_view payload, const Asker& asker,
                      absl::string_view quota) {
  if (payload.size() > options_.request_bytes_max) {
    // Too large to be parsed for its token here: this is the broker's thread.
    return TurnAway(request, shadow::TooLarge(payload.size(), options_.request_bytes_max),
                    status_.refused_large,
                    "a request beyond request_bytes_max was refused with 413");
  }
  request.payload = std::string(payload);
  if (ServiceIsAway(request.taken_us)) {
    return TurnAway(
        request, shadow::InternalFailure(), status_.refused_away,
        "the service is away longer than link_timeout_ms: requests are refused with 500");
  }
  const Quotas::Verdict verdict = quotas_.Take(asker.connection, quota, request.taken_us);
  if (verdict != Quotas::Verdict::kWithin) {
    const bool in_flight = verdict == Quotas::Verdict::kInFlight;
    return TurnAway(request, shadow::TooManyRequests(),
                    in_flight ? status_.refused_in_flight : status_.refused_thing_rate,
                    absl::StrCat(in_flight ? "quota_in_flight" : "quota_thing_rate",
                                 " is exceeded: requests are refused with 429"),
                    absl::StrCat("; first client ", asker.client_id,
                                 request.topic.empty() ? absl::StrCat(", thing ", request.thing)
                                                       : absl::StrCat(", topic ", request.topic)));
  }
  if (!outbox_.Add(request)) {
    quotas_.Answered(asker.connection);
    return TurnAway(request, shadow::TooManyRequests(), status_.refused_window,
                    "the window of unanswered requests is full: requests are refused with 429");
  }
  ++status_.taken;
  return true;
}

// A request that waits for others has the time to learn, by an empty message that nobody is handed,
// which answers it need not cause.
void Requests::AskWhoHears(const shadow::ShadowId& id) {
  audience_.Try(
      id, {proto::AnswerTopic::kUpdateDocuments, proto::AnswerTopic::kUpdateDelta},
      [&](proto::AnswerTopic topic) { broker_.Publish(proto::AnswerTopicOf(id, topic), ""); });
}

void Requests::BeginSession(const proto::Hello& hello) {
  away_since_us_.reset();
  outbox_.BeginSession();
  audience_.EndTelling();
  if (hello.has_others && options_.skip_unheard) audience_.BeginTelling();
}

void Requests::EndSession(int64_t now_us) {
  away_since_us_ = now_us;
  outbox_.EndSession();
  audience_.EndTelling();
}

void Requests::Heard(int64_t now_us) {
  heard_us_ = now_us;
  silent_ = false;
}

std::optional<std::string> Requests::NextBatch() {
  auto batch = outbox_.NextBatch([this](const shadow::ShadowId& id) {
    return options_.skip_unheard ? audience_.UnheardOf(id) : proto::Unheard();
  });
  status_.resent = outbox_.resent();
  return batch;
}

void Requests::Answer(const proto::AnswerBatch& batch, int64_t now_us) {
  if (batch.epoch != 0 && batch.epoch != outbox_.epoch()) {
    ++status_.foreign_answers;
    warnings_.Say("answers to another life of this broker were dropped", now_us);
    return;
  }
  for (const proto::LinkAnswer& answer : batch.answers) Deliver(answer);
}

void Requests::Deliver(const proto::LinkAnswer& answer) {
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
    if (request && !request->topic.empty()) {
      DeliverToAsker(*request, message);
    } else if (message.topic >= proto::AnswerTopic::kAccepted) {
      ++status_.bad_envelopes;  // a shadow's request has no such answer
    } else {
      PublishToAll(id, message);
    }
  }
  if (request) status_.answer_times.Add(broker_.SteadyUs() - request->taken_us);
}

void Requests::Publish(const proto::NewsItem& item) {
  const proto::Unheard unheard = options_.skip_unheard
                                     ? audience_.TellUnheardOf(item.id, broker_.SteadyUs())
                                     : proto::Unheard();
  for (const proto::LinkMessage& message : item.messages) {
    if (!IsUnheard(unheard, message.topic)) PublishToAll(item.id, message);
  }
}

void Requests::PublishToAll(const shadow::ShadowId& id, const proto::LinkMessage& message) {
  if (Publish(id, message.topic, message.payload) && options_.skip_unheard) {
    audience_.Published(id, message.topic);
  }
}

void Requests::DeliverToAsker(const Request& request, const proto::LinkMessage& message) {
  if (message.topic < proto::AnswerTopic::kAccepted) {
    ++status_.bad_envelopes;
    return;
  }
  PublishToAsker(request, message.topic == proto::AnswerTopic::kAccepted, message.payload);
}

void Requests::PublishToAsker(const Request& request, bool accepted, absl::string_view payload) {
  if (tell_ == nullptr) return;
  tell_({.connection = request.connection,
         .client_id = request.client_id,
         .principal = request.principal},
        proto::DeviceAnswerTopic(request.topic, accepted), payload);
}

// A service that has its session and does not answer is asked with one request at a time whether it
// is back.
bool Requests::ServiceIsAway(int64_t now_us) const {
  if (!away_since_us_) return silent_ && outbox_.waiting() > 0;
  return now_us - *away_since_us_ > options_.link_timeout_ms * 1000;
}

void Requests::GiveUpOverdue(int64_t now_us) {
  if (outbox_.waiting() == 0) return;
  size_t given_up = 0;
  outbox_.GiveUp(now_us - options_.link_timeout_ms * 1000, [&](const Request& request) {
    Refuse(request, shadow::InternalFailure());
    quotas_.Answered(request.connection);
    silent_ |= request.taken_us > heard_us_;
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

bool Requests::TurnAway(const Request& request, const shadow::Refusal& refusal, uint64_t& count,
                        absl::string_view warning, absl::string_view whom) {
  Refuse(request, refusal);
  ++count;
  warnings_.Say(warning, request.taken_us, whom);
  return false;
}

void Requests::Refuse(const Request& request, const shadow::Refusal& refusal) {
  if (!request.topic.empty()) return RefuseBeyond(request, refusal);
  arena_.Clear();
  const proto::ClientToken token = proto::ParseGetOrDelete(request.payload, arena_).token;
  std::string payload;
  proto::WordRejected(refusal, token, payload);
  Publish(request.id(), proto::RejectedTopic(request.operation), payload);
}

void Requests::RefuseBeyond(const Request& request, const shadow::Refusal& refusal) {
  arena_.Clear();
  const auto fault = refusal.code == shadow::TooManyRequests().code ? proto::DeviceFault::kThrottled
                     : refusal.code == shadow::InternalFailure().code
                         ? proto::DeviceFault::kInternal
                         : proto::DeviceFault::kTooLarge;
  const proto::ClientToken token = proto::ParseGetOrDelete(request.payload, arena_).token;
  const proto::DeviceTopic topic = proto::ParseDeviceTopic(request.topic);
  std::string payload = proto::WordDeviceRefusal(topic, fault, token, broker_.EpochSeconds());
  if (topic.format == proto::DeviceTopic::Format::kCbor) payload = proto::CborOfJson(payload);
  PublishToAsker(request, /*accepted=*/false, payload);
}

void Requests::Reject(const proto::Topic& topic, absl::string_view payload, int code) {
  Refuse({.thing = std::string(topic.id.thing),
          .name = std::string(topic.id.name),
          .operation = topic.operation,
          .payload = std::string(payload)},
         faults::Rejection(code, topic.id, payload.size()));
}

bool Requests::Publish(const shadow::ShadowId& id, proto::AnswerTopic topic,
                       absl::string_view payload) {
  if (faults_ != nullptr && faults_->Looks(faults::On::kAnswer) &&
      faults_->Answer(id, topic, payload, broker_.SteadyUs())) {
    return false;
  }
  broker_.Publish(proto::AnswerTopicOf(id, topic), payload);
  return true;
}

}  // namespace plugin
