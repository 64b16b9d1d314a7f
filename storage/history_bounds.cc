#include "storage/history_bounds.h"

#include "storage/bytes.h"
#include "storage/stored_format.h"

namespace storage {
namespace {

constexpr absl::string_view kFloors = "floor of history";
constexpr int kFloorsFormat = 1;

}  // namespace

std::string EncodeFloors(const HistoryFloors& floors) {
  std::string out(1, static_cast<char>(kFloorsFormat));
  AppendVarint(floors.reports, out);
  AppendVarint(floors.wishes, out);
  AppendVarint(floors.feed, out);
  return out;
}

absl::StatusOr<HistoryFloors> DecodeFloors(absl::string_view bytes) {
  ByteReader reader(bytes);
  const auto format = ReadFormat(reader, kFloors, kFloorsFormat);
  if (!format.ok()) return format.status();
  HistoryFloors floors;
  if (!reader.Varint(floors.reports) || !reader.Varint(floors.wishes) ||
      !reader.Varint(floors.feed)) {
    return Damaged(kFloors, kCutOff);
  }
  if (reader.left() > 0) return Damaged(kFloors, "more bytes follow it");
  return floors;
}

}  // namespace storage
