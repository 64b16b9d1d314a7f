#include "service/commit/snapshots.h"

#include <array>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/history_entry.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

using storage::RecordKind;

// Everything that is of shadows, in the order of the keys: which connections are told of in their
// history as well. The feed is of the store's commits, and goes on.
constexpr std::array<absl::string_view, 3> kOfShadows = {
    storage::kConnectionPrefix, storage::kHistoryPrefix, storage::kRecordPrefix};

bool IsOfFeed(absl::string_view key) { return absl::StartsWith(key, storage::kFeedPrefix); }

void Add(absl::string_view record, int64_t by, Snapshots::Count& count) {
  const RecordKind kind = storage::KindOf(record);
  if (kind == RecordKind::kDocument) count.shadows += by;
  if (kind == RecordKind::kTombstone) count.tombstones += by;
}

bool IsRecord(absl::string_view key) { return absl::StartsWith(key, storage::kRecordPrefix); }

absl::Status NoSnapshot(absl::string_view name) {
  return absl::NotFoundError(absl::StrCat("There is no snapshot ", name));
}

}  // namespace

absl::StatusOr<Snapshots::Count> Snapshots::Reset(
    const std::function<bool(absl::string_view)>& is_meant) {
  Worker::Replacement replacement;
  Count gone;
  std::string thing_before;
  bool meant = !is_meant;
  if (!is_meant) {
    replacement.prefixes = {std::string(storage::kRecordPrefix),
                            std::string(storage::kHistoryPrefix)};
  }
  absl::Status scanned =
      store_.Scan(storage::kRecordPrefix, "", [&](absl::string_view key, absl::string_view record) {
        const auto id = storage::ParseRecordKey(key);
        if (is_meant && id && id->thing != thing_before) {
          thing_before.assign(id->thing.data(), id->thing.size());
          meant = is_meant(id->thing);
          if (meant) replacement.prefixes.push_back(storage::HistoryThingPrefix(id->thing));
        }
        if (!meant || !id) return true;
        Add(record, 1, gone);
        if (is_meant) replacement.writes.push_back({std::string(key), std::nullopt});
        return true;
      });
  scanned.Update(store_.Scan(storage::kConnectionPrefix, "",
                             [&](absl::string_view key, absl::string_view value) {
                               const auto told = storage::DecodeToldConnection(value);
                               if (is_meant && (!told.ok() || !is_meant(told->thing))) return true;
                               replacement.writes.push_back({std::string(key), std::nullopt});
                               return true;
                             }));
  if (!scanned.ok()) return scanned;
  replacement.more = {.documents = -gone.shadows, .tombstones = -gone.tombstones};
  if (absl::Status replaced = worker_.Replace(replacement); !replaced.ok()) return replaced;
  return gone;
}

size_t Snapshots::BytesBeside(absl::string_view name) const {
  size_t bytes = 0;
  for (const auto& [other, snapshot] : snapshots_) {
    if (other != name) bytes += snapshot.bytes;
  }
  return bytes;
}

absl::StatusOr<Snapshots::Kept> Snapshots::Take(const std::string& name) {
  if (!snapshots_.contains(name) && snapshots_.size() == kMost) {
    return absl::ResourceExhaustedError(
        absl::StrCat("There are ", kMost, " snapshots, the most that there can be: delete one"));
  }
  worker_.TellEvents();
  const size_t beside = BytesBeside(name);
  Snapshot snapshot;
  snapshot.taken_at = now_();
  const auto keep = [&](absl::string_view key, absl::string_view value) {
    if (IsOfFeed(key)) return true;
    snapshot.bytes += key.size() + value.size();
    if (beside + snapshot.bytes > bytes_max_) return false;
    if (IsRecord(key)) Add(value, 1, snapshot.count);
    snapshot.entries.push_back({std::string(key), std::string(value)});
    return true;
  };
  for (const absl::string_view prefix : kOfShadows) {
    if (absl::Status scanned = store_.Scan(prefix, "", keep); !scanned.ok()) return scanned;
  }
  if (beside + snapshot.bytes > bytes_max_) {
    return absl::ResourceExhaustedError(
        absl::StrCat("All snapshots together have at most ", bytes_max_ >> 20, " MiB: delete one"));
  }
  Snapshot& kept = snapshots_[name] = std::move(snapshot);
  return kept;
}

// Both are in the order of their keys, so one pass finds what differs.
absl::StatusOr<Snapshots::Kept> Snapshots::Restore(const std::string& name) {
  const auto found = snapshots_.find(name);
  if (found == snapshots_.end()) return NoSnapshot(name);
  const Snapshot& snapshot = found->second;
  worker_.TellEvents();
  Worker::Replacement replacement;
  Count now;
  auto kept = snapshot.entries.begin();
  const auto compare = [&](absl::string_view key, absl::string_view value) {
    if (IsOfFeed(key)) return true;
    if (IsRecord(key)) Add(value, 1, now);
    while (kept != snapshot.entries.end() && kept->key < key) replacement.writes.push_back(*kept++);
    if (kept == snapshot.entries.end() || kept->key != key) {
      replacement.writes.push_back({std::string(key), std::nullopt});
      return true;
    }
    if (*kept->value != value) replacement.writes.push_back(*kept);
    ++kept;
    return true;
  };
  for (const absl::string_view prefix : kOfShadows) {
    if (absl::Status scanned = store_.Scan(prefix, "", compare); !scanned.ok()) return scanned;
  }
  replacement.writes.insert(replacement.writes.end(), kept, snapshot.entries.end());
  replacement.more = {.documents = snapshot.count.shadows - now.shadows,
                      .tombstones = snapshot.count.tombstones - now.tombstones};
  if (absl::Status replaced = worker_.Replace(replacement); !replaced.ok()) return replaced;
  return snapshot;
}

absl::Status Snapshots::Delete(const std::string& name) {
  return snapshots_.erase(name) > 0 ? absl::OkStatus() : NoSnapshot(name);
}

std::map<std::string, Snapshots::Kept> Snapshots::List() const {
  return {snapshots_.begin(), snapshots_.end()};
}

}  // namespace service
