#include "proto/newcomers.h"

#include "absl/status/status.h"
#include "proto/envelope_bytes.h"

namespace proto {

bool IsNewcomers(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kNewcomers); }

std::string EncodeNewcomers(uint64_t epoch, const std::vector<Newcomer>& newcomers) {
  std::string bytes = EnvelopeHead(EnvelopeType::kNewcomers, epoch);
  PutAt(static_cast<uint32_t>(newcomers.size()), kEnvelopeCountAt, bytes);
  for (const Newcomer& newcomer : newcomers) {
    PutText(newcomer.client_id, bytes);
    PutText(newcomer.certificate, bytes);
  }
  return bytes;
}

absl::StatusOr<std::vector<Newcomer>> DecodeNewcomers(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  std::vector<Newcomer> newcomers;
  bool known = header->type == EnvelopeType::kNewcomers && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    Newcomer newcomer;
    newcomer.client_id = TakeText(reader);
    newcomer.certificate = TakeText(reader);
    known = !newcomer.certificate.empty() && newcomer.certificate.size() <= kNewcomerBytesMax;
    newcomers.push_back(newcomer);
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: newcomers are malformed");
  }
  return newcomers;
}

}  // namespace proto
