#include "history/writer.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "shadow/delta.h"
#include "storage/key.h"

namespace history {

using shadow::Record;
using storage::HistoryLane;
using storage::RecordHead;
using storage::Write;

namespace {

constexpr storage::Author kOperator = {.way = storage::HistoryWay::kAdmin, .principal = "admin"};

size_t PlaceOf(HistoryLane lane) {
  switch (lane) {
    case HistoryLane::kWishes:
      return 0;
    case HistoryLane::kReports:
      return 1;
    case HistoryLane::kEvents:
      return 2;
  }
  return 2;
}

}  // namespace

absl::Status EndFeed(storage::Store& store) {
  auto numbers = storage::ChangeNumbers::Load(store);
  if (!numbers.ok()) return numbers.status();
  if (store.Floors().feed == numbers->end()) return absl::OkStatus();  // nothing was written since
  // The feed goes on behind a number that nobody has seen, so that each follower finds a gap.
  numbers->Take();
  std::vector<Write> writes;
  const storage::Durability durability = numbers->Append(writes);
  absl::Status status = store.Commit(writes, durability);
  if (!status.ok()) return status;
  return store.RaiseFloors({.feed = numbers->end()});
}

absl::StatusOr<Writer> Writer::Load(const Settings& settings, const storage::Store& store) {
  auto numbers = storage::ChangeNumbers::Load(store);
  if (!numbers.ok()) return numbers.status();
  return Writer(settings, *std::move(numbers));
}

RecordHead Writer::Add(const shadow::ShadowId& id, Transition change, shadow::Arena& arena) {
  change.number = numbers_.Take();
  MadeEntry made = MakeEntry(change, arena);
  Keep({id, made.lane, change.number}, made.entry);
  return made.head;
}

uint64_t Writer::AddEvent(absl::string_view thing, storage::HistoryEntry event) {
  const uint64_t change = numbers_.Take();
  Keep({{.thing = thing, .name = ""}, HistoryLane::kEvents, change}, event);
  return change;
}

void Writer::AddImports(absl::Span<Write> records, absl::Span<const absl::string_view> before,
                        int64_t now) {
  shadow::Arena arena;
  for (size_t i = 0; i < records.size(); ++i) {
    arena.Clear();
    const auto id = storage::ParseRecordKey(records[i].key);
    const auto after = storage::DecodeRecord(*records[i].value, arena);
    if (!id || !after.ok()) continue;  // whoever made it would be at fault, not whoever imports it
    std::optional<Record> stood;
    if (auto record = storage::DecodeRecord(before[i], arena); record.ok()) {
      stood = *std::move(record);
    }
    RecordHead head =
        Add(*id,
            {.kind = storage::HistoryKind::kImport,
             .before = stood,
             .before_head = stood ? storage::DecodeRecordHead(before[i]).value() : RecordHead(),
             .after = *after,
             .now = now,
             .author = kOperator},
            arena);
    head.differs = shadow::Differs(*after);
    records[i].value = storage::EncodeRecord(*after, head);
  }
}

void Writer::Keep(const storage::FeedEntry& place, storage::HistoryEntry& entry) {
  if (!settings_.addresses) entry.author.address = {};
  entries_.push_back({storage::HistoryKey(place.id, place.lane, place.change),
                      storage::EncodeHistoryEntry(entry, place.change)});
  feed_.push_back(place);
  newest_ = std::max(newest_, entry.time);
  ++counts_[PlaceOf(place.lane)];
}

storage::Durability Writer::Append(std::vector<Write>& writes) {
  if (feed_.empty()) return storage::Durability::kRelaxed;
  std::move(entries_.begin(), entries_.end(), std::back_inserter(writes));
  for (auto left = absl::MakeConstSpan(feed_); !left.empty();) {
    const auto group = left.subspan(0, storage::kFeedGroupEntriesMax);
    writes.push_back({storage::FeedKey(group.front().change), storage::EncodeFeed(newest_, group)});
    left.remove_prefix(group.size());
  }
  entries_.clear();
  feed_.clear();
  newest_ = 0;
  return numbers_.Append(writes);
}

uint64_t Writer::SkipNumber(std::vector<Write>& writes) {
  numbers_.Take();
  numbers_.Append(writes);
  return numbers_.next();
}

EntryCounts Writer::Committed() {
  numbers_.Committed();
  return std::exchange(counts_, {});
}

void Writer::Failed() {
  numbers_.Failed();
  entries_.clear();
  feed_.clear();
  newest_ = 0;
  counts_ = {};
}

}  // namespace history
