// Fills a store with the named shadows that shadowbench --shadows_per_device works on, without a
// broker: a million of them in the time that a million requests would take to be sent. With
// --history each has as many versions, whose entries lie in the store as if all shadows had been
// updated again and again, one after the other.
#include <unistd.h>

#include <ctime>
#include <iostream>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/strings/str_cat.h"
#include "bench/sample.h"
#include "history/entry.h"
#include "shadow/arena.h"
#include "shadow/delta.h"
#include "shadow/document.h"
#include "shadow/json.h"
#include "storage/history_feed.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/rocksdb/store.h"

ABSL_FLAG(std::string, data_dir, "", "folder of the store; made if it is not there");
ABSL_FLAG(uint32_t, devices, 50, "things");
ABSL_FLAG(uint32_t, shadows_per_device, 20'000, "named shadows of each");
ABSL_FLAG(uint32_t, document_bytes, 1000, "size of each state, desired and reported together");
ABSL_FLAG(std::string, thing_prefix, "bench-", "what the thing names begin with");
ABSL_FLAG(std::string, shadow_name, "", "what the shadow names begin with");
ABSL_FLAG(uint32_t, history, 0, "history entries of each shadow; into an empty store only");

namespace bench {
namespace {

constexpr size_t kBatch = 1000;
constexpr uint32_t kWishEvery = 10;  // of this many versions one changes desired
constexpr absl::string_view kOtherDesired = "{\"mode\":\"off\"}";
constexpr storage::Author kAuthor = {
    .way = storage::HistoryWay::kMqtt, .client_id = "bench-client-000000", .address = "10.0.0.7"};

// One version of every shadow.
struct Version {
  shadow::Document document;
  storage::HistoryLane lane = storage::HistoryLane::kWishes;
  storage::RecordHead head{};  // the first shadow's
  std::string entry{};         // of every shadow: numbers in it count from its own change
};

shadow::Document SampleDocument(uint32_t version, size_t document_bytes, int64_t now,
                                shadow::Arena& arena) {
  std::string reported = SampleReported(Shape::kFlat, document_bytes - kSampleDesired.size());
  const uint32_t count = 10'000'000 + version;
  reported.replace(kCountPrefix.size(), kCountDigits, absl::StrCat(count));
  const bool other = version / kWishEvery % 2 != 0;
  shadow::Document document{.version = version, .updated_at = now};
  document.desired = *shadow::ParseJson(other ? kOtherDesired : kSampleDesired, now, arena);
  document.reported = *shadow::ParseJson(arena.Copy(reported), now, arena);
  return document;
}

// The versions that each of `shadows` goes through. Without history: the only one.
std::vector<Version> SampleVersions(uint32_t entries, uint64_t shadows, size_t document_bytes,
                                    shadow::Arena& arena) {
  const int64_t now = std::time(nullptr);
  if (entries == 0) return {{.document = SampleDocument(1, document_bytes, now, arena)}};
  std::vector<Version> versions;
  std::optional<shadow::Record> before;
  storage::RecordHead head;
  for (uint32_t i = 0; i < entries; ++i) {
    const shadow::Document document = SampleDocument(i + 1, document_bytes, now, arena);
    const shadow::Record after = document;
    const uint64_t change = i * shadows + 1;
    history::MadeEntry made = history::MakeEntry({.before = before,
                                                  .before_head = head,
                                                  .after = after,
                                                  .now = now,
                                                  .author = kAuthor,
                                                  .number = change},
                                                 arena);
    head = made.head;
    head.differs = shadow::Differs(document.desired, document.reported);
    versions.push_back({.document = document,
                        .lane = made.lane,
                        .head = head,
                        .entry = storage::EncodeHistoryEntry(made.entry, change)});
    before = after;
  }
  return versions;
}

// Goes through all shadows, once for each version.
class Filler {
 public:
  Filler(storage::Store& store, uint32_t entries)
      : store_(store),
        shadows_(uint64_t{absl::GetFlag(FLAGS_devices)} * absl::GetFlag(FLAGS_shadows_per_device)),
        versions_(SampleVersions(entries, shadows_, absl::GetFlag(FLAGS_document_bytes), arena_)) {}

  absl::Status Fill() {
    const bool shows = isatty(STDERR_FILENO) == 1;
    for (size_t i = 0; i < versions_.size(); ++i) {
      if (shows) std::cerr << "\rversion " << i + 1 << " of " << versions_.size() << std::flush;
      const bool is_last = i + 1 == versions_.size();
      if (absl::Status status = FillVersion(versions_[i], is_last); !status.ok()) return status;
    }
    if (shows) std::cerr << "\n";
    batch_.push_back({std::string(storage::kChangesKey), absl::StrCat(change_ + 1)});
    if (absl::Status status = Commit(); !status.ok()) return status;
    return store_.Sync();
  }

 private:
  absl::Status FillVersion(const Version& version, bool is_last) {
    uint64_t number = 0;
    for (uint32_t device = 0; device < absl::GetFlag(FLAGS_devices); ++device) {
      const std::string thing = SampleThing(absl::GetFlag(FLAGS_thing_prefix), device);
      for (uint32_t i = 0; i < absl::GetFlag(FLAGS_shadows_per_device); ++i, ++number) {
        const std::string name = SampleShadow(absl::GetFlag(FLAGS_shadow_name), i);
        Add(thing, name, number, version, is_last);
        if (batch_.size() < kBatch) continue;
        if (absl::Status status = Commit(); !status.ok()) return status;
      }
      if (absl::Status status = Commit(); !status.ok()) return status;  // names end here
    }
    return absl::OkStatus();
  }

  void Add(const std::string& thing, const std::string& name, uint64_t number,
           const Version& version, bool is_last) {
    if (!version.entry.empty()) {
      ++change_;
      batch_.push_back({storage::HistoryKey({thing, name}, version.lane, change_), version.entry});
      places_.push_back({thing, name});
      feed_.push_back({.lane = version.lane, .change = change_});
    }
    if (!is_last) return;
    storage::RecordHead head = version.head;
    if (head.last_change != 0) head.last_change += number;
    if (head.last_wish != 0) head.last_wish += number;
    batch_.push_back(
        {storage::RecordKey({thing, name}), storage::EncodeRecord(version.document, head)});
  }

  absl::Status Commit() {
    if (!feed_.empty()) {
      for (size_t i = 0; i < feed_.size(); ++i) {
        feed_[i].id = {places_[i].first, places_[i].second};
      }
      batch_.push_back(
          {storage::FeedKey(feed_[0].change), storage::EncodeFeed(std::time(nullptr), feed_)});
    }
    absl::Status status = store_.Commit(batch_, storage::Durability::kRelaxed);
    batch_.clear();
    feed_.clear();
    places_.clear();
    return status;
  }

  storage::Store& store_;
  const uint64_t shadows_;
  shadow::Arena arena_;
  const std::vector<Version> versions_;
  uint64_t change_ = 0;  // used last
  std::vector<storage::Write> batch_;
  std::vector<storage::FeedEntry> feed_;                     // what the batch adds
  std::vector<std::pair<std::string, std::string>> places_;  // thing and name of each of it
};

// Numbers begin at 1 here.
absl::Status MustHaveNoHistory(const storage::Store& store) {
  bool is_empty = true;
  absl::Status status = store.Scan(storage::kHistoryPrefix, "", [&](auto, auto) {
    is_empty = false;
    return false;
  });
  if (!status.ok() || is_empty) return status;
  return absl::FailedPreconditionError("--history: the store has history already");
}

}  // namespace
}  // namespace bench

int main(int argc, char** argv) {
  absl::SetProgramUsageMessage("fills a store with shadows for shadowbench --shadows_per_device");
  absl::ParseCommandLine(argc, argv);
  const auto store = storage::OpenRocksDb({.path = absl::GetFlag(FLAGS_data_dir)});
  absl::Status status = store.status();
  const uint32_t entries = absl::GetFlag(FLAGS_history);
  if (status.ok() && entries > 0) status = bench::MustHaveNoHistory(**store);
  if (status.ok()) status = bench::Filler(**store, entries).Fill();
  if (status.ok()) return 0;
  std::cerr << "fill_store: " << status << "\n";
  return 1;
}
