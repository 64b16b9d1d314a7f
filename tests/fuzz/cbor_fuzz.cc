// Any bytes as a device's CBOR: whatever is read is JSON, and turned back and forth it stays so.
#include <cstdlib>

#include "proto/cbor.h"
#include "shadow/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto json = proto::JsonOfCbor(absl::string_view(reinterpret_cast<const char*>(data), size));
  if (!json.ok()) return 0;
  shadow::Arena arena;
  if (!shadow::ParseWholeJson(*json, 0, arena)) std::abort();
  const auto again = proto::JsonOfCbor(proto::CborOfJson(*json));
  if (!again.ok() || *again != *json) std::abort();
  return 0;
}
