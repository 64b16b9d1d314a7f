#include "proto/hearing.h"

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope_bytes.h"

namespace proto {
namespace {

constexpr size_t kHearingBytes = 3;  // fixed part

// The flags; those of messages are as in a request.
constexpr uint8_t kIsOver = 1;
constexpr uint8_t kAccepted = 2;
constexpr uint8_t kDocuments = 4;
constexpr uint8_t kDelta = 8;
constexpr uint8_t kMessages = kAccepted | kDocuments | kDelta;

uint8_t HearingFlags(const Hearing& hearing) {
  return static_cast<uint8_t>(
      (hearing.is_over ? kIsOver : 0) | (hearing.unheard.accepted ? kAccepted : 0) |
      (hearing.unheard.documents ? kDocuments : 0) | (hearing.unheard.delta ? kDelta : 0));
}

bool HasRightNames(const Hearing& hearing) {
  if (hearing.is_over) {
    return hearing.id.name.empty() &&
           (hearing.id.thing.empty() || shadow::IsThingName(hearing.id.thing));
  }
  return shadow::IsThingName(hearing.id.thing) &&
         (hearing.id.classic() || shadow::IsShadowName(hearing.id.name));
}

}  // namespace

std::string EncodeHearings(uint64_t epoch, absl::Span<const Hearing> hearings) {
  std::string bytes = EnvelopeHead(EnvelopeType::kHearings, epoch);
  PutAt(static_cast<uint32_t>(hearings.size()), kEnvelopeCountAt, bytes);
  for (const Hearing& hearing : hearings) {
    PutNumber(HearingFlags(hearing), bytes);
    PutNumber(static_cast<uint8_t>(hearing.id.thing.size()), bytes);
    PutNumber(static_cast<uint8_t>(hearing.id.name.size()), bytes);
    absl::StrAppend(&bytes, hearing.id.thing, hearing.id.name);
  }
  return bytes;
}

bool IsHearings(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kHearings); }

absl::StatusOr<std::vector<Hearing>> DecodeHearings(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  if (header->count > reader.left() / kHearingBytes) {
    return absl::InvalidArgumentError("link envelope: more hearings announced than it can hold");
  }
  std::vector<Hearing> hearings;
  hearings.reserve(header->count);
  bool known = header->type == EnvelopeType::kHearings && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    Hearing& hearing = hearings.emplace_back();
    const auto flags = reader.Number<uint8_t>();
    const auto thing_bytes = reader.Number<uint8_t>();
    const auto name_bytes = reader.Number<uint8_t>();
    hearing.id.thing = reader.Bytes(thing_bytes);
    hearing.id.name = reader.Bytes(name_bytes);
    hearing.is_over = (flags & kIsOver) != 0;
    hearing.unheard = {.accepted = (flags & kAccepted) != 0,
                       .documents = (flags & kDocuments) != 0,
                       .delta = (flags & kDelta) != 0};
    known =
        (flags & kMessages) != 0 && (flags & ~(kMessages | kIsOver)) == 0 && HasRightNames(hearing);
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: hearings are malformed");
  }
  return hearings;
}

}  // namespace proto
