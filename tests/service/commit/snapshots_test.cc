#include "service/commit/snapshots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/commit/errands.h"
#include "storage/memory_store.h"
#include "storage/rocksdb/store.h"
#include "tests/service/commit/endpoint.h"
#include "tests/service/commit/told_history.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using shadow::Operation;
using storage::Entries;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Pair;

constexpr shadow::ShadowId kSnapshotLamp = {.thing = "lamp", .name = ""};

enum class On { kDisk, kMemory };

// The store and the service over it, with what a person would look at.
class SnapshotsTest : public testing::TestWithParam<On> {
 protected:
  SnapshotsTest() {
    if (GetParam() == On::kMemory) {
      store_ = std::make_unique<storage::MemoryStore>();
    } else {
      auto opened = storage::OpenRocksDb({.path = folder_.In("store")});
      EXPECT_TRUE(opened.ok()) << opened.status();
      store_ = *std::move(opened);
    }
    endpoint_.emplace(*store_);
    endpoint_->counters.CensusBegins();
    endpoint_->counters.CensusEnds({});
    snapshots_.emplace(*store_, endpoint_->worker(), [this] { return endpoint_->now; });
  }

  std::vector<Published> Update(const shadow::ShadowId& id, int value) {
    return endpoint_->Send(id, Operation::kUpdate,
                           absl::StrCat(R"({"state":{"desired":{"n":)", value, "}}}"));
  }
  std::string Get(const shadow::ShadowId& id) {
    return endpoint_->Send(id, Operation::kGet, "").at(0).second;
  }

  // Records and history, but for the feed.
  Entries All() const {
    Entries all;
    for (const absl::string_view prefix : {storage::kRecordPrefix, storage::kHistoryPrefix}) {
      auto entries = storage::AllEntries(*store_, prefix);
      EXPECT_TRUE(entries.ok());
      for (auto& [key, value] : *entries) {
        if (!absl::StartsWith(key, storage::kFeedPrefix)) all[key] = value;
      }
    }
    return all;
  }

  // What is counted beside the store is what is in it.
  void CheckCensus() {
    int64_t documents = 0;
    int64_t tombstones = 0;
    const auto records = storage::AllEntries(*store_, storage::kRecordPrefix);
    ASSERT_TRUE(records.ok());
    for (const auto& [key, value] : *records) {
      documents += storage::KindOf(value) == storage::RecordKind::kDocument ? 1 : 0;
      tombstones += storage::KindOf(value) == storage::RecordKind::kTombstone ? 1 : 0;
    }
    const auto census = endpoint_->counters.ReadCensus();
    EXPECT_EQ(census->documents, documents);
    EXPECT_EQ(census->tombstones, tombstones);
  }

  storage::ScratchFolder folder_;
  std::unique_ptr<storage::Store> store_;
  std::optional<Endpoint> endpoint_;
  std::optional<Snapshots> snapshots_;
};

INSTANTIATE_TEST_SUITE_P(Stores, SnapshotsTest, testing::Values(On::kDisk, On::kMemory));

TEST_P(SnapshotsTest, AResetLeavesNothing) {
  Update(kSnapshotLamp, 1);
  Update({.thing = "lamp", .name = "config"}, 1);
  Update({.thing = "gone", .name = ""}, 1);
  endpoint_->Send({.thing = "gone", .name = ""}, Operation::kDelete, "");
  const auto gone = snapshots_->Reset(nullptr);
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(*gone, (Snapshots::Count{.shadows = 2, .tombstones = 1}));
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_THAT(Get(kSnapshotLamp), HasSubstr("404"));
  CheckCensus();
  EXPECT_THAT(Update(kSnapshotLamp, 2).at(0).second, HasSubstr(R"("version":1,)"));
  EXPECT_THAT(Update({.thing = "gone", .name = ""}, 2).at(0).second, HasSubstr(R"("version":1,)"));
}

TEST_P(SnapshotsTest, AResetOfSomeThingsLeavesTheOthersWhole) {
  for (const absl::string_view thing : {"lift-1", "lift-10", "lift", "lamp"}) {
    Update({.thing = thing, .name = ""}, 1);
    Update({.thing = thing, .name = "config"}, 1);
  }
  Entries rest = All();
  std::erase_if(rest, [](const auto& entry) {
    return absl::StrContains(entry.first, absl::string_view("lift-1\0", 7));
  });
  const auto gone = snapshots_->Reset([](absl::string_view thing) { return thing == "lift-1"; });
  ASSERT_TRUE(gone.ok()) << gone.status();
  EXPECT_EQ(gone->shadows, 2);
  EXPECT_EQ(All(), rest);
  CheckCensus();
}

TEST_P(SnapshotsTest, ARestoredShadowIsAsItWas) {
  Update(kSnapshotLamp, 1);
  Update({.thing = "other", .name = ""}, 1);
  const std::string then = Get(kSnapshotLamp);
  const Entries all = All();
  ASSERT_TRUE(snapshots_->Take("base").ok());
  Update(kSnapshotLamp, 2);
  Update({.thing = "new", .name = ""}, 1);
  endpoint_->Send({.thing = "other", .name = ""}, Operation::kDelete, "");
  const auto kept = snapshots_->Restore("base");
  ASSERT_TRUE(kept.ok()) << kept.status();
  EXPECT_EQ(kept->count, (Snapshots::Count{.shadows = 2}));
  EXPECT_EQ(All(), all);
  EXPECT_EQ(Get(kSnapshotLamp), then);
  EXPECT_THAT(Get({.thing = "new", .name = ""}), HasSubstr("404"));
  EXPECT_THAT(Update(kSnapshotLamp, 3).at(0).second, HasSubstr(R"("version":2,)"));
  CheckCensus();
}

TEST_P(SnapshotsTest, ChangesAfterARestoreHaveNewNumbersAndTheFeedBeginsWithThem) {
  Update(kSnapshotLamp, 1);
  ASSERT_TRUE(snapshots_->Take("base").ok());
  Update(kSnapshotLamp, 2);
  const uint64_t last = ToldHistory(*store_).Changes().back();
  ASSERT_TRUE(snapshots_->Restore("base").ok());
  const uint64_t feed = store_->Floors().feed;
  EXPECT_GT(feed, last + 1);  // who has seen the last one finds a gap
  Update(kSnapshotLamp, 3);
  EXPECT_GE(ToldHistory(*store_).Changes().back(), feed);
}

TEST_P(SnapshotsTest, ARequestThatComesAgainAfterAResetIsAnsweredAsItWas) {
  const std::vector<proto::LinkRequest> request = {{.sequence = 1,
                                                    .operation = Operation::kUpdate,
                                                    .id = kSnapshotLamp,
                                                    .payload = R"({"state":{"desired":{"a":1}}})"}};
  const auto first = endpoint_->SendBatch(9, 1, request);
  ASSERT_TRUE(snapshots_->Reset(nullptr).ok());
  auto again = request;
  again[0].resent = true;
  EXPECT_EQ(endpoint_->SendBatch(9, 1, again), first);
  EXPECT_THAT(Get(kSnapshotLamp), HasSubstr("404"));
}

TEST_P(SnapshotsTest, NamesAreKeptOverwrittenListedAndDeleted) {
  EXPECT_TRUE(absl::IsNotFound(snapshots_->Restore("base").status()));
  EXPECT_TRUE(absl::IsNotFound(snapshots_->Delete("base")));
  ASSERT_TRUE(snapshots_->Take("base").ok());
  Update(kSnapshotLamp, 1);
  ASSERT_TRUE(snapshots_->Take("base").ok());
  ASSERT_TRUE(snapshots_->Take("b").ok());
  EXPECT_THAT(snapshots_->List(), ElementsAre(Pair("b", testing::_), Pair("base", testing::_)));
  EXPECT_EQ(snapshots_->List()["base"].count.shadows, 1);
  EXPECT_EQ(snapshots_->List()["base"].taken_at, endpoint_->now);
  EXPECT_TRUE(snapshots_->Delete("b").ok());
  EXPECT_THAT(snapshots_->List(), ElementsAre(Pair("base", testing::_)));
}

TEST_P(SnapshotsTest, ThereAreSixteenAtMost) {
  for (size_t i = 0; i < Snapshots::kMost; ++i) {
    ASSERT_TRUE(snapshots_->Take(absl::StrCat("s", i)).ok());
  }
  EXPECT_TRUE(absl::IsResourceExhausted(snapshots_->Take("more").status()));
  EXPECT_TRUE(snapshots_->Take("s3").ok());
  EXPECT_EQ(snapshots_->List().size(), Snapshots::kMost);
}

TEST_P(SnapshotsTest, MoreBytesThanMayBeAreRefusedAndWhatIsKeptStays) {
  snapshots_.emplace(
      *store_, endpoint_->worker(), [] { return int64_t{5}; }, 256);
  Update(kSnapshotLamp, 1);
  ASSERT_TRUE(snapshots_->Take("base").ok());
  const size_t bytes = snapshots_->List()["base"].bytes;
  for (int i = 0; i < 10; ++i) Update({.thing = absl::StrCat("t", i), .name = ""}, 1);
  for (const char* name : {"base", "more"}) {
    EXPECT_THAT(std::string(snapshots_->Take(name).status().message()), HasSubstr("at most"));
  }
  EXPECT_EQ(snapshots_->List()["base"].bytes, bytes);
  EXPECT_TRUE(snapshots_->Restore("base").ok());
  EXPECT_THAT(Get({.thing = "t1", .name = ""}), HasSubstr("404"));
}

// Whatever is done between, what comes back is to the byte what was there.
TEST_P(SnapshotsTest, AnyWalkComesBack) {
  const unsigned seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::mt19937 random(seed);
  std::map<std::string, Entries> kept;
  for (int step = 0; step < 300; ++step) {
    const std::string thing = absl::StrCat("t", random() % 5);
    const std::string name = random() % 2 == 0 ? "" : "n";
    const std::string snapshot = absl::StrCat("s", random() % 3);
    switch (random() % 12) {
      case 0:
        ASSERT_TRUE(snapshots_->Take(snapshot).ok());
        kept[snapshot] = All();
        break;
      case 1:
        ASSERT_EQ(snapshots_->Restore(snapshot).ok(), kept.contains(snapshot));
        if (kept.contains(snapshot)) {
          ASSERT_EQ(All(), kept[snapshot]);
        }
        break;
      case 2:
        ASSERT_TRUE(snapshots_->Reset([&](auto one) { return one == thing; }).ok());
        break;
      case 3:
        if (random() % 5 == 0) {
          ASSERT_TRUE(snapshots_->Reset(nullptr).ok());
        }
        break;
      case 4:
        endpoint_->Send({.thing = thing, .name = name}, Operation::kDelete, "");
        break;
      default:
        Update({.thing = thing, .name = name}, static_cast<int>(random() % 1000));
    }
    CheckCensus();
  }
}

TEST(Snapshots, AStoreThatTakesNoCommitsChangesNothing) {
  class FullStore : public storage::MemoryStore {
   public:
    absl::Status Replace(absl::Span<const std::string> prefixes,
                         absl::Span<const storage::Write> writes,
                         storage::Durability durability) override {
      if (full) return absl::InternalError("disk full");
      return MemoryStore::Replace(prefixes, writes, durability);
    }
    absl::Status Recover() override {
      return full ? absl::InternalError("disk full") : absl::OkStatus();
    }
    bool full = false;
  };
  FullStore store;
  Endpoint endpoint(store);
  Snapshots snapshots(store, endpoint.worker(), [] { return int64_t{1}; });
  endpoint.Send(kSnapshotLamp, Operation::kUpdate, R"({"state":{"desired":{"a":1}}})");
  ASSERT_TRUE(snapshots.Take("base").ok());
  store.full = true;
  EXPECT_TRUE(absl::IsUnavailable(snapshots.Reset(nullptr).status()));
  EXPECT_TRUE(absl::IsUnavailable(snapshots.Restore("base").status()));
  store.full = false;
  EXPECT_THAT(endpoint.Send(kSnapshotLamp, Operation::kGet, "").at(0).second,
              HasSubstr(R"("a":1)"));
  EXPECT_TRUE(snapshots.Reset(nullptr).ok());
}

// --- what is told of the connections of things

class SnapshotsEventsTest : public testing::Test {
 protected:
  static constexpr uint64_t kLife = 5;

  SnapshotsEventsTest()
      : worker_({.now = [] { return int64_t{2000}; }}, store_, *Journal::Load(store_),
                *history::Writer::Load({}, store_), counters_, trace_, log_, events_.get()) {}

  void Come(uint64_t connection, bool ended = false) {
    proto::ArrivalBatchWriter writer(kLife, 1, /*first=*/false);
    proto::Arrival arrival = {
        .connection = connection, .since = 1000, .client_id = "lamp", .thing = "lamp"};
    if (ended) {
      arrival.end.emplace();
      arrival.end->reason = "CONNECTION_LOST";
      arrival.end->time = 1500;
    }
    writer.Add(arrival);
    worker_.Process({{0, std::move(writer).Finish(/*last=*/false)}});
  }

  // Twice: who comes just before the first shadow of its thing is told with the second change.
  void Update() {
    for (int i = 0; i < 2; ++i) {
      proto::RequestBatchWriter writer(kLife, 1);
      writer.Add({.sequence = ++sequence_,
                  .operation = Operation::kUpdate,
                  .id = kSnapshotLamp,
                  .payload = R"({"state":{}})",
                  .connection = 1});
      worker_.Process({{0, std::move(writer).Finish()}});
    }
  }

  // What the history of the lamp tells of its connections.
  std::vector<std::string> Told() {
    worker_.TellEvents();
    std::vector<std::string> told;
    for (const ToldEntry& one : ToldHistory(store_).entries) {
      if (one.lane != storage::HistoryLane::kEvents) continue;
      told.push_back(one.entry.kind == storage::HistoryKind::kConnected
                         ? "connected"
                         : std::string(one.entry.detail));
    }
    return told;
  }

  storage::MemoryStore store_;
  std::unique_ptr<ThingEvents> events_ = *ThingEvents::Load(store_);
  Counters counters_;
  Trace trace_;
  Log log_{LogLevel::kError, LogFormat::kText};
  Worker worker_;
  Snapshots snapshots_{store_, worker_, [] { return int64_t{2000}; }};
  uint64_t sequence_ = 0;
};

TEST_F(SnapshotsEventsTest, AfterAResetAConnectionIsToldWithTheNextShadow) {
  Come(1);
  Update();
  EXPECT_THAT(Told(), ElementsAre("connected"));
  ASSERT_TRUE(snapshots_.Reset(nullptr).ok());
  EXPECT_THAT(Told(), IsEmpty());
  Update();
  EXPECT_THAT(Told(), ElementsAre("connected"));
  Come(1, /*ended=*/true);
  EXPECT_THAT(Told(), ElementsAre("connected", "CONNECTION_LOST"));
}

TEST_F(SnapshotsEventsTest, AfterAResetTheEndOfAConnectionIsOfNobody) {
  Come(1);
  Update();
  EXPECT_THAT(Told(), ElementsAre("connected"));
  ASSERT_TRUE(snapshots_.Reset(nullptr).ok());
  Come(1, /*ended=*/true);
  EXPECT_THAT(Told(), IsEmpty());
}

TEST_F(SnapshotsEventsTest, ARestoreTellsWhoCameAndWhoWentSince) {
  Come(1);
  Update();
  ASSERT_TRUE(snapshots_.Take("base").ok());
  Come(1, /*ended=*/true);
  Come(2);
  EXPECT_THAT(Told(), ElementsAre("connected", "CONNECTION_LOST", "connected"));
  ASSERT_TRUE(snapshots_.Restore("base").ok());
  EXPECT_THAT(Told(), ElementsAre("connected", "UNKNOWN", "connected"));
  Come(2, /*ended=*/true);
  EXPECT_THAT(Told(), ElementsAre("connected", "UNKNOWN", "connected", "CONNECTION_LOST"));
}

// --- errands

TEST(Errands, RunOnTheThreadThatServesThem) {
  int woken = 0;
  Errands errands([&woken] { ++woken; });
  storage::MemoryStore store;
  Endpoint endpoint(store);
  Snapshots snapshots(store, endpoint.worker(), [] { return int64_t{1}; });
  std::vector<bool> served;
  const auto put = [&] {
    errands.Put([&](Snapshots* given) { served.push_back(given != nullptr); });
  };
  put();
  put();
  EXPECT_THAT(served, IsEmpty());
  EXPECT_EQ(woken, 2);
  errands.Serve(snapshots);
  EXPECT_THAT(served, ElementsAre(true, true));
  put();
  errands.Close();
  put();
  errands.Serve(snapshots);
  EXPECT_THAT(served, ElementsAre(true, true, false, false));
}

}  // namespace
}  // namespace service
