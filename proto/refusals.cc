#include "proto/refusals.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "proto/envelope_bytes.h"
#include "shadow/json.h"
#include "shadow/legible.h"

namespace proto {
namespace {

// In the order of the bytes.
constexpr std::array kRefusalTexts = {&AccessRefusal::client_id, &AccessRefusal::principal,
                                      &AccessRefusal::address,   &AccessRefusal::thing,
                                      &AccessRefusal::action,    &AccessRefusal::name,
                                      &AccessRefusal::reason};

bool IsBoundedText(absl::string_view text) {
  return text.size() <= kRefusalTextBytesMax && shadow::IsUtf8(text);
}

bool ContinuesACharacter(char byte) { return (static_cast<uint8_t>(byte) & 0xC0) == 0x80; }

// `text` must be UTF-8.
absl::string_view Cut(absl::string_view text) {
  size_t size = std::min(text.size(), kRefusalTextBytesMax);
  while (size < text.size() && ContinuesACharacter(text[size])) --size;
  return text.substr(0, size);
}

void PutCutText(absl::string_view text, std::string& out) {
  if (shadow::IsUtf8(text)) return PutText(Cut(text), out);
  std::string legible;
  shadow::AppendLegible(text, legible);
  PutText(Cut(legible), out);
}

}  // namespace

bool IsRefusals(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kRefusals); }

std::string EncodeRefusals(uint64_t epoch, const std::vector<AccessRefusal>& refusals) {
  std::string bytes = EnvelopeHead(EnvelopeType::kRefusals, epoch);
  PutAt(static_cast<uint32_t>(refusals.size()), kEnvelopeCountAt, bytes);
  for (const AccessRefusal& refusal : refusals) {
    PutNumber(static_cast<uint64_t>(refusal.at_ms), bytes);
    for (const auto text : kRefusalTexts) PutCutText(refusal.*text, bytes);
  }
  return bytes;
}

absl::StatusOr<std::vector<AccessRefusal>> DecodeRefusals(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  std::vector<AccessRefusal> refusals;
  bool known = header->type == EnvelopeType::kRefusals && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    AccessRefusal& refusal = refusals.emplace_back();
    refusal.at_ms = static_cast<int64_t>(reader.Number<uint64_t>());
    known = refusal.at_ms >= 0;
    for (const auto text : kRefusalTexts) {
      refusal.*text = TakeText(reader);
      known &= IsBoundedText(refusal.*text);
    }
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: refusals are malformed");
  }
  return refusals;
}

}  // namespace proto
