#include "proto/observation.h"

#include "absl/status/status.h"
#include "proto/envelope_bytes.h"

namespace proto {
namespace {

using What = Observation::Kind;
using Result = Observation::Result;

constexpr uint8_t kAllowed = 1;
constexpr uint8_t kRetained = 2;
constexpr uint8_t kClean = 4;
constexpr uint8_t kMqtt5 = 8;
constexpr uint8_t kQosMax = 2;

// Those that the kind has.
uint8_t FlagsOf(What kind) {
  switch (kind) {
    case What::kConnect:
      return kClean | kMqtt5;
    case What::kSubscribe:
      return kAllowed;
    case What::kPublish:
      return kAllowed | kRetained;
    case What::kDeliver:
      return kRetained;
    case What::kDisconnect:
    case What::kUnsubscribe:
      break;
  }
  return 0;
}

uint8_t FlagsOf(const Observation& seen) {
  const int flags = (seen.allowed ? kAllowed : 0) | (seen.retain ? kRetained : 0) |
                    (seen.clean ? kClean : 0) | (seen.mqtt5 ? kMqtt5 : 0);
  return static_cast<uint8_t>(flags & FlagsOf(seen.kind));
}

bool HasQos(What kind) {
  return kind == What::kSubscribe || kind == What::kPublish || kind == What::kDeliver;
}

bool HasPayload(What kind) { return kind == What::kPublish || kind == What::kDeliver; }

void Put(const Observation& seen, std::string& out) {
  PutNumber(static_cast<uint64_t>(seen.us), out);
  PutNumber(static_cast<uint8_t>(seen.kind), out);
  PutNumber(FlagsOf(seen), out);
  PutText(seen.thing, out);
  PutText(seen.client, out);
  PutText(seen.text, out);
  if (seen.kind == What::kConnect) {
    PutNumber(static_cast<uint8_t>(seen.result), out);
    PutNumber(static_cast<uint8_t>(seen.way), out);
    PutNumber(seen.keep_alive_s, out);
  }
  if (HasQos(seen.kind)) PutNumber(seen.qos, out);
  if (HasPayload(seen.kind)) {
    PutNumber(seen.payload_bytes, out);
    PutNumber(static_cast<uint32_t>(seen.payload.size()), out);
    out.append(seen.payload.data(), seen.payload.size());
  }
}

// False: it means nothing.
bool Take(EnvelopeReader& reader, Observation& seen) {
  seen.us = static_cast<int64_t>(reader.Number<uint64_t>());
  const auto kind = reader.Number<uint8_t>();
  const auto flags = reader.Number<uint8_t>();
  if (kind < static_cast<uint8_t>(What::kConnect) || kind > static_cast<uint8_t>(What::kDeliver)) {
    return false;
  }
  seen.kind = static_cast<What>(kind);
  if ((flags & ~FlagsOf(seen.kind)) != 0) return false;
  seen.allowed = (flags & kAllowed) != 0;
  seen.retain = (flags & kRetained) != 0;
  seen.clean = (flags & kClean) != 0;
  seen.mqtt5 = (flags & kMqtt5) != 0;
  seen.thing = TakeText(reader);
  seen.client = TakeText(reader);
  seen.text = TakeText(reader);
  if (seen.kind == What::kConnect) {
    const auto result = reader.Number<uint8_t>();
    const auto way = reader.Number<uint8_t>();
    if (result > static_cast<uint8_t>(Result::kClosed) ||
        way < static_cast<uint8_t>(ConnectionWay::kMqtt) ||
        way > static_cast<uint8_t>(ConnectionWay::kWebSocket)) {
      return false;
    }
    seen.result = static_cast<Result>(result);
    seen.way = static_cast<ConnectionWay>(way);
    seen.keep_alive_s = reader.Number<uint16_t>();
  }
  if (HasQos(seen.kind)) seen.qos = reader.Number<uint8_t>();
  if (HasPayload(seen.kind)) {
    seen.payload_bytes = reader.Number<uint32_t>();
    seen.payload = reader.Bytes(reader.Number<uint32_t>());
    if (!seen.payload.empty() && seen.payload.size() != seen.payload_bytes) return false;
  }
  return seen.qos <= kQosMax;
}

}  // namespace

bool IsObservations(absl::string_view bytes) {
  return IsOfType(bytes, EnvelopeType::kObservations);
}

std::string EncodeObservations(const ObservationBatch& batch) {
  std::string bytes = EnvelopeHead(EnvelopeType::kObservations, batch.epoch);
  PutAt(static_cast<uint32_t>(batch.observations.size()), kEnvelopeCountAt, bytes);
  PutNumber(batch.lost, bytes);
  for (const Observation& seen : batch.observations) Put(seen, bytes);
  return bytes;
}

absl::StatusOr<ObservationBatch> DecodeObservations(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  ObservationBatch batch{.epoch = header->epoch, .lost = reader.Number<uint64_t>()};
  bool known = header->type == EnvelopeType::kObservations && header->epoch != 0;
  for (uint32_t i = 0; i < header->count && known && reader.ok(); ++i) {
    known = Take(reader, batch.observations.emplace_back());
  }
  if (!known || !reader.ok() || reader.left() != 0) {
    return absl::InvalidArgumentError("link envelope: observations are malformed");
  }
  return batch;
}

}  // namespace proto
