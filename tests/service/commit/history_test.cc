// What the worker keeps of history: one entry for each accepted change, in its commit.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "shadow/delta.h"
#include "storage/memory_store.h"
#include "tests/service/commit/endpoint.h"
#include "tests/service/commit/told_history.h"

namespace service {
namespace {

using shadow::Operation;
using storage::HistoryKind;
using storage::RecordKind;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr shadow::ShadowId kLamp = {.thing = "lamp", .name = ""};
constexpr absl::string_view kWish = R"({"state":{"desired":{"a":1}}})";
constexpr absl::string_view kReport = R"({"state":{"reported":{"a":1}}})";

// A store whose commits can fail, though what they brought may be there.
class BrittleStore : public storage::MemoryStore {
 public:
  absl::Status Commit(absl::Span<const storage::Write> writes,
                      storage::Durability durability) override {
    if (!failing || writes_all_the_same) {
      if (absl::Status status = MemoryStore::Commit(writes, durability); !status.ok())
        return status;
    }
    return failing ? absl::InternalError("disk full") : absl::OkStatus();
  }
  absl::Status Recover() override {
    return failing ? absl::InternalError("disk full") : absl::OkStatus();
  }

  bool failing = false;
  bool writes_all_the_same = false;
};

class HistoryTest : public testing::Test {
 protected:
  void Update(absl::string_view payload) { Send(Operation::kUpdate, payload); }
  void Send(Operation operation, absl::string_view payload = "") {
    answers_.push_back(endpoint_.Send(kLamp, operation, payload)[0].first);
  }

  // What is heard decides what is worded, and so what is known already.
  void UpdateUnheard(absl::string_view payload) {
    ++sequence_;
    endpoint_.SendBatch(7, sequence_,
                        {{.sequence = sequence_,
                          .id = kLamp,
                          .payload = payload,
                          .unheard = {.accepted = true, .documents = true, .delta = true}}});
  }

  BrittleStore store_;
  Endpoint endpoint_{store_};
  uint64_t sequence_ = 0;
  std::vector<std::string> answers_;
};

TEST_F(HistoryTest, EachAcceptedChangeMakesOneEntry) {
  Update(kWish);
  Update(kReport);
  Send(Operation::kDelete);
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(3));
  EXPECT_EQ(told.Lanes(), "wrw");
  EXPECT_EQ(told.entries[0].entry.kind, HistoryKind::kCreate);
  EXPECT_EQ(told.entries[1].entry.kind, HistoryKind::kUpdate);
  EXPECT_EQ(told.entries[2].entry.kind, HistoryKind::kDelete);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(told.entries[i].entry.version, i + 1);
  EXPECT_EQ(told.entries[2].entry.after, RecordKind::kTombstone);
}

TEST_F(HistoryTest, RefusalsAndGetsMakeNone) {
  Send(Operation::kDelete);
  Update(kReport);
  Update(R"({"state":{"reported":{"a":2}},"version":7})");
  Update("{}");
  Update(R"({"state":{"reported":{"a":[null]}}})");
  Send(Operation::kGet);
  EXPECT_THAT(answers_, ElementsAre("delete/rejected", "update/accepted", "update/rejected",
                                    "update/rejected", "update/rejected", "get/accepted"));
  EXPECT_THAT(ToldHistory(store_).entries, SizeIs(1));
}

TEST_F(HistoryTest, EntriesKnowThoseBeforeThemAndTheRecordTheNewest) {
  Update(kWish);
  Update(kReport);
  Update(kWish);
  Update(kReport);
  Send(Operation::kDelete);
  Update(kReport);
  const ToldHistory told(store_);
  const std::vector<uint64_t> changes = told.Changes();
  ASSERT_EQ(told.Lanes(), "wrwrww");
  const std::vector<uint64_t> wishes = {0,          changes[0], changes[0],
                                        changes[2], changes[2], changes[4]};
  for (size_t i = 0; i < changes.size(); ++i) {
    EXPECT_EQ(told.entries[i].entry.previous_change, i == 0 ? 0 : changes[i - 1]);
    EXPECT_EQ(told.entries[i].entry.previous_wish, wishes[i]);
  }
  EXPECT_EQ(StoredHead(store_, kLamp).last_change, changes[5]);
  EXPECT_EQ(StoredHead(store_, kLamp).last_wish, changes[5]);
}

TEST_F(HistoryTest, AGroupsChangesOfOneShadowAreToldEach) {
  endpoint_.SendBatch(1, 1,
                      {{.sequence = 1, .id = kLamp, .payload = kWish},
                       {.sequence = 2, .id = kLamp, .payload = kReport},
                       {.sequence = 3, .id = {.thing = "other", .name = ""}, .payload = kReport},
                       {.sequence = 4, .id = kLamp, .payload = kReport}});
  const ToldHistory told(store_);
  EXPECT_THAT(told.Changes(), ElementsAre(1, 2, 3, 4));
  EXPECT_EQ(told.entries[2].thing, "other");
  EXPECT_EQ(told.entries[3].entry.previous_change, 2u);
  EXPECT_EQ(StoredHead(store_, kLamp).last_change, 4u);
  EXPECT_EQ(StoredHead(store_, kLamp).last_wish, 1u);
}

TEST_F(HistoryTest, TheFeedLeadsToAllInTheirOrder) {
  for (int i = 0; i < 5; ++i) Update(i % 2 == 0 ? kReport : kWish);
  endpoint_.SendBatch(1, 1,
                      {{.sequence = 1, .id = kLamp, .payload = kWish},
                       {.sequence = 2, .id = {.thing = "other", .name = ""}, .payload = kReport}});
  EXPECT_EQ(FedChanges(store_), ToldHistory(store_).Changes());
  EXPECT_THAT(FedChanges(store_), SizeIs(7));
}

TEST_F(HistoryTest, AnUpdateIsAReportIfItLeavesWhatIsDesired) {
  Update(R"({"state":{"desired":{"a":1},"reported":{"b":1}}})");
  Update(R"({"state":{"desired":{"a":2},"reported":{"b":2}}})");
  Update(R"({"state":{"desired":{},"reported":{"b":3}}})");
  Update(R"({"state":{"reported":null}})");
  Update(R"({"state":null})");
  EXPECT_EQ(ToldHistory(store_).Lanes(), "wwrrw");
}

// Values and times are as they were: what the update had a word on counts.
TEST_F(HistoryTest, AnUpdateThatChangesNothingIsToldWhereItsSectionIs) {
  Update(R"({"state":{"desired":{"a":1},"reported":{"b":1}}})");
  Update(R"({"state":{"desired":{"a":1}}})");
  Update(R"({"state":{"reported":{"b":1}}})");
  Update(R"({"state":{"desired":{}}})");
  Update(R"({"state":{}})");
  const ToldHistory told(store_);
  EXPECT_EQ(told.Lanes(), "wwrwr");
  EXPECT_EQ(told.entries[4].entry.previous_wish, told.entries[3].change);
  EXPECT_EQ(StoredHead(store_, kLamp).last_wish, told.entries[3].change);
}

// Values as they were, at another time.
TEST_F(HistoryTest, AWishThatIsMadeAgainIsAWish) {
  Update(kWish);
  ++endpoint_.now;
  Update(R"({"state":{"desired":{"a":1},"reported":{"b":1}}})");
  EXPECT_EQ(ToldHistory(store_).Lanes(), "ww");
}

TEST_F(HistoryTest, ARequestAnsweredAgainMakesNone) {
  const std::vector<proto::LinkRequest> requests = {
      {.sequence = 1, .id = kLamp, .payload = kWish},
      {.sequence = 2, .id = kLamp, .payload = kReport}};
  std::vector<proto::LinkRequest> again = requests;
  for (proto::LinkRequest& request : again) request.resent = true;
  endpoint_.SendBatch(1, 1, requests);
  const std::vector<uint64_t> changes = ToldHistory(store_).Changes();
  endpoint_.SendBatch(1, 1, again);
  Endpoint(store_).SendBatch(1, 1, again);
  EXPECT_EQ(ToldHistory(store_).Changes(), changes);
}

TEST_F(HistoryTest, ARestartLeavesAGapAndTheChainGoesOn) {
  Update(kWish);
  Endpoint restarted(store_);
  restarted.Send(kLamp, Operation::kUpdate, kReport);
  const ToldHistory told(store_);
  EXPECT_EQ(told.entries[1].change, 2 + storage::ChangeNumbers::kBlock);
  EXPECT_EQ(told.entries[1].entry.previous_change, told.entries[0].change);
}

TEST_F(HistoryTest, AFailedCommitLeavesNothingAndItsNumbersAreNotUsedAgain) {
  Update(kWish);
  store_.failing = true;
  Update(kReport);
  EXPECT_THAT(ToldHistory(store_).Changes(), ElementsAre(1));
  store_.failing = false;
  Update(kReport);
  EXPECT_THAT(ToldHistory(store_).Changes(), ElementsAre(1, 3));
  EXPECT_EQ(FedChanges(store_), ToldHistory(store_).Changes());
  EXPECT_EQ(StoredHead(store_, kLamp).last_change, 3u);
}

// The disk took it and could not say so.
TEST_F(HistoryTest, AFailedCommitThatIsThereAllTheSameIsGoneOnFrom) {
  store_.writes_all_the_same = store_.failing = true;
  Update(kWish);
  store_.failing = false;
  Update(kReport);
  const ToldHistory told(store_);
  EXPECT_THAT(told.Changes(), ElementsAre(1, 2));
  EXPECT_EQ(told.entries[1].entry.previous_change, 1u);
  Endpoint restarted(store_);
  restarted.Send(kLamp, Operation::kUpdate, kReport);
  EXPECT_GT(ToldHistory(store_).entries[2].change, 2u);
}

TEST_F(HistoryTest, AfterTwoDaysALineOfVersionsBeginsAnew) {
  Update(kWish);
  Send(Operation::kDelete);
  endpoint_.now += shadow::kTombstoneSeconds;
  Update(kWish);
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(3));
  EXPECT_EQ(told.entries[2].entry.before.kind, RecordKind::kNone);
  EXPECT_EQ(told.entries[2].entry.previous_change, 0u);
  EXPECT_EQ(told.entries[2].entry.previous_wish, 0u);
}

TEST_F(HistoryTest, EntriesHoldTheCharactersOfTheToken) {
  Update(R"({"state":{"desired":{"a":1}},"clientToken":"t-1"})");
  Update(R"({"state":{"desired":{"a":1}},"clientToken":"\"2\"é"})");
  Send(Operation::kDelete, R"({"clientToken":"t-3"})");
  const ToldHistory told(store_);
  EXPECT_EQ(told.entries[0].entry.author.token, "t-1");
  EXPECT_EQ(told.entries[1].entry.author.token, "\"2\"é");
  EXPECT_EQ(told.entries[2].entry.author.token, "t-3");
}

TEST_F(HistoryTest, TheRecordSaysWhetherDesiredDiffersWhateverIsHeard) {
  const auto differs = [this] { return StoredHead(store_, kLamp).differs; };
  for (const bool heard : {true, false}) {
    const auto update = [&](absl::string_view payload) {
      heard ? Update(payload) : UpdateUnheard(payload);
    };
    update(R"({"state":{"desired":{"a":1,"b":{"c":[1]}}}})");
    EXPECT_TRUE(differs());
    update(R"({"state":{"reported":{"a":1.0}}})");
    EXPECT_TRUE(differs());
    update(R"({"state":{"reported":{"b":{"c":[1]}}}})");
    EXPECT_FALSE(differs());
    update(R"({"state":{"desired":{"b":{"c":[2]}}}})");
    EXPECT_TRUE(differs());
    Send(Operation::kDelete);
    EXPECT_FALSE(differs());
  }
}

// The last request of a group is the one that counts, heard or not.
TEST_F(HistoryTest, TheRecordSaysWhetherDesiredDiffersAfterAGroup) {
  endpoint_.SendBatch(1, 1,
                      {{.sequence = 1, .id = kLamp, .payload = kWish},
                       {.sequence = 2,
                        .id = kLamp,
                        .payload = kReport,
                        .unheard = {.documents = true, .delta = true}}});
  EXPECT_FALSE(StoredHead(store_, kLamp).differs);
}

TEST_F(HistoryTest, ARequestOverHttpsIsToldOnceAndARestoreAsOne) {
  Update(kWish);
  LocalRequest requests[] = {{.operation = Operation::kUpdate,
                              .thing = "lamp",
                              .name = "",
                              .payload = std::string(kReport)},
                             {.operation = Operation::kUpdate,
                              .thing = "lamp",
                              .name = "",
                              .payload = R"({"state":{"desired":{"a":null}},"version":2})",
                              .restores = true},
                             {.operation = Operation::kUpdate,
                              .thing = "lamp",
                              .name = "",
                              .payload = R"({"state":{"desired":{"a":null}},"version":2})",
                              .restores = true}};
  endpoint_.worker().Process({}, absl::MakeSpan(requests));
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(3)) << "the last one is refused";
  EXPECT_EQ(told.entries[1].entry.kind, HistoryKind::kUpdate);
  EXPECT_EQ(told.entries[2].entry.kind, HistoryKind::kRestore);
  EXPECT_EQ(told.Lanes(), "wrw");
}

storage::Write Brought(absl::string_view thing, const shadow::Record& record) {
  return {storage::RecordKey({thing, ""}),
          storage::EncodeRecord(record, {.differs = shadow::Differs(record)})};
}

TEST_F(HistoryTest, WhatIsImportedIsToldAndWhatIsKeptIsNot) {
  Update(kWish);
  const auto imported = endpoint_.worker().Import(
      {Brought("lamp", shadow::Document{.version = 9, .updated_at = 50}),
       Brought("new", shadow::Document{.version = 7, .updated_at = 60}),
       Brought("gone", shadow::Tombstone{.version = 4, .deleted_at = 1990})},
      false);
  EXPECT_EQ(imported->imported, 2);
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(3));
  for (int i = 1; i < 3; ++i) {
    EXPECT_EQ(told.entries[i].entry.kind, HistoryKind::kImport);
    EXPECT_EQ(told.entries[i].lane, storage::HistoryLane::kWishes);
    EXPECT_EQ(told.entries[i].entry.author.principal, "admin");
    EXPECT_EQ(told.entries[i].entry.before.kind, RecordKind::kNone);
    EXPECT_EQ(told.entries[i].entry.time, endpoint_.now);
  }
  EXPECT_EQ(told.entries[1].entry.record_time, 60);
  EXPECT_EQ(StoredHead(store_, {.thing = "new", .name = ""}).last_wish, told.entries[1].change);
  EXPECT_EQ(FedChanges(store_), told.Changes());
}

TEST_F(HistoryTest, AnImportThatReplacesKnowsWhatItReplaced) {
  Update(kWish);
  Update(kReport);
  shadow::Arena arena;
  const shadow::Document brought = {
      .desired = *shadow::ParseWholeJson(R"({"a":2})", 50, arena), .version = 1, .updated_at = 50};
  ASSERT_TRUE(endpoint_.worker().Import({Brought("lamp", brought)}, true).ok());
  Update(kReport);
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(4));
  EXPECT_EQ(told.entries[2].entry.before.version, 2);
  EXPECT_EQ(told.entries[2].entry.previous_change, told.entries[1].change);
  EXPECT_EQ(told.entries[2].entry.previous_wish, told.entries[0].change);
  EXPECT_EQ(told.entries[3].entry.before.version, 1);
  EXPECT_EQ(told.entries[3].entry.previous_change, told.entries[2].change);
  EXPECT_EQ(told.entries[3].entry.previous_wish, told.entries[2].change);
  EXPECT_TRUE(StoredHead(store_, kLamp).differs);
}

TEST_F(HistoryTest, AnImportOverADamagedRecordBeginsALine) {
  ASSERT_TRUE(
      store_.Commit({{storage::RecordKey(kLamp), "garbage"}}, storage::Durability::kSync).ok());
  ASSERT_TRUE(
      endpoint_.worker().Import({Brought("lamp", shadow::Document{.version = 1})}, true).ok());
  EXPECT_EQ(ToldHistory(store_).entries[0].entry.before.kind, RecordKind::kNone);
}

TEST_F(HistoryTest, AFailedImportLeavesNothing) {
  store_.failing = true;
  EXPECT_FALSE(
      endpoint_.worker().Import({Brought("a", shadow::Document{.version = 1})}, false).ok());
  store_.failing = false;
  Update(kWish);
  EXPECT_THAT(ToldHistory(store_).Changes(), ElementsAre(2));
}

TEST_F(HistoryTest, WhatWasCommittedIsCounted) {
  Update(kWish);
  Update(kReport);
  Update(kReport);
  store_.failing = true;
  Update(kReport);
  store_.failing = false;
  ASSERT_TRUE(
      endpoint_.worker().Import({Brought("a", shadow::Document{.version = 1})}, false).ok());
  EXPECT_THAT(endpoint_.counters.Read().history_entries, ElementsAre(2, 2, 0));
}

class HistoryOffTest : public HistoryTest {
 protected:
  Endpoint off_{store_, {}, Endpoint::History::kOff};
};

TEST_F(HistoryOffTest, NothingIsWrittenAndRecordsForgetTheirEntries) {
  Update(kWish);
  off_.Send(kLamp, Operation::kUpdate, kWish);
  EXPECT_THAT(ToldHistory(store_).entries, SizeIs(1));
  EXPECT_EQ(StoredHead(store_, kLamp), (storage::RecordHead{.differs = true}));
}

TEST_F(HistoryOffTest, AnEmptyStoreStaysWithoutAnyOfIt) {
  off_.Send(kLamp, Operation::kUpdate, kWish);
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store_.Read({std::string(storage::kChangesKey)}, values).ok());
  EXPECT_FALSE(values[0].has_value());
  EXPECT_THAT(ToldHistory(store_).entries, IsEmpty());
  EXPECT_THAT(FedChanges(store_), IsEmpty());
}

TEST_F(HistoryOffTest, AnImportIsNotTold) {
  const auto brought = Brought("new", shadow::Document{.version = 7});
  ASSERT_TRUE(off_.worker().Import({brought}, false).ok());
  EXPECT_THAT(ToldHistory(store_).entries, IsEmpty());
  EXPECT_EQ(StoredHead(store_, {.thing = "new", .name = ""}).last_change, 0u);
}

// No entry leads over a change that was not told.
TEST_F(HistoryOffTest, OnAgainItBeginsWithTheFirstChange) {
  Update(kWish);
  off_.Send(kLamp, Operation::kUpdate, kReport);
  Endpoint on_again(store_);
  on_again.Send(kLamp, Operation::kUpdate, kReport);
  const ToldHistory told(store_);
  ASSERT_THAT(told.entries, SizeIs(2));
  EXPECT_EQ(told.entries[1].entry.before.kind, RecordKind::kDocument);
  EXPECT_EQ(told.entries[1].entry.before.version, 2);
  EXPECT_EQ(told.entries[1].entry.previous_change, 0u);
  EXPECT_EQ(told.entries[1].entry.previous_wish, 0u);
}

}  // namespace
}  // namespace service
