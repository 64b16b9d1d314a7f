#include "service/api/data_plane.h"

#include <utility>
#include <vector>

#include "policy/evaluate.h"
#include "rest/permission.h"
#include "rest/route.h"
#include "rest/words.h"
#include "service/commit/handler.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr size_t kArenaBytes = 64 * 1024;

// Of topics that begin with `$`: what the broker itself retains there is no message (A13).
const proto::CommandReply kNothing;

// The answer that a shadow request's own messages make: the first is accepted or rejected.
rest::Answer FromOutcome(const proto::LinkAnswer& outcome, absl::string_view request_id) {
  if (outcome.messages.empty()) return rest::WordError(rest::InternalFailure(), request_id);
  const proto::LinkMessage& message = outcome.messages[0];
  for (const auto operation :
       {shadow::Operation::kUpdate, shadow::Operation::kGet, shadow::Operation::kDelete}) {
    if (message.topic == proto::AcceptedTopic(operation)) {
      return {.status = 200, .body = std::string(message.payload), .error_type = {}, .allow = {}};
    }
  }
  return rest::WordError(rest::FromRejected(message.payload), request_id);
}

proto::PublishCommand CommandOf(const rest::Publish& publish, absl::string_view payload) {
  return {.topic = publish.topic,
          .at_least_once = publish.qos == 1,
          .retain = publish.retain,
          .payload = payload,
          .content_type = publish.content_type,
          .response_topic = publish.response_topic,
          .correlation_data = publish.correlation_data,
          .expiry_seconds = publish.expiry_seconds.value_or(0),
          .payload_is_utf8 = publish.payload_is_utf8,
          .user_properties = {publish.user_properties.begin(), publish.user_properties.end()}};
}

// `body` is that of success. `reply`: null if there was none.
rest::Answer FromResult(const proto::CommandReply* reply, std::string body,
                        absl::string_view request_id) {
  if (reply == nullptr) return rest::WordError(rest::Unavailable("The broker is away"), request_id);
  switch (reply->result) {
    case proto::CommandResult::kDone:
      break;
    case proto::CommandResult::kForbidden:
      return rest::WordError(rest::Forbidden(), request_id);
    case proto::CommandResult::kNoSuchClient:
      return rest::WordError(rest::NotFound("No client of that id is connected"), request_id);
  }
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

rest::Answer FromRetained(const proto::CommandReply* reply, const rest::GetRetained& get,
                          absl::string_view request_id) {
  if (reply == nullptr) return FromResult(reply, "", request_id);
  if (reply->retained.empty() || reply->retained[0].topic != get.topic) {
    return rest::WordError(rest::NotFound("No message is retained on this topic"), request_id);
  }
  const proto::RetainedMessage& message = reply->retained[0];
  if (message.payload.size() != message.payload_bytes) {
    return rest::WordError(rest::TooLarge(proto::kRetainedPayloadBytesMax), request_id);
  }
  return FromResult(reply, rest::WordRetained(message.topic, message.payload, message.qos),
                    request_id);
}

rest::Answer FromRetained(const proto::CommandReply* reply, const rest::ListRetained& list,
                          absl::string_view request_id) {
  if (reply == nullptr) return FromResult(reply, "", request_id);
  std::vector<rest::RetainedTopic> topics;
  for (const proto::RetainedMessage& message : reply->retained) {
    if (topics.size() == list.results_max) break;
    topics.push_back({std::string(message.topic), message.payload_bytes, message.qos});
  }
  const bool more = reply->retained.size() > topics.size();
  return FromResult(reply, rest::WordRetainedTopics(topics, more), request_id);
}

bool IsLive(absl::string_view record, shadow::Arena& arena) {
  const auto decoded = storage::DecodeRecord(record, arena);
  return decoded.ok() && std::holds_alternative<shadow::Document>(*decoded);
}

}  // namespace

DataPlane::DataPlane(Settings settings, const storage::Store& store, const Principals& principals,
                     Mailbox& mailbox, Commands& commands, Counters& counters, Log& log)
    : settings_(std::move(settings)),
      store_(store),
      principals_(principals),
      mailbox_(mailbox),
      commands_(commands),
      counters_(counters),
      log_(log),
      arena_(kArenaBytes) {}

void DataPlane::Handle(const std::shared_ptr<const HttpExchange>& exchange,
                       const HttpServer::Respond& respond) {
  const auto refuse = [&](const rest::Error& error) {
    respond(rest::WordError(error, exchange->request_id));
  };
  const auto target = rest::ParseTarget(exchange->request.target);
  if (!target) return refuse(rest::InvalidRequest("The path or query is malformed"));
  auto routed = rest::Route(exchange->request, *target);
  if (auto* error = std::get_if<rest::Error>(&routed)) {
    // Whoever is not known learns nothing else.
    auto unidentified = Unidentified(*exchange, *target);
    return refuse(unidentified ? *unidentified : *error);
  }
  auto& operation = std::get<rest::Operation>(routed);
  if (const auto error = Refusal(*exchange, *target, operation)) return refuse(*error);
  Execute(exchange, std::move(operation), respond);
}

std::optional<rest::Error> DataPlane::Unidentified(const HttpExchange& exchange,
                                                   const rest::Target& target) const {
  if (settings_.auth == HttpAuth::kOpen) return std::nullopt;
  auto known = principals_.Identify(exchange, target, settings_.now());
  if (auto* error = std::get_if<rest::Error>(&known)) return std::move(*error);
  return std::nullopt;
}

std::optional<rest::Error> DataPlane::Refusal(const HttpExchange& exchange,
                                              const rest::Target& target,
                                              const rest::Operation& operation) const {
  if (settings_.auth == HttpAuth::kOpen) return std::nullopt;
  const int64_t now = settings_.now();
  auto identified = principals_.Identify(exchange, target, now);
  if (auto* error = std::get_if<rest::Error>(&identified)) return std::move(*error);
  const auto& known = std::get<Principals::Known>(identified);
  policy::Connection connection;  // without a client id (J13)
  connection.source_ip = exchange.peer.address;
  connection.domain_name = exchange.peer.server_name;
  connection.secure = exchange.peer.secure;
  connection.certificate = exchange.peer.certificate.get();
  for (const rest::Permission& permission : rest::PermissionsFor(operation)) {
    const policy::Request request{permission.action, permission.name, now};
    if (!policy::Decide(known.policies, request, connection).allowed) return rest::Forbidden();
  }
  return std::nullopt;
}

void DataPlane::Execute(const std::shared_ptr<const HttpExchange>& exchange,
                        rest::Operation operation, const HttpServer::Respond& respond) {
  if (const auto* list = std::get_if<rest::ListNamedShadows>(&operation)) {
    return respond(List(*list, exchange->request_id));
  }
  if (const auto* request = std::get_if<rest::ShadowRequest>(&operation)) {
    if (request->operation == shadow::Operation::kGet) {
      Tally tally;
      rest::Answer answer = Get(*request, exchange->request_id, tally);
      tally.Answered(Way::kHttps, request->operation, answer.status);
      counters_.Answered(tally);
      return respond(std::move(answer));
    }
    // What a delete's body holds does not matter.
    const bool is_update = request->operation == shadow::Operation::kUpdate;
    return mailbox_.Put({.operation = request->operation,
                         .thing = request->thing,
                         .name = request->name,
                         .payload = is_update ? std::string(exchange->request.body) : ""},
                        [exchange, respond](const proto::LinkAnswer& outcome) {
                          respond(FromOutcome(outcome, exchange->request_id));
                        });
  }
  if (const auto* publish = std::get_if<rest::Publish>(&operation)) {
    return commands_.Put(CommandOf(*publish, exchange->request.body),
                         [exchange, respond](const proto::CommandReply* reply) {
                           respond(FromResult(reply, rest::WordPublished(exchange->request_id),
                                              exchange->request_id));
                         });
  }
  if (const auto* disconnect = std::get_if<rest::Disconnect>(&operation)) {
    return commands_.Put(proto::DisconnectCommand{.client_id = disconnect->client_id,
                                                  .prevent_will = disconnect->prevent_will},
                         [exchange, respond](const proto::CommandReply* reply) {
                           respond(FromResult(reply, "", exchange->request_id));
                         });
  }
  if (const auto* get = std::get_if<rest::GetRetained>(&operation)) {
    if (get->topic[0] == '$') return respond(FromRetained(&kNothing, *get, exchange->request_id));
    return commands_.Put(proto::RetainedCommand{.topic = get->topic},
                         [exchange, respond, get = *get](const proto::CommandReply* reply) {
                           respond(FromRetained(reply, get, exchange->request_id));
                         });
  }
  const auto& list = std::get<rest::ListRetained>(operation);
  commands_.Put(
      proto::RetainedCommand{
          .topic = {}, .after = list.after, .most = static_cast<uint16_t>(list.results_max + 1)},
      [exchange, respond, list](const proto::CommandReply* reply) {
        respond(FromRetained(reply, list, exchange->request_id));
      });
}

rest::Answer DataPlane::Get(const rest::ShadowRequest& request, absl::string_view request_id,
                            Tally& tally) {
  arena_.Clear();
  const auto failed = [&](absl::string_view event, const absl::Status& cause, Failure failure) {
    tally.Failed(failure);
    log_.Error(event, {{"shadow", shadow::DisplayName(request.id())}, {"cause", cause.ToString()}});
    return rest::WordError(rest::InternalFailure(), request_id);
  };
  const std::vector<std::string> keys = {storage::RecordKey(request.id())};
  std::vector<std::optional<std::string>> stored;
  if (const absl::Status read = store_.Read(keys, stored); !read.ok()) {
    return failed("read_failed", read, Failure::kStore);
  }
  std::optional<shadow::Record> record;
  if (stored[0]) {
    auto decoded = storage::DecodeRecord(*stored[0], arena_);
    if (!decoded.ok()) return failed("record_unreadable", decoded.status(), Failure::kRecord);
    record = *std::move(decoded);
  }
  const Ask ask = {.request = {.sequence = 0, .operation = request.operation, .id = request.id()},
                   .now = settings_.now()};
  proto::AnswerBatchWriter writer(0);
  service::Handle(ask, record, settings_.limits, arena_, writer);
  const std::string envelope = std::move(writer).Finish();
  const auto outcome = proto::DecodeAnswerBatch(envelope);
  if (!outcome.ok()) return failed("outcome_malformed", outcome.status(), Failure::kRecord);
  return FromOutcome(outcome->answers.at(0), request_id);
}

rest::Answer DataPlane::List(const rest::ListNamedShadows& list, absl::string_view request_id) {
  arena_.Clear();
  std::vector<std::string> names;
  bool more = false;
  const absl::Status scanned =
      store_.Scan(storage::ThingPrefix(list.thing), storage::RecordKey({list.thing, list.after}),
                  [&](absl::string_view key, absl::string_view value) {
                    const auto id = storage::ParseRecordKey(key);
                    arena_.Clear();
                    if (!id || id->classic() || !IsLive(value, arena_)) return true;
                    more = names.size() == list.page_size;
                    if (!more) names.emplace_back(id->name);
                    return !more;
                  });
  if (!scanned.ok()) {
    log_.Error("read_failed", {{"cause", scanned.ToString()}});
    return rest::WordError(rest::InternalFailure(), request_id);
  }
  return {.status = 200,
          .body = rest::WordNamedShadows(names, more, settings_.now()),
          .error_type = {},
          .allow = {}};
}

}  // namespace service
