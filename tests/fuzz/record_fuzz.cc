// Any bytes as stored bytes: what decodes encodes to bytes that decode to the same, and in the
// newest format to those that it was decoded from.
#include <cstdlib>

#include "storage/journal_entry.h"
#include "storage/key.h"
#include "storage/record.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view bytes(reinterpret_cast<const char*>(data), size);
  shadow::Arena arena;
  if (const auto record = storage::DecodeRecord(bytes, arena); record.ok()) {
    const auto head = storage::DecodeRecordHead(bytes);
    if (!head.ok()) std::abort();
    const std::string encoded = storage::EncodeRecord(*record, *head);
    const auto again = storage::DecodeRecord(encoded, arena);
    if (!again.ok() || storage::EncodeRecord(*again, *head) != encoded) std::abort();
    if (bytes[0] == storage::kRecordFormat && encoded != bytes) std::abort();
  }
  (void)storage::DecodeJournal(bytes);
  (void)storage::IsExpiredTombstone(bytes, 2000);
  if (const auto id = storage::ParseRecordKey(bytes); id && storage::RecordKey(*id) != bytes) {
    std::abort();
  }
  (void)storage::ParseJournalKey(bytes);
  return 0;
}
