// When events are committed: with the next group, or by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "proto/arrivals.h"
#include "service/commit/worker.h"
#include "storage/key.h"
#include "storage/memory_store.h"

namespace service {
namespace {

using storage::Durability;
using testing::ElementsAre;

constexpr uint64_t kItsLife = 5;
constexpr int kNothingIsDue = std::numeric_limits<int>::max();

// Tells how each commit was to be kept.
class WatchedStore : public storage::MemoryStore {
 public:
  absl::Status Commit(absl::Span<const storage::Write> writes, Durability durability) override {
    if (failing) return absl::InternalError("disk full");
    commits.push_back(durability);
    return MemoryStore::Commit(writes, durability);
  }
  absl::Status Recover() override {
    return failing ? absl::InternalError("disk full") : absl::OkStatus();
  }

  std::vector<Durability> commits;
  bool failing = false;
};

class WorkerEventsTest : public testing::Test {
 protected:
  Worker MakeWorker(int64_t wait_ms, Durability durability = Durability::kSync) {
    return Worker(
        {.durability = durability, .events_wait_ms = wait_ms, .now = [] { return int64_t{2000}; }},
        store_, *Journal::Load(store_), *history::Writer::Load({}, store_), counters_, trace_, log_,
        events_.get());
  }

  static std::string Update(uint64_t sequence, uint64_t connection) {
    proto::RequestBatchWriter writer(kItsLife, 1);
    writer.Add({.sequence = sequence,
                .operation = shadow::Operation::kUpdate,
                .id = {"lamp", ""},
                .payload = R"({"state":{}})",
                .connection = connection});
    return std::move(writer).Finish();
  }

  static std::string Come(uint64_t connection, absl::string_view thing = "lamp") {
    proto::ArrivalBatchWriter writer(kItsLife, 1, /*first=*/false);
    writer.Add({.connection = connection, .since = 1000, .client_id = "lamp", .thing = thing});
    return std::move(writer).Finish(/*last=*/false);
  }

  int Events() const {
    int events = 0;
    EXPECT_TRUE(store_
                    .Scan(storage::HistoryLanePrefix({"lamp", ""}, storage::HistoryLane::kEvents),
                          "", [&](absl::string_view, absl::string_view) { return ++events > 0; })
                    .ok());
    return events;
  }

  WatchedStore store_;
  Counters counters_;
  Trace trace_;
  Log log_{LogLevel::kError, LogFormat::kText};
  std::unique_ptr<ThingEvents> events_ = *ThingEvents::Load(store_);
};

TEST_F(WorkerEventsTest, TheyGoWithTheNextGroupThatChangesSomething) {
  Worker worker = MakeWorker(/*wait_ms=*/1'000'000);
  worker.Process({{0, Come(1)}});
  EXPECT_EQ(Events(), 0);
  worker.Process({{0, Update(1, 1)}});  // which makes the shadow
  EXPECT_EQ(Events(), 0);
  worker.Process({{0, Update(2, 1)}});
  EXPECT_EQ(Events(), 1);
  EXPECT_THAT(store_.commits, ElementsAre(Durability::kSync, Durability::kSync));
  EXPECT_EQ(worker.TellEventsIfDue(), kNothingIsDue);
}

TEST_F(WorkerEventsTest, WithoutAGroupTheyAreCommittedByThemselvesAndNotSynced) {
  Worker worker = MakeWorker(/*wait_ms=*/0);
  EXPECT_EQ(worker.TellEventsIfDue(), kNothingIsDue);
  worker.Process({{0, Update(1, 0)}});
  worker.Process({{0, Come(1)}});
  EXPECT_EQ(worker.TellEventsIfDue(), kNothingIsDue);
  EXPECT_EQ(Events(), 1);
  EXPECT_THAT(store_.commits, ElementsAre(Durability::kSync, Durability::kRelaxed));
}

// Whoever follows the feed must not be told of a number that a power cut would have given again.
TEST_F(WorkerEventsTest, ACommitWithTheEndOfABlockOfChangeNumbersIsSyncedWhateverIsAskedFor) {
  Worker worker = MakeWorker(/*wait_ms=*/0, Durability::kRelaxed);
  worker.Process({{0, Update(1, 0)}});
  worker.Process({{0, Update(2, 0)}});
  EXPECT_THAT(store_.commits, ElementsAre(Durability::kSync, Durability::kRelaxed));
}

TEST_F(WorkerEventsTest, TheyAreSyncedWithTheEndOfABlockOfChangeNumbers) {
  { MakeWorker(/*wait_ms=*/0).Process({{0, Update(1, 0)}}); }
  Worker restarted = MakeWorker(/*wait_ms=*/0);
  restarted.Process({{0, Come(1)}});
  EXPECT_EQ(restarted.TellEventsIfDue(), kNothingIsDue);
  EXPECT_EQ(Events(), 1);
  EXPECT_THAT(store_.commits, ElementsAre(Durability::kSync, Durability::kSync));
}

TEST_F(WorkerEventsTest, TheyWaitForAGroupMeanwhile) {
  Worker worker = MakeWorker(/*wait_ms=*/1'000'000);
  worker.Process({{0, Update(1, 0)}});
  worker.Process({{0, Come(1)}});
  EXPECT_GT(worker.TellEventsIfDue(), 900'000);
  EXPECT_EQ(Events(), 0);
  worker.TellEvents();
  EXPECT_EQ(Events(), 1);
}

TEST_F(WorkerEventsTest, OfThingsWithoutAShadowNothingIsCommitted) {
  Worker worker = MakeWorker(/*wait_ms=*/0);
  worker.Process({{0, Come(1, "bare")}});
  EXPECT_EQ(worker.TellEventsIfDue(), kNothingIsDue);
  EXPECT_TRUE(store_.commits.empty());
}

TEST_F(WorkerEventsTest, TheyWaitForAStoreThatTakesNoCommits) {
  Worker worker = MakeWorker(/*wait_ms=*/0);
  worker.Process({{0, Update(1, 0)}});
  worker.Process({{0, Come(1)}});
  store_.failing = true;
  EXPECT_EQ(worker.TellEventsIfDue(), 0);
  EXPECT_EQ(worker.TellEventsIfDue(), 0);
  worker.TellEvents();
  EXPECT_EQ(events_->waiting(), 1u);
  store_.failing = false;
  EXPECT_EQ(worker.TellEventsIfDue(), kNothingIsDue);
  EXPECT_EQ(Events(), 1);
}

}  // namespace
}  // namespace service
