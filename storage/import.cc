#include "storage/import.h"

#include <algorithm>
#include <iterator>
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

absl::StatusOr<Imported> Import(std::vector<Write> records, bool replace,
                                const BesideImport& beside, Store& store) {
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
  if (writes.empty()) return result;
  std::vector<absl::string_view> replaced;
  for (size_t i = 0; i < writes.size(); ++i) {
    const std::optional<std::string>& stood = before[places[i]];
    const auto more = [&](RecordKind kind) { return Is(writes[i].value, kind) - Is(stood, kind); };
    result.documents_more += more(RecordKind::kDocument);
    result.tombstones_more += more(RecordKind::kTombstone);
    replaced.push_back(stood ? absl::string_view(*stood) : absl::string_view());
  }
  std::vector<Write> more_writes;
  beside(absl::MakeSpan(writes), replaced, more_writes);
  std::move(more_writes.begin(), more_writes.end(), std::back_inserter(writes));
  if (absl::Status committed = store.Commit(writes, Durability::kSync); !committed.ok()) {
    return committed;
  }
  return result;
}

}  // namespace storage
