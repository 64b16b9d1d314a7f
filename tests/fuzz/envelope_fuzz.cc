// Any bytes as a link envelope, both ways: a batch that decodes, written again, is the same bytes.
#include <cstdlib>

#include "proto/arrivals.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "proto/hearing.h"
#include "proto/newcomers.h"
#include "proto/news.h"
#include "proto/notice.h"
#include "proto/observation.h"
#include "proto/refusals.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (const auto batch = proto::DecodeRequestBatch(bytes); batch.ok()) {
    proto::RequestBatchWriter writer(batch->epoch, batch->answered_below);
    for (const auto& request : batch->requests) writer.Add(request);
    if (std::move(writer).Finish() != bytes) std::abort();
  }
  if (const auto batch = proto::DecodeAnswerBatch(bytes); batch.ok() && batch->hello) {
    if (proto::EncodeHello(*batch->hello) != bytes) std::abort();
  } else if (batch.ok()) {
    proto::AnswerBatchWriter writer(batch->epoch);
    for (const auto& answer : batch->answers) {
      writer.BeginAnswer(answer.sequence, answer.id);
      for (const auto& message : answer.messages) {
        writer.BeginMessage(message.topic).append(message.payload.data(), message.payload.size());
      }
    }
    if (std::move(writer).Finish() != bytes) std::abort();
  }
  if (const auto status = proto::DecodeStatus(bytes); status.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeStatus(epoch, *status) != bytes) std::abort();
  }
  if (const auto batch = proto::DecodeArrivals(bytes); batch.ok()) {
    proto::ArrivalBatchWriter writer(batch->epoch, batch->answered_below, batch->first);
    for (const auto& arrival : batch->arrivals) writer.Add(arrival);
    if (std::move(writer).Finish(batch->last) != bytes) std::abort();
  }
  if (const auto notices = proto::DecodeNotices(bytes); notices.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeNotices(epoch, *notices) != bytes) std::abort();
  }
  if (const auto newcomers = proto::DecodeNewcomers(bytes); newcomers.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeNewcomers(epoch, *newcomers) != bytes) std::abort();
  }
  if (const auto news = proto::DecodeNews(bytes); news.ok()) {
    proto::NewsWriter writer(news->life, news->number, news->origin);
    for (const auto& item : news->items) writer.Add(item);
    if (std::move(writer).Finish() != bytes) std::abort();
  }
  if (const auto taken = proto::DecodeTaken(bytes); taken.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeTaken(epoch, *taken) != bytes) std::abort();
  }
  if (const auto hearings = proto::DecodeHearings(bytes); hearings.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeHearings(epoch, *hearings) != bytes) std::abort();
  }
  if (const auto events = proto::DecodeEvents(bytes); events.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeEvents(epoch, *events) != bytes) std::abort();
  }
  if (const auto refusals = proto::DecodeRefusals(bytes); refusals.ok()) {
    uint64_t epoch = 0;
    for (size_t i = 16; i-- > 8;) epoch = epoch << 8 | data[i];
    if (proto::EncodeRefusals(epoch, *refusals) != bytes) std::abort();
  }
  if (const auto batch = proto::DecodeObservations(bytes); batch.ok()) {
    if (proto::EncodeObservations(*batch) != bytes) std::abort();
  }
  if (const auto command = proto::DecodeCommand(bytes); command.ok()) {
    if (proto::EncodeCommand(*command) != bytes) std::abort();
  }
  if (const auto reply = proto::DecodeCommandReply(bytes); reply.ok()) {
    if (proto::EncodeCommandReply(*reply) != bytes) std::abort();
  }
  return 0;
}
