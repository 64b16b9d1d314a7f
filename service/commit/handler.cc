#include "service/commit/handler.h"

#include "proto/answer.h"
#include "proto/request.h"
#include "proto/topic.h"
#include "shadow/delta.h"
#include "shadow/operation.h"

namespace service {
namespace {

using proto::AnswerBatchWriter;
using proto::AnswerTopic;
using proto::ClientToken;
using shadow::Arena;
using shadow::Document;
using shadow::Record;
using shadow::Refusal;

Handled Reject(const Ask& ask, const Refusal& refusal, ClientToken token,
               AnswerBatchWriter& answers) {
  const AnswerTopic topic = proto::RejectedTopic(ask.request.operation);
  proto::WordRejected(refusal, token, answers.BeginMessage(topic));
  return {.code = refusal.code, .token = token};
}

// Accepted, documents, delta: the order of F11. Gives whether there is a delta; nothing: nobody
// hears.
std::optional<bool> WordUpdate(const Ask& ask, const std::optional<Record>& before,
                               const shadow::Update& update, const Document& after,
                               ClientToken token, Arena& arena, AnswerBatchWriter& answers) {
  const proto::Unheard& unheard = ask.request.unheard;
  if (!unheard.accepted) {
    proto::WordUpdateAccepted(update.state, after.version, ask.now, token,
                              answers.BeginMessage(AnswerTopic::kUpdateAccepted));
  }
  if (!unheard.documents) {
    proto::WordUpdateDocuments(LiveDocument(before), after, ask.now, token,
                               answers.BeginMessage(AnswerTopic::kUpdateDocuments));
  }
  if (unheard.delta) return std::nullopt;
  const shadow::Value delta = shadow::Delta(after.desired, after.reported, arena);
  if (delta.empty()) return false;
  proto::WordUpdateDelta(delta, after.version, ask.now, token,
                         answers.BeginMessage(AnswerTopic::kUpdateDelta));
  return true;
}

Handled HandleUpdate(const Ask& ask, const std::optional<Record>& current,
                     const shadow::Limits& limits, Arena& arena, AnswerBatchWriter& answers) {
  const auto [token, request] =
      proto::ParseUpdate(ask.request.payload, ask.now, arena, LiveDocument(current));
  if (const auto* refusal = std::get_if<Refusal>(&request)) {
    return Reject(ask, *refusal, token, answers);
  }
  const auto& update = std::get<shadow::Update>(request);
  const auto outcome = shadow::ApplyUpdate(current, update, ask.now, limits, arena);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    return Reject(ask, *refusal, token, answers);
  }
  const auto& document = std::get<Document>(outcome);
  const auto differs = WordUpdate(ask, current, update, document, token, arena, answers);
  return {
      .record = document,
      .token = token,
      .names_desired = update.state.is_null() || shadow::Find(update.state, "desired") != nullptr,
      .differs = differs};
}

Handled HandleGet(const Ask& ask, const std::optional<Record>& current, ClientToken token,
                  Arena& arena, AnswerBatchWriter& answers) {
  const auto outcome = shadow::ApplyGet(current, ask.request.id);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    return Reject(ask, *refusal, token, answers);
  }
  const auto& document = std::get<Document>(outcome);
  const shadow::Value delta = shadow::Delta(document.desired, document.reported, arena);
  proto::WordGetAccepted(document, delta, ask.now, token,
                         answers.BeginMessage(AnswerTopic::kGetAccepted));
  return {.version = document.version};
}

Handled HandleDelete(const Ask& ask, const std::optional<Record>& current, ClientToken token,
                     AnswerBatchWriter& answers) {
  const auto outcome = shadow::ApplyDelete(current, ask.request.id, ask.now);
  if (const auto* refusal = std::get_if<Refusal>(&outcome)) {
    return Reject(ask, *refusal, token, answers);
  }
  proto::WordDeleteAccepted(LiveDocument(current)->version, ask.now, token,
                            answers.BeginMessage(AnswerTopic::kDeleteAccepted));
  return {.record = std::get<shadow::Tombstone>(outcome), .token = token, .differs = false};
}

}  // namespace

Handled Handle(const Ask& ask, const std::optional<Record>& current, const shadow::Limits& limits,
               Arena& arena, AnswerBatchWriter& answers) {
  answers.BeginAnswer(ask.request.sequence, ask.request.id);
  const std::optional<Record> valid = shadow::AsOf(current, ask.now);
  if (ask.request.operation == shadow::Operation::kUpdate) {
    return HandleUpdate(ask, valid, limits, arena, answers);
  }
  const auto [token, request] = proto::ParseGetOrDelete(ask.request.payload, arena);
  if (const auto* refusal = std::get_if<Refusal>(&request)) {
    return Reject(ask, *refusal, token, answers);
  }
  if (ask.request.operation == shadow::Operation::kDelete) {
    return HandleDelete(ask, valid, token, answers);
  }
  return HandleGet(ask, valid, token, arena, answers);
}

void Refuse(const Ask& ask, const Refusal& refusal, Arena& arena, AnswerBatchWriter& answers) {
  answers.BeginAnswer(ask.request.sequence, ask.request.id);
  Reject(ask, refusal, proto::ParseGetOrDelete(ask.request.payload, arena).token, answers);
}

}  // namespace service
