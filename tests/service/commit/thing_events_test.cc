#include "service/commit/thing_events.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/record.h"

namespace service {
namespace {

using shadow::Operation;
using storage::HistoryKind;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kLife = 7;

proto::Arrival Of(uint64_t number, absl::string_view thing = "lamp", int64_t since = 100) {
  return {.connection = number,
          .since = since,
          .client_id = "client",
          .principal = "cd68",
          .address = "10.0.0.7",
          .thing = thing};
}

proto::Arrival EndOf(uint64_t number, absl::string_view thing = "lamp", int64_t time = 200) {
  proto::Arrival ended = Of(number, thing);
  ended.end = proto::ArrivalEnd{.reason = "CONNECTION_LOST", .time = time};
  return ended;
}

// A store that can fail, and then may have written all the same.
class UncertainStore : public storage::MemoryStore {
 public:
  enum class Next { kFine, kFails, kFailsButIsWritten };

  absl::Status Commit(absl::Span<const storage::Write> writes,
                      storage::Durability durability) override {
    const Next now = std::exchange(next, Next::kFine);
    if (now != Next::kFails && !MemoryStore::Commit(writes, durability).ok()) return Status();
    return now == Next::kFine ? absl::OkStatus() : Status();
  }

  Next next = Next::kFine;

 private:
  static absl::Status Status() { return absl::InternalError("disk full"); }
};

class ThingEventsTest : public testing::Test {
 protected:
  ThingEventsTest() { MakeShadow("lamp"); }

  void MakeShadow(absl::string_view thing, absl::string_view name = "") {
    const shadow::Document document = {.version = 1, .updated_at = 1};
    ASSERT_TRUE(store_
                    .Commit({{storage::RecordKey({thing, name}), storage::EncodeRecord(document)}},
                            storage::Durability::kSync)
                    .ok());
  }

  // As after a restart of shadowd.
  void Restart() {
    peers_ = Peers();
    auto loaded = ThingEvents::Load(store_);
    ASSERT_TRUE(loaded.ok()) << loaded.status();
    events_ = *std::move(loaded);
  }

  // `all`: these are all that stand.
  void Hear(std::vector<proto::Arrival> arrivals, bool all = false, uint64_t epoch = kLife) {
    const proto::ArrivalBatch batch = {.epoch = epoch,
                                       .answered_below = 1,
                                       .first = all,
                                       .last = all,
                                       .arrivals = std::move(arrivals)};
    peers_.Hear(batch);
    events_->Hear(0, batch, peers_, now_);
  }

  void Answer(uint64_t connection, const shadow::ShadowId& id, Operation operation, int code = 200,
              int64_t version = 0) {
    const Ask ask = {
        .request = {.sequence = 1, .operation = operation, .id = id, .connection = connection},
        .now = now_};
    events_->Answered(ask, code, version);
  }

  // One commit.
  bool Commit() {
    std::vector<storage::Write> writes;
    const auto add = [&](absl::string_view thing, const storage::HistoryEntry& event) {
      const uint64_t change = ++changes_;
      writes.push_back({storage::HistoryKey({thing, ""}, storage::HistoryLane::kEvents, change),
                        storage::EncodeHistoryEntry(event, change)});
      return change;
    };
    events_->Append(add, writes);
    const bool committed = store_.Commit(writes, storage::Durability::kRelaxed).ok();
    if (committed) {
      events_->Committed();
    } else {
      events_->Failed();
    }
    return committed;
  }

  // Commits all, and gives the thing's events, oldest first.
  std::vector<std::string> Told(absl::string_view thing = "lamp") {
    while (events_->waiting() > 0) EXPECT_TRUE(Commit());
    std::vector<std::string> told;
    shadow::Arena arena;
    const auto visit = [&](absl::string_view key, absl::string_view value) {
      const auto id = storage::ParseHistoryKey(key);
      const auto entry = storage::DecodeHistoryEntry(value, id->change, arena);
      EXPECT_TRUE(entry.ok()) << entry.status();
      if (entry.ok()) told.insert(told.begin(), TextOf(*entry));
      return true;
    };
    EXPECT_TRUE(
        store_
            .Scan(storage::HistoryLanePrefix({thing, ""}, storage::HistoryLane::kEvents), "", visit)
            .ok());
    return told;
  }

  static std::string TextOf(const storage::HistoryEntry& entry) {
    EXPECT_TRUE(entry.author == storage::Author() || entry.author.principal == "cd68");
    std::string text = entry.author == storage::Author() ? "somebody " : "";
    absl::StrAppend(&text,
                    entry.kind == HistoryKind::kConnected ? "connected"
                    : entry.kind == HistoryKind::kEnded   ? "ended "
                                                          : "get ",
                    entry.detail);
    if (entry.kind == HistoryKind::kGet) absl::StrAppend(&text, "@", entry.version);
    return absl::StrCat(text, " at ", entry.time);
  }

  int StoredConnections() {
    int count = 0;
    EXPECT_TRUE(store_
                    .Scan(storage::kConnectionPrefix, "",
                          [&](absl::string_view, absl::string_view) { return ++count > 0; })
                    .ok());
    return count;
  }

  UncertainStore store_;
  Peers peers_;
  std::unique_ptr<ThingEvents> events_ = *ThingEvents::Load(store_);
  int64_t now_ = 1000;
  uint64_t changes_ = 0;
};

TEST_F(ThingEventsTest, AConnectionBeginsAndEnds) {
  Hear({Of(1)});
  EXPECT_THAT(Told(), ElementsAre("connected at 100"));
  EXPECT_EQ(StoredConnections(), 1);
  Hear({EndOf(1)});
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "ended CONNECTION_LOST at 200"));
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, OneThatBeginsAndEndsInOneTurnHasBoth) {
  Hear({EndOf(1)});
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "ended CONNECTION_LOST at 200"));
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, ThingsWithoutAShadowHaveNone) {
  Hear({Of(1, "bare"), Of(2, ""), EndOf(3, "bare"), EndOf(4, "")});
  Answer(1, {"bare", ""}, Operation::kGet, 404);
  EXPECT_THAT(Told("bare"), IsEmpty());
  EXPECT_EQ(changes_, 0u);
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, ANamedShadowIsOneToo) {
  MakeShadow("heater", "config");
  Hear({Of(1, "heater")});
  EXPECT_THAT(Told("heater"), ElementsAre("connected at 100"));
}

TEST_F(ThingEventsTest, ADeletedShadowIsNone) {
  const shadow::Tombstone tombstone = {.version = 2, .deleted_at = 1};
  ASSERT_TRUE(store_
                  .Commit({{storage::RecordKey({"gone", ""}), storage::EncodeRecord(tombstone)}},
                          storage::Durability::kSync)
                  .ok());
  Hear({Of(1, "gone")});
  EXPECT_THAT(Told("gone"), IsEmpty());
}

TEST_F(ThingEventsTest, WhenItsFirstShadowComesAConnectionIsTold) {
  Hear({Of(1, "new"), Of(2, "other")});
  EXPECT_THAT(Told("new"), IsEmpty());
  Answer(1, {"new", ""}, Operation::kUpdate, 400);
  EXPECT_EQ(events_->waiting(), 0u);
  Answer(1, {"new", ""}, Operation::kUpdate);  // which is committed with it
  Answer(1, {"new", ""}, Operation::kUpdate);
  Answer(2, {"new", ""}, Operation::kUpdate);  // stands for another
  Answer(0, {"new", ""}, Operation::kUpdate);
  EXPECT_EQ(events_->waiting(), 1u);
  EXPECT_THAT(Told("new"), ElementsAre("connected at 100"));
  Answer(1, {"new", ""}, Operation::kUpdate);
  EXPECT_EQ(events_->waiting(), 0u);
}

TEST_F(ThingEventsTest, WhoseShadowWasMadeByOthersIsToldAtItsEnd) {
  Hear({Of(1, "new")});
  EXPECT_THAT(Told("new"), IsEmpty());
  MakeShadow("new");
  Hear({EndOf(1, "new")});
  EXPECT_THAT(Told("new"), ElementsAre("connected at 100", "ended CONNECTION_LOST at 200"));
}

TEST_F(ThingEventsTest, OnlyTheFirstGetOfAConnectionIsTold) {
  Hear({Of(1)});
  Answer(1, {"other", ""}, Operation::kGet, 200, 9);
  Answer(1, {"lamp", ""}, Operation::kGet, 400);
  Answer(1, {"lamp", "color"}, Operation::kGet, 200, 3);
  Answer(1, {"lamp", ""}, Operation::kGet, 200, 4);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "get color@3 at 1000"));
  Hear({EndOf(1), Of(2)});
  Answer(2, {"lamp", "none"}, Operation::kGet, 404);
  EXPECT_THAT(Told(),
              ElementsAre("connected at 100", "get color@3 at 1000", "ended CONNECTION_LOST at 200",
                          "connected at 100", "get none@0 at 1000"));
}

TEST_F(ThingEventsTest, AfterARestartOfTheServiceNoneIsToldTwice) {
  Hear({Of(1), Of(2)}, /*all=*/true);
  Answer(2, {"lamp", ""}, Operation::kGet, 200, 4);
  const std::vector<std::string> before = Told();
  EXPECT_EQ(before.size(), 3u);
  Restart();
  Hear({Of(1), Of(2)}, /*all=*/true);
  Answer(2, {"lamp", ""}, Operation::kGet, 200, 4);
  EXPECT_EQ(Told(), before);
  Answer(1, {"lamp", ""}, Operation::kGet, 200, 5);
  Hear({EndOf(2)});
  EXPECT_THAT(Told(), ElementsAre(before[0], before[1], before[2], "get @5 at 1000",
                                  "ended CONNECTION_LOST at 200"));
}

TEST_F(ThingEventsTest, WhatEndedWhileTheServiceWasAwayHasAnEnd) {
  Hear({Of(1), Of(2)}, /*all=*/true);
  Told();
  Restart();
  // One of them has requests under way, so the plugin still knows why.
  Hear({EndOf(1)}, /*all=*/true);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "connected at 100",
                                  "ended CONNECTION_LOST at 200", "ended UNKNOWN at 1000"));
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, WhatEndedWhileTheLinkWasDownHasAnEnd) {
  Hear({Of(1), Of(2)}, /*all=*/true);
  Told();
  Hear({Of(2)}, /*all=*/true);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "connected at 100", "ended UNKNOWN at 1000"));
}

TEST_F(ThingEventsTest, ConnectionsEndWithTheirBroker) {
  Hear({Of(1)}, /*all=*/true);
  events_->Heard(0, 1500);
  now_ = 9000;
  Hear({Of(1, "lamp", 8000)}, /*all=*/true, kLife + 1);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "ended BROKER_RESTARTED at 1500",
                                  "connected at 8000"));
  EXPECT_EQ(StoredConnections(), 1);
}

TEST_F(ThingEventsTest, ConnectionsEndWithABrokerThatTheServiceDidNotOutlive) {
  Hear({Of(1)}, /*all=*/true);
  Told();
  Restart();
  now_ = 9000;
  Hear({}, /*all=*/true, kLife + 1);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "ended BROKER_RESTARTED at 9000"));
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, WhatWasForgottenMeanwhileLeavesNoNames) {
  Hear({Of(1)}, /*all=*/true);
  Told();
  const std::string key =
      storage::HistoryKey({"lamp", ""}, storage::HistoryLane::kEvents, changes_);
  ASSERT_TRUE(store_.Commit({{key, std::nullopt}}, storage::Durability::kSync).ok());
  Restart();
  Hear({}, /*all=*/true);
  EXPECT_THAT(Told(), ElementsAre("somebody ended UNKNOWN at 1000"));
}

TEST_F(ThingEventsTest, WhatAConnectionStandsForCanChange) {
  MakeShadow("heater");
  Hear({Of(1)}, /*all=*/true);
  Hear({Of(1)});
  Hear({Of(1, "heater")});
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "ended THING_CHANGED at 1000"));
  EXPECT_THAT(Told("heater"), ElementsAre("connected at 1000"));
  EXPECT_EQ(StoredConnections(), 1);
  Restart();
  Hear({Of(1, "")}, /*all=*/true);
  EXPECT_THAT(Told("heater"), ElementsAre("connected at 1000", "ended THING_CHANGED at 1000"));
  EXPECT_EQ(StoredConnections(), 0);
}

TEST_F(ThingEventsTest, ACommitTakesSoManyAndTheRestWaits) {
  std::vector<proto::Arrival> fleet;
  for (uint64_t i = 1; i <= ThingEvents::kOfCommitMax + 1; ++i) fleet.push_back(Of(i));
  Hear(fleet, /*all=*/true);
  EXPECT_TRUE(Commit());
  EXPECT_EQ(changes_, ThingEvents::kOfCommitMax);
  EXPECT_EQ(events_->waiting(), 1u);
  EXPECT_TRUE(Commit());
  EXPECT_EQ(events_->waiting(), 0u);
}

TEST_F(ThingEventsTest, WhatFailedIsToldWithALaterCommit) {
  Hear({Of(1)}, /*all=*/true);
  Answer(1, {"lamp", ""}, Operation::kGet, 200, 4);
  store_.next = UncertainStore::Next::kFails;
  EXPECT_FALSE(Commit());
  EXPECT_EQ(StoredConnections(), 0);
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "get @4 at 1000"));
  Hear({EndOf(1)});
  store_.next = UncertainStore::Next::kFails;
  EXPECT_FALSE(Commit());
  EXPECT_THAT(Told(),
              ElementsAre("connected at 100", "get @4 at 1000", "ended CONNECTION_LOST at 200"));
}

TEST_F(ThingEventsTest, WhatFailedAndWasWrittenAllTheSameIsNotToldAgain) {
  Hear({Of(1)}, /*all=*/true);
  Answer(1, {"lamp", ""}, Operation::kGet, 200, 4);
  store_.next = UncertainStore::Next::kFailsButIsWritten;
  EXPECT_FALSE(Commit());
  EXPECT_THAT(Told(), ElementsAre("connected at 100", "get @4 at 1000"));
  Hear({EndOf(1)});
  store_.next = UncertainStore::Next::kFailsButIsWritten;
  EXPECT_FALSE(Commit());
  EXPECT_THAT(Told(),
              ElementsAre("connected at 100", "get @4 at 1000", "ended CONNECTION_LOST at 200"));
}

TEST_F(ThingEventsTest, WhatWaitsIsBoundedButForEndsOfWhatWasTold) {
  Hear({Of(1)}, /*all=*/true);
  Told();
  std::vector<proto::Arrival> flood;
  for (uint64_t i = 2; i < ThingEvents::kWaitingMax + 12; ++i) flood.push_back(Of(i));
  Hear(flood);
  EXPECT_EQ(events_->waiting(), ThingEvents::kWaitingMax);
  EXPECT_EQ(events_->TakeDropped(), 10u);
  EXPECT_EQ(events_->TakeDropped(), 0u);
  Hear({EndOf(1)});
  EXPECT_EQ(events_->waiting(), ThingEvents::kWaitingMax + 1);
  // One that was left out is told at its end.
  while (events_->waiting() > 0) EXPECT_TRUE(Commit());
  const uint64_t before = changes_;
  Hear({EndOf(ThingEvents::kWaitingMax + 11)});
  EXPECT_TRUE(Commit());
  EXPECT_EQ(changes_, before + 2);
}

TEST_F(ThingEventsTest, StoredConnectionsThatCannotBeReadAreLeftAlone) {
  ASSERT_TRUE(store_
                  .Commit({{storage::ConnectionKey(kLife, 1), "\x09"}, {"cx", "\x01"}},
                          storage::Durability::kSync)
                  .ok());
  Restart();
  Hear({Of(2)}, /*all=*/true);
  EXPECT_THAT(Told(), ElementsAre("connected at 100"));
  EXPECT_EQ(StoredConnections(), 3);
}

}  // namespace
}  // namespace service
