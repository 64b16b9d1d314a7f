#include "storage/import.h"

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "storage/record.h"

namespace storage {
namespace {

RecordKind KindOf(const std::optional<std::string>& value) {
  return storage::KindOf(value ? absl::string_view(*value) : absl::string_view());
}

int64_t Is(const std::optional<std::string>& value, RecordKind kind) {
  return KindOf(value) == kind ? 1 : 0;
}

}  // namespace

absl::StatusOr<Imported> Import(std::vector<Write> records, bool replace, Store& store) {
  Imported result;
  std::vector<std::string> keys;
  for (const Write& record : records) keys.push_back(record.key);
  std::vector<std::optional<std::string>> before;
  if (absl::Status read = store.Read(keys, before); !read.ok()) return read;

  std::vector<Write> writes;
  std::vector<size_t> places;  // of each write among `before`
  absl::flat_hash_map<std::string, size_t> write_of;
  for (size_t i = 0; i < records.size(); ++i) {
    const auto [place, is_new] = write_of.try_emplace(keys[i], writes.size());
    if (!replace && (!is_new || KindOf(before[i]) == RecordKind::kDocument)) {
      if (is_new) write_of.erase(place);
      ++result.kept;
      continue;
    }
    ++result.imported;
    if (is_new) {
      writes.push_back(std::move(records[i]));
      places.push_back(i);
    } else {
      writes[place->second].value = std::move(records[i].value);
    }
  }
  for (size_t i = 0; i < writes.size(); ++i) {
    const auto more = [&](RecordKind kind) {
      return Is(writes[i].value, kind) - Is(before[places[i]], kind);
    };
    result.documents_more += more(RecordKind::kDocument);
    result.tombstones_more += more(RecordKind::kTombstone);
  }
  if (writes.empty()) return result;
  if (absl::Status committed = store.Commit(writes, Durability::kSync); !committed.ok()) {
    return committed;
  }
  return result;
}

}  // namespace storage
