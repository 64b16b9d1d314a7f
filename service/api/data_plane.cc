#include "service/api/data_plane.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "faults/rejection.h"
#include "policy/evaluate.h"
#include "rest/permission.h"
#include "rest/route.h"
#include "rest/words.h"
#include "service/api/broker_call.h"
#include "service/commit/handler.h"
#include "service/faults/listing.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr size_t kArenaBytes = 64 * 1024;
constexpr absl::string_view kNoBench =
    "This is for test benches, and shadowd was started without --faults";

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

// What the plans in force, of the plugin and here, say to a request.
FaultPlans::Done AnsweringFaults(const DataPlane::Exchange& exchange,
                                 const DataPlane::Respond& respond) {
  return [exchange, respond](const absl::StatusOr<std::string>& said) {
    if (said.ok()) {
      return respond({.status = 200, .body = *said, .error_type = {}, .allow = {}});
    }
    respond(rest::WordError(FaultsError(said.status()), exchange->request_id));
  };
}

bool IsLive(absl::string_view record, shadow::Arena& arena) {
  const auto decoded = storage::DecodeRecord(record, arena);
  return decoded.ok() && std::holds_alternative<shadow::Document>(*decoded);
}

// Answers with what the broker's reply says to `asked`.
template <class Asked>
Commands::Done Answering(const Asked& asked, const DataPlane::Exchange& exchange,
                         const DataPlane::Respond& respond) {
  return [asked, exchange, respond](const proto::CommandReply* reply) {
    respond(AnswerOf(asked, reply, exchange->request_id));
  };
}

}  // namespace

DataPlane::DataPlane(Settings settings, const storage::Store& store, const Principals& principals,
                     const ConsoleDoor* console, Mailbox& mailbox, Commands& commands,
                     SessionEnder& session_ender, Historian& historian, Forgetting& forgetting,
                     Bench& bench, FaultPlans& fault_plans, Counters& counters, Log& log)
    : settings_(std::move(settings)),
      store_(store),
      principals_(principals),
      console_(console),
      mailbox_(mailbox),
      commands_(commands),
      session_ender_(session_ender),
      historian_(historian),
      forgetting_(forgetting),
      bench_(bench),
      fault_plans_(fault_plans),
      counters_(counters),
      log_(log),
      arena_(kArenaBytes) {}

void DataPlane::Handle(const Exchange& exchange, const Respond& respond) {
  const auto refuse = [&](const rest::Error& error) {
    respond(rest::WordError(error, exchange->request_id));
  };
  auto routed = rest::Route(exchange->request, exchange->target);
  if (auto* error = std::get_if<rest::Error>(&routed)) {
    // Whoever is not known learns nothing else.
    auto unidentified = Unidentified(*exchange);
    return refuse(unidentified ? *unidentified : *error);
  }
  const auto& operation = std::get<rest::Operation>(routed);
  if (const auto error = Refusal(*exchange, operation)) return refuse(*error);
  if (!settings_.bench && rest::IsOfBench(operation)) return refuse(rest::Forbidden(kNoBench));
  std::visit([&](const auto& asked) { Execute(asked, exchange, respond); }, operation);
}

std::variant<ConsoleSessions::Session, rest::Error> DataPlane::SessionOf(
    const HttpExchange& exchange) const {
  if (console_ == nullptr) return nullptr;
  auto identified = console_->Identify(exchange);
  if (auto* error = std::get_if<rest::Error>(&identified)) return std::move(*error);
  auto* const session = std::get_if<ConsoleSessions::Session>(&identified);
  return session == nullptr ? nullptr : std::move(*session);
}

std::optional<rest::Error> DataPlane::JudgeHead(const HttpExchange& head) const {
  const auto session = SessionOf(head);
  if (const auto* const error = std::get_if<rest::Error>(&session)) return *error;
  const bool is_known = std::get<ConsoleSessions::Session>(session) != nullptr;
  if (is_known || settings_.auth == HttpAuth::kOpen) return std::nullopt;
  return principals_.JudgeHead(head, settings_.machine_now());
}

std::optional<rest::Error> DataPlane::Unidentified(const HttpExchange& exchange) const {
  const auto session = SessionOf(exchange);
  if (const auto* const error = std::get_if<rest::Error>(&session)) return *error;
  if (std::get<ConsoleSessions::Session>(session) != nullptr) return std::nullopt;
  if (settings_.auth == HttpAuth::kOpen) return std::nullopt;
  auto known = principals_.Identify(exchange, settings_.machine_now());
  if (auto* error = std::get_if<rest::Error>(&known)) return std::move(*error);
  return std::nullopt;
}

std::optional<rest::Error> DataPlane::Refusal(const HttpExchange& exchange,
                                              const rest::Operation& operation) const {
  const auto asker = SessionOf(exchange);
  if (const auto* const error = std::get_if<rest::Error>(&asker)) return *error;
  if (const auto& session = std::get<ConsoleSessions::Session>(asker)) {
    const auto permissions = rest::PermissionsFor(operation);
    const bool may = std::all_of(
        permissions.begin(), permissions.end(), [&](const rest::Permission& permission) {
          return console_->sessions().May(*session, permission.action, permission.name);
        });
    if (may) return std::nullopt;
    return rest::Forbidden();
  }
  if (settings_.auth == HttpAuth::kOpen) return std::nullopt;
  const int64_t now = settings_.machine_now();
  auto identified = principals_.Identify(exchange, now);
  if (auto* error = std::get_if<rest::Error>(&identified)) return std::move(*error);
  const auto& known = std::get<Principals::Known>(identified);
  const auto policies = policy::Borrow(known.policies);
  std::vector<const policy::Document*> identity;
  policy::Held held{.own = policies};
  if (known.identity_policies) {
    identity = policy::Borrow(*known.identity_policies);
    held.identity = identity;
  }
  policy::Connection connection;  // without a client id (J13)
  connection.source_ip = exchange.peer.address;
  connection.domain_name = exchange.peer.server_name;
  connection.identity_id = known.identity_id;
  connection.secure = exchange.peer.secure;
  connection.certificate = exchange.peer.certificate.get();
  for (const rest::Permission& permission : rest::PermissionsFor(operation)) {
    const policy::Request request{permission.action, permission.name, now};
    if (!policy::Decide(held, request, connection).allowed) return rest::Forbidden();
  }
  if (rest::NeedsAccessKey(operation) && !HasAccessKey(exchange)) {
    return rest::Forbidden("This is for requests that are signed with an access key");
  }
  return std::nullopt;
}

// Who was identified as a signer is one: a request that is signed goes by its signature. As good is
// who is logged in.
bool DataPlane::HasAccessKey(const HttpExchange& exchange) const {
  return settings_.auth == HttpAuth::kOpen || rest::IsSigned(exchange.request, exchange.target) ||
         SessionIn(exchange) != nullptr;
}

ConsoleSessions::Session DataPlane::SessionIn(const HttpExchange& exchange) const {
  const auto found = SessionOf(exchange);
  const auto* const session = std::get_if<ConsoleSessions::Session>(&found);
  return session == nullptr ? nullptr : *session;
}

Historian::Asking DataPlane::AskingOf(const Exchange& exchange, const Respond& respond) const {
  return {.provenance = HasAccessKey(*exchange) ? Provenance::kShown : Provenance::kHidden,
          .request_id = exchange->request_id,
          .respond = respond};
}

void DataPlane::Execute(const rest::ShadowRequest& request, const Exchange& exchange,
                        const Respond& respond) {
  if (fault_plans_.LooksAtHttps()) {
    if (const auto fault = fault_plans_.Decide(request.operation, request.id())) {
      return ExecuteWithFault(*fault, request, exchange, respond);
    }
  }
  ExecuteWell(request, exchange, respond);
}

void DataPlane::ExecuteWithFault(const FaultPlans::HttpsFault& fault,
                                 const rest::ShadowRequest& request, const Exchange& exchange,
                                 const Respond& respond) {
  if (fault.code != 0) {
    const auto refusal =
        rest::Refused(faults::Rejection(fault.code, request.id(), exchange->request.body.size()));
    return respond(rest::WordError(refusal, exchange->request_id));
  }
  ExecuteWell(request, exchange, [this, fault, exchange, respond](rest::Answer answer) {
    const auto held =
        fault_plans_.Hold(fault.plan, [respond, answer = std::move(answer)] { respond(answer); });
    if (held) exchange->After(fault.ms, [this, held] { fault_plans_.Release(*held); });
  });
}

void DataPlane::ExecuteWell(const rest::ShadowRequest& request, const Exchange& exchange,
                            const Respond& respond) {
  if (request.operation == shadow::Operation::kGet) {
    Tally tally;
    rest::Answer answer = Get(request, exchange->request_id, tally);
    tally.Answered(Way::kHttps, request.operation, answer.status);
    counters_.Answered(tally);
    return respond(std::move(answer));
  }
  // What a delete's body holds does not matter.
  const bool is_update = request.operation == shadow::Operation::kUpdate;
  Put({.operation = request.operation,
       .thing = request.thing,
       .name = request.name,
       .payload = is_update ? std::string(exchange->request.body) : ""},
      exchange, respond);
}

void DataPlane::Put(LocalRequest request, const Exchange& exchange, const Respond& respond) {
  if (const auto session = SessionIn(*exchange)) {
    request.way = storage::HistoryWay::kConsole;
    request.principal = session->user.name;
  } else {
    request.principal = PrincipalOf(*exchange);
  }
  request.address = exchange->peer.address;
  mailbox_.Put(std::move(request), [exchange, respond](const proto::LinkAnswer& outcome) {
    respond(FromOutcome(outcome, exchange->request_id));
  });
}

// What nobody has checked is not said: with HttpAuth::kOpen a signature is not looked at.
std::string DataPlane::PrincipalOf(const HttpExchange& exchange) const {
  if (const auto session = SessionIn(exchange)) return session->user.name;
  if (settings_.auth != HttpAuth::kOpen && rest::IsSigned(exchange.request, exchange.target)) {
    const auto signature = rest::ReadSignature(exchange.request, exchange.target);
    const auto* const read = std::get_if<rest::Signature>(&signature);
    return read == nullptr ? "" : std::string(read->access_key_id);
  }
  return exchange.peer.certificate == nullptr ? "" : exchange.peer.certificate->id;
}

void DataPlane::Execute(const rest::ListNamedShadows& list, const Exchange& exchange,
                        const Respond& respond) {
  respond(List(list, exchange->request_id));
}

void DataPlane::Execute(const rest::Publish& publish, const Exchange& exchange,
                        const Respond& respond) {
  const std::string principal = PrincipalOf(*exchange);
  proto::PublishCommand command = CommandOf(publish, exchange->request.body);
  command.principal = principal;
  command.address = exchange->peer.address;
  commands_.Put(command, Answering(publish, exchange, respond));
}

void DataPlane::Execute(const rest::GetRetained& get, const Exchange& exchange,
                        const Respond& respond) {
  // What the broker itself retains on topics that begin with `$` is no message (A13).
  const proto::CommandReply nothing;
  if (get.topic[0] == '$') return respond(AnswerOf(get, &nothing, exchange->request_id));
  commands_.Put(CommandOf(get), Answering(get, exchange, respond));
}

void DataPlane::Execute(const rest::ListRetained& list, const Exchange& exchange,
                        const Respond& respond) {
  commands_.Put(CommandOf(list), Answering(list, exchange, respond));
}

void DataPlane::Execute(const rest::Disconnect& disconnect, const Exchange& exchange,
                        const Respond& respond) {
  if (!disconnect.clean_session) {
    return commands_.Put(CommandOf(disconnect), Answering(disconnect, exchange, respond));
  }
  const auto done = [exchange, respond](SessionEnd end) {
    respond(AnswerOf(end, exchange->request_id));
  };
  const auto end_session = [this, disconnect, done](const proto::CommandReply* reply) {
    if (reply == nullptr) return done(SessionEnd::kUnavailable);
    if (reply->result == proto::CommandResult::kNoSuchClient) {
      return session_ender_.EndIfThere(disconnect.client_id, done);
    }
    session_ender_.End(disconnect.client_id, done);
  };
  commands_.Put(CommandOf(disconnect), end_session);
}

void DataPlane::Execute(const rest::Restore& restore, const Exchange& exchange,
                        const Respond& respond) {
  historian_.Ask(restore, AskingOf(exchange, respond),
                 [this, of = restore.of, exchange, respond](std::string update) {
                   Put({.operation = shadow::Operation::kUpdate,
                        .thing = of.thing,
                        .name = of.name,
                        .payload = std::move(update),
                        .restores = true},
                       exchange, respond);
                 });
}

void DataPlane::Execute(const rest::Forget& forget, const Exchange& exchange,
                        const Respond& respond) {
  forgetting_.Put(forget.thing, [exchange, respond](const absl::Status& status) {
    if (status.ok()) return respond({.status = 200, .body = "{}", .error_type = {}, .allow = {}});
    const bool away = absl::IsUnavailable(status);
    respond(rest::WordError(away ? rest::Unavailable(status.message()) : rest::InternalFailure(),
                            exchange->request_id));
  });
}

void DataPlane::Execute(const rest::ListFaults&, const Exchange& exchange, const Respond& respond) {
  fault_plans_.List(AnsweringFaults(exchange, respond));
}

void DataPlane::Execute(const rest::ListReadyFaults&, const Exchange& exchange,
                        const Respond& respond) {
  AnsweringFaults(exchange, respond)(WordReadyPlans());
}

void DataPlane::Execute(const rest::StartFaults&, const Exchange& exchange,
                        const Respond& respond) {
  fault_plans_.Start(exchange->request.body, AnsweringFaults(exchange, respond));
}

void DataPlane::Execute(const rest::StopFaults& stop, const Exchange& exchange,
                        const Respond& respond) {
  fault_plans_.Stop(stop.name, AnsweringFaults(exchange, respond));
}

void DataPlane::Execute(const rest::RecordFaults& record, const Exchange& exchange,
                        const Respond& respond) {
  fault_plans_.Record(record.name, AnsweringFaults(exchange, respond));
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
