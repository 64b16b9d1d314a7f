#include "proto/parcel.h"

#include "proto/envelope_bytes.h"

namespace proto {

uint64_t EpochOf(absl::string_view envelope) {
  EnvelopeReader reader(envelope);
  const auto header = TakeHeader(reader);
  return header.ok() ? header->epoch : 0;
}

}  // namespace proto
