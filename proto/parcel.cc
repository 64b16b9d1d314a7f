#include "proto/parcel.h"

#include "proto/envelope_bytes.h"

namespace proto {

uint64_t EpochOf(absl::string_view envelope) {
  EnvelopeReader reader(envelope);
  const auto header = TakeHeader(reader);
  return header.ok() ? header->epoch : 0;
}

uint64_t AnsweredBelowOf(absl::string_view envelope) {
  EnvelopeReader reader(envelope);
  const auto header = TakeHeader(reader);
  if (!header.ok() ||
      (header->type != EnvelopeType::kRequests && header->type != EnvelopeType::kArrivals)) {
    return 0;
  }
  return reader.Number<uint64_t>();
}

}  // namespace proto
