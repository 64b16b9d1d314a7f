#include "service/console/preview.h"

#include <limits>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/envelope.h"
#include "proto/topic.h"
#include "service/commit/handler.h"
#include "shadow/operation.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

constexpr int kTooLarge = 413;

// The member that has a message of an update; empty: it is none.
absl::string_view MemberOf(proto::AnswerTopic topic) {
  switch (topic) {
    case proto::AnswerTopic::kUpdateAccepted:
      return "accepted";
    case proto::AnswerTopic::kUpdateRejected:
      return "rejected";
    case proto::AnswerTopic::kUpdateDocuments:
      return "documents";
    case proto::AnswerTopic::kUpdateDelta:
      return "delta";
    default:
      return "";
  }
}

std::optional<size_t> BytesOf(const Handled& handled) {
  const auto* const document = shadow::LiveDocument(handled.record);
  if (document == nullptr) return std::nullopt;
  return shadow::StateBytes(*document);
}

}  // namespace

absl::StatusOr<std::string> Preview::Of(const shadow::ShadowId& id, absl::string_view payload) {
  arena_.Clear();
  const std::vector<std::string> keys = {storage::RecordKey(id)};
  std::vector<std::optional<std::string>> stored;
  if (absl::Status read = store_.Read(keys, stored); !read.ok()) return read;
  std::optional<shadow::Record> record;
  if (stored[0]) {
    auto decoded = storage::DecodeRecord(*stored[0], arena_);
    if (!decoded.ok()) return decoded.status();
    record = *std::move(decoded);
  }
  const Ask ask = {.request = {.sequence = 0,
                               .operation = shadow::Operation::kUpdate,
                               .id = id,
                               .payload = payload},
                   .now = now_()};
  record = shadow::AsOf(record, ask.now);
  proto::AnswerBatchWriter writer(0);
  const Handled handled = Handle(ask, record, limits_, arena_, writer);
  auto bytes = BytesOf(handled);
  if (handled.code == kTooLarge) {  // how large it would be
    shadow::Limits boundless = limits_;
    boundless.state_bytes_max = std::numeric_limits<size_t>::max();
    proto::AnswerBatchWriter unheard(0);
    bytes = BytesOf(Handle(ask, record, boundless, arena_, unheard));
  }
  const std::string envelope = std::move(writer).Finish();
  const auto batch = proto::DecodeAnswerBatch(envelope);
  if (!batch.ok()) return batch.status();
  std::string out = absl::StrCat(R"({"code":)", handled.code);
  for (const proto::LinkMessage& message : batch->answers.at(0).messages) {
    const absl::string_view member = MemberOf(message.topic);
    if (!member.empty()) absl::StrAppend(&out, ",\"", member, "\":", message.payload);
  }
  if (bytes) absl::StrAppend(&out, R"(,"bytes":)", *bytes);
  absl::StrAppend(&out, R"(,"bytesMax":)", limits_.state_bytes_max, "}");
  return out;
}

}  // namespace service
