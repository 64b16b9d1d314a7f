#include "storage/rocksdb/history.h"

#include <rocksdb/compaction_filter.h>
#include <rocksdb/listener.h>
#include <rocksdb/table_properties.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "storage/bytes.h"
#include "storage/key.h"
#include "storage/rocksdb/slice.h"

namespace storage {
namespace {

class LaneExtractor : public rocksdb::SliceTransform {
 public:
  const char* Name() const override { return "shadow.LaneExtractor"; }
  bool InDomain(const rocksdb::Slice& key) const override {
    return !HistoryLaneOf(View(key)).empty();
  }
  rocksdb::Slice Transform(const rocksdb::Slice& key) const override {
    return Slice(HistoryLaneOf(View(key)));
  }
};

constexpr char kPartsProperty[] = "shadow.history";
constexpr HistoryStatistics::Part HistoryStatistics::*kParts[] = {
    &HistoryStatistics::wishes, &HistoryStatistics::reports, &HistoryStatistics::events,
    &HistoryStatistics::feed};

std::string EncodeParts(const HistoryStatistics& counted) {
  std::string out;
  for (const auto member : kParts) {
    const HistoryStatistics::Part& part = counted.*member;
    for (const uint64_t number : {part.entries, part.bytes, part.first_change, part.last_change}) {
      AppendVarint(number, out);
    }
    AppendZigzag(part.oldest_time, out);
  }
  return out;
}

void AddPart(const HistoryStatistics::Part& part, HistoryStatistics::Part& out) {
  if (part.entries == 0) return;
  if (out.entries == 0) {
    out = part;
    return;
  }
  out.entries += part.entries;
  out.bytes += part.bytes;
  out.first_change = std::min(out.first_change, part.first_change);
  out.last_change = std::max(out.last_change, part.last_change);
  out.oldest_time = std::min(out.oldest_time, part.oldest_time);
}

void AddParts(const rocksdb::TableProperties& table, HistoryStatistics& out) {
  const auto found = table.user_collected_properties.find(kPartsProperty);
  if (found == table.user_collected_properties.end()) return;
  ByteReader reader(found->second);
  for (const auto member : kParts) {
    HistoryStatistics::Part part;
    if (!reader.Varint(part.entries) || !reader.Varint(part.bytes) ||
        !reader.Varint(part.first_change) || !reader.Varint(part.last_change) ||
        !reader.Zigzag(part.oldest_time)) {
      return;
    }
    AddPart(part, out.*member);
  }
}

class HistoryCollector : public rocksdb::TablePropertiesCollector {
 public:
  const char* Name() const override { return "shadow.HistoryCollector"; }
  rocksdb::Status AddUserKey(const rocksdb::Slice& key, const rocksdb::Slice& value,
                             rocksdb::EntryType type, rocksdb::SequenceNumber, uint64_t) override {
    if (type == rocksdb::kEntryPut) CountHistory(View(key), View(value), counted_);
    return rocksdb::Status::OK();
  }
  rocksdb::Status Finish(rocksdb::UserCollectedProperties* properties) override {
    properties->emplace(kPartsProperty, EncodeParts(counted_));
    return rocksdb::Status::OK();
  }
  rocksdb::UserCollectedProperties GetReadableProperties() const override { return {}; }

 private:
  HistoryStatistics counted_;
};

class HistoryCollectorFactory : public rocksdb::TablePropertiesCollectorFactory {
 public:
  const char* Name() const override { return "shadow.HistoryCollectorFactory"; }
  rocksdb::TablePropertiesCollector* CreateTablePropertiesCollector(Context) override {
    return new HistoryCollector;
  }
};

uint64_t EntriesOf(const HistoryStatistics& counted) {
  uint64_t entries = 0;
  for (const auto member : kParts) entries += (counted.*member).entries;
  return entries;
}

// What compactions leave out. An entry that was looked at counts as what it was; of the rest of a
// lane, which is skipped, only how many entries the tables lack afterwards is known. Those are
// shared among the bounds by how many lanes were beyond each.
//
// Thread rule: any thread, but one compaction of history at a time.
class Leavings {
 public:
  explicit Leavings(std::shared_ptr<HistoryTrim> trim) : trim_(std::move(trim)) {}

  HistoryTrim& trim() const { return *trim_; }

  // A pass of the compaction that is under way is through.
  void Passed(const HistoryDrops& entries, const HistoryDrops& rests) {
    absl::MutexLock lock(&mutex_);
    entries_ = entries;
    rests_ = rests;
  }

  // That compaction has ended, and wrote so many entries less than it was given.
  void Ended(uint64_t lacking) {
    absl::MutexLock lock(&mutex_);
    const HistoryDrops rests = std::exchange(rests_, {});
    HistoryDrops drops = std::exchange(entries_, {});
    if (lacking > drops.all() && rests.all() > 0) {
      const uint64_t skipped = lacking - drops.all();
      drops.floor += skipped * rests.floor / rests.all();
      drops.count += skipped * rests.count / rests.all();
      drops.bytes += skipped * rests.bytes / rests.all();
    }
    trim_->Count(drops);
  }

 private:
  const std::shared_ptr<HistoryTrim> trim_;
  absl::Mutex mutex_;
  HistoryDrops entries_ ABSL_GUARDED_BY(mutex_);
  HistoryDrops rests_ ABSL_GUARDED_BY(mutex_);
};

class HistoryFilter : public rocksdb::CompactionFilter {
 public:
  HistoryFilter(std::shared_ptr<Leavings> leavings, bool is_full)
      : leavings_(std::move(leavings)), is_full_(is_full), sieve_(leavings_->trim().NewSieve()) {}
  ~HistoryFilter() override { leavings_->Passed(entries_, rests_); }

  const char* Name() const override { return "shadow.HistoryFilter"; }

  // An entry is written once, so it can be skipped. Were it removed, RocksDB would note that down
  // to cover older ones, unless there are none: then removing is cheaper than looking for the next.
  Decision FilterV2(int, const rocksdb::Slice& key, ValueType type, const rocksdb::Slice& value,
                    std::string*, std::string* skip_until) const override {
    if (type != ValueType::kValue) return Decision::kKeep;
    const HistoryLimit limit = sieve_.Judge(View(key), View(value));
    if (limit == HistoryLimit::kNone) return Decision::kKeep;
    const absl::string_view lane = HistoryLaneOf(View(key));
    if (!lane.empty() && HoldsForTheRest(limit)) {
      rests_.Add(limit);
      *skip_until = absl::StrCat(lane, kBehindEveryChange);
      return Decision::kRemoveAndSkipUntil;
    }
    entries_.Add(limit);
    if (is_full_) return Decision::kRemove;
    *skip_until = absl::StrCat(View(key), kNextKey);
    return Decision::kRemoveAndSkipUntil;
  }

 private:
  static constexpr absl::string_view kNextKey{"\0", 1};
  static constexpr absl::string_view kBehindEveryChange{"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\0", 9};

  const std::shared_ptr<Leavings> leavings_;
  const bool is_full_;
  // RocksDB calls a filter on one thread.
  mutable HistorySieve sieve_;
  mutable HistoryDrops entries_;
  mutable HistoryDrops rests_;
};

class HistoryFilterFactory : public rocksdb::CompactionFilterFactory {
 public:
  explicit HistoryFilterFactory(std::shared_ptr<Leavings> leavings)
      : leavings_(std::move(leavings)) {}

  const char* Name() const override { return "shadow.HistoryFilterFactory"; }
  std::unique_ptr<rocksdb::CompactionFilter> CreateCompactionFilter(
      const rocksdb::CompactionFilter::Context& context) override {
    return std::make_unique<HistoryFilter>(leavings_, context.is_full_compaction);
  }

 private:
  const std::shared_ptr<Leavings> leavings_;
};

class HistoryListener : public rocksdb::EventListener {
 public:
  explicit HistoryListener(std::shared_ptr<Leavings> leavings) : leavings_(std::move(leavings)) {}

  void OnCompactionCompleted(rocksdb::DB*, const rocksdb::CompactionJobInfo& job) override {
    if (job.cf_name != kHistoryFamily) return;
    const uint64_t before = Entries(job.input_files, job);
    const uint64_t after = Entries(job.output_files, job);
    leavings_->Ended(job.status.ok() && before > after ? before - after : 0);
  }

 private:
  static uint64_t Entries(const std::vector<std::string>& files,
                          const rocksdb::CompactionJobInfo& job) {
    HistoryStatistics counted;
    for (const std::string& file : files) {
      const auto table = job.table_properties.find(file);
      if (table != job.table_properties.end()) AddParts(*table->second, counted);
    }
    return EntriesOf(counted);
  }

  const std::shared_ptr<Leavings> leavings_;
};

}  // namespace

std::shared_ptr<const rocksdb::SliceTransform> NewLaneExtractor() {
  return std::make_shared<LaneExtractor>();
}

void SetHistoryUpkeep(StoreSettings& settings) {
  const auto leavings = std::make_shared<Leavings>(settings.trim);
  settings.history.compaction_filter_factory = std::make_shared<HistoryFilterFactory>(leavings);
  settings.history.table_properties_collector_factories = {
      std::make_shared<HistoryCollectorFactory>()};
  settings.records.listeners.push_back(std::make_shared<HistoryListener>(leavings));
}

void ReadHistory(const RocksDbDatabase& database, HistoryStatistics& out) {
  rocksdb::ColumnFamilyHandle* const family = database.history();
  if (family == nullptr) return;
  database->GetIntProperty(family, rocksdb::DB::Properties::kLiveSstFilesSize, &out.file_bytes);
  rocksdb::TablePropertiesCollection tables;
  database->GetPropertiesOfAllTables(family, &tables).PermitUncheckedError();
  for (const auto& [name, table] : tables) {
    if (table->num_range_deletions > 0) out.has_removed = true;
    AddParts(*table, out);
  }
}

}  // namespace storage
