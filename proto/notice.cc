#include "proto/notice.h"

#include "absl/status/status.h"
#include "proto/envelope_bytes.h"

namespace proto {

bool IsNotices(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kNotices); }

std::string EncodeNotices(uint64_t epoch, const std::vector<Notice>& notices) {
  std::string bytes = EnvelopeHead(EnvelopeType::kNotices, epoch);
  PutAt(static_cast<uint32_t>(notices.size()), kEnvelopeCountAt, bytes);
  for (const Notice& notice : notices) {
    PutNumber(static_cast<uint8_t>(notice.kind), bytes);
    PutText(notice.thing, bytes);
    PutText(notice.client, bytes);
    PutText(notice.topic, bytes);
    PutText(notice.text, bytes);
  }
  return bytes;
}

absl::StatusOr<std::vector<Notice>> DecodeNotices(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  std::vector<Notice> notices;
  bool known = header->type == EnvelopeType::kNotices && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    const auto kind = reader.Number<uint8_t>();
    known = kind >= static_cast<uint8_t>(Notice::Kind::kFault) &&
            kind <= static_cast<uint8_t>(Notice::Kind::kEndSession);
    Notice notice{.kind = static_cast<Notice::Kind>(kind)};
    notice.thing = TakeText(reader);
    notice.client = TakeText(reader);
    notice.topic = TakeText(reader);
    notice.text = TakeText(reader);
    notices.push_back(notice);
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: notices are malformed");
  }
  return notices;
}

}  // namespace proto
