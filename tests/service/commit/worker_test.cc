#include "service/commit/worker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/record.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr shadow::ShadowId kId = {.thing = "T", .name = ""};

// A real store whose disk can fail.
class FailingStore : public storage::MemoryStore {
 public:
  absl::Status Commit(absl::Span<const storage::Write> writes,
                      storage::Durability durability) override {
    return failing ? absl::InternalError("disk full") : MemoryStore::Commit(writes, durability);
  }
  absl::Status Recover() override {
    return failing ? absl::InternalError("disk full") : absl::OkStatus();
  }

  bool failing = false;
};

proto::LinkRequest Update(uint64_t sequence, absl::string_view payload, bool resent = false) {
  return {.sequence = sequence,
          .operation = Operation::kUpdate,
          .resent = resent,
          .id = kId,
          .payload = payload};
}

int JournalEntries(const storage::Store& store) {
  int entries = 0;
  EXPECT_TRUE(store
                  .Scan(storage::kJournalPrefix, "",
                        [&](absl::string_view, absl::string_view) {
                          ++entries;
                          return true;
                        })
                  .ok());
  return entries;
}

TEST(Worker, AGroupSeesItsOwnChangesInOrder) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  const auto published =
      endpoint.SendBatch(1, 1,
                         {Update(1, R"({"state":{"desired":{"a":1}}})"),
                          Update(2, R"({"state":{"desired":{"b":2}},"version":1})"),
                          {.sequence = 3, .operation = Operation::kGet, .id = kId, .payload = ""},
                          {.sequence = 4, .operation = Operation::kDelete, .id = kId},
                          {.sequence = 5, .operation = Operation::kGet, .id = kId}});
  EXPECT_THAT(published[1][0].second, HasSubstr(R"("version":2)"));
  EXPECT_THAT(published[2][0].second, HasSubstr(R"("desired":{"a":1,"b":2})"));
  EXPECT_THAT(published[3],
              ElementsAre(Pair("delete/accepted", R"({"version":2,"timestamp":2000})")));
  EXPECT_EQ(published[4][0].first, "get/rejected");
}

TEST(Worker, ARequestSentTwiceIsAppliedOnceAndAnsweredTheSame) {
  storage::MemoryStore store;
  const std::string conditional = R"({"state":{"reported":{"n":2}},"version":1,"clientToken":"c"})";
  std::vector<std::vector<Published>> first;
  {
    Endpoint endpoint(store);
    first = endpoint.SendBatch(
        1, 1, {Update(1, R"({"state":{"desired":{"n":1}}})"), Update(2, conditional)});
  }
  Endpoint restarted(store);
  restarted.now = 3000;
  const auto again =
      restarted.SendBatch(1, 1,
                          {Update(1, R"({"state":{"desired":{"n":1}}})", true),
                           Update(2, conditional, true), Update(3, "{\"state\":{}}")});
  EXPECT_EQ(again[0], first[0]);
  EXPECT_EQ(again[1], first[1]);
  EXPECT_THAT(again[2][0].second, HasSubstr(R"("version":3)"));
}

TEST(Worker, ADeleteSentTwiceIsAnsweredTheSame) {
  storage::MemoryStore store;
  const proto::LinkRequest removal = {.sequence = 2, .operation = Operation::kDelete, .id = kId};
  std::vector<std::vector<Published>> first;
  {
    Endpoint endpoint(store);
    first = endpoint.SendBatch(1, 1, {Update(1, "{\"state\":{}}"), removal});
  }
  Endpoint restarted(store);
  proto::LinkRequest again = removal;
  again.resent = true;
  EXPECT_EQ(restarted.SendBatch(1, 2, {again})[0], first[1]);
}

// The journal keeps little of a request of which only accepted is heard, and so has nothing to word
// the other messages of: they are not worded, whoever has come to hear them.
TEST(Worker, WhatOnlyAcceptedIsHeardOfIsAnsweredTheSameToWhoeverListensNow) {
  storage::MemoryStore store;
  const std::string payload = R"({"state":{"desired":{"n":2}},"clientToken":"c"})";
  proto::LinkRequest brief = Update(2, payload);
  brief.unheard = {.documents = true, .delta = true};
  std::vector<std::vector<Published>> first;
  {
    Endpoint endpoint(store);
    first = endpoint.SendBatch(1, 1, {Update(1, R"({"state":{"reported":{"a":1}}})"), brief});
  }
  Endpoint restarted(store);
  restarted.now = 3000;
  const auto again = restarted.SendBatch(1, 2, {Update(2, payload, true)});
  EXPECT_THAT(first[1], ElementsAre(Pair("update/accepted", HasSubstr(R"("version":2)"))));
  EXPECT_EQ(again[0], first[1]);
  EXPECT_THAT(restarted.Send(kId, Operation::kGet, "")[0].second,
              HasSubstr(R"("reported":{"a":1})"));
}

TEST(Worker, TheJournalKeepsNoSectionsForWhatOnlyAcceptedIsHeardOf) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  const std::string payload =
      absl::StrCat(R"({"state":{"desired":{"a":")", std::string(1000, 'x'), R"("}}})");
  proto::LinkRequest brief = Update(2, payload);
  brief.unheard = {.documents = true, .delta = true};
  const auto journal_bytes = [&store] {
    size_t bytes = 0;
    EXPECT_TRUE(store
                    .Scan(storage::kJournalPrefix, "",
                          [&](absl::string_view, absl::string_view value) {
                            bytes += value.size();
                            return true;
                          })
                    .ok());
    return bytes;
  };
  endpoint.SendBatch(1, 1, {Update(1, payload)});
  endpoint.SendBatch(1, 2, {brief});
  EXPECT_LT(journal_bytes(), 100u);
  endpoint.SendBatch(1, 3, {Update(3, payload)});
  EXPECT_GT(journal_bytes(), 1000u);
}

TEST(Worker, AResentRequestThatWasNeverAppliedIsApplied) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  endpoint.SendBatch(1, 1, {Update(1, "{\"state\":{}}")});
  const auto published = endpoint.SendBatch(1, 2, {Update(2, "{\"state\":{}}", true)});
  EXPECT_THAT(published[0][0].second, HasSubstr(R"("version":2)"));
}

// The delete came first and was refused; it must not undo the update that followed.
TEST(Worker, ARefusalThatWasLostNeverBecomesAChange) {
  storage::MemoryStore store;
  const proto::LinkRequest removal = {.sequence = 1, .operation = Operation::kDelete, .id = kId};
  const proto::LinkRequest get = {.sequence = 3, .operation = Operation::kGet, .id = kId};
  Endpoint(store).SendBatch(1, 1, {removal, Update(2, "{\"state\":{}}")});
  Endpoint restarted(store);
  proto::LinkRequest again = removal;
  again.resent = true;
  const auto published = restarted.SendBatch(1, 1, {again, Update(2, "{\"state\":{}}", true), get});
  EXPECT_THAT(
      published[0],
      ElementsAre(Pair("delete/rejected", R"({"code":500,"message":"Internal service failure"})")));
  EXPECT_THAT(published[1][0].second, HasSubstr(R"("version":1)"));
  EXPECT_EQ(published[2][0].first, "get/accepted");
}

TEST(Worker, ARefusalThatWasLostAndStillHoldsIsGivenAgain) {
  storage::MemoryStore store;
  const std::string stale = R"({"state":{},"version":0})";
  Endpoint(store).SendBatch(
      1, 1, {Update(1, "{\"state\":{}}"), Update(2, stale), Update(3, "{\"state\":{}}")});
  const auto published = Endpoint(store).SendBatch(1, 1, {Update(2, stale, true)});
  EXPECT_THAT(published[0][0].second, HasSubstr(R"("code":409)"));
}

TEST(Worker, SequencesOfAnotherEpochAreOtherRequests) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  endpoint.SendBatch(1, 1, {Update(1, "{\"state\":{}}")});
  const auto published = endpoint.SendBatch(2, 1, {Update(1, "{\"state\":{}}", true)});
  EXPECT_THAT(published[0][0].second, HasSubstr(R"("version":2)"));
}

TEST(Worker, TheJournalForgetsWhatThePluginHasAnswersFor) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  for (uint64_t i = 1; i <= 20; ++i) endpoint.SendBatch(1, i, {Update(i, "{\"state\":{}}")});
  EXPECT_LE(JournalEntries(store), 2);
  endpoint.SendBatch(2, 1, {Update(1, "{\"state\":{}}")});
  EXPECT_EQ(JournalEntries(store), 1);
}

TEST(Worker, AFailedCommitAcceptsNothingAndStillAnswersGets) {
  FailingStore store;
  Endpoint endpoint(store);
  endpoint.Send(kId, Operation::kUpdate, R"({"state":{"reported":{"a":1}}})");
  store.failing = true;
  for (int round = 0; round < 2; ++round) {
    const auto published = endpoint.SendBatch(
        42, 2,
        {Update(2, R"({"state":{"reported":{"a":2}},"clientToken":"c"})"),
         {.sequence = 3, .operation = Operation::kGet, .id = kId, .payload = ""},
         {.sequence = 4, .operation = Operation::kDelete, .id = kId, .payload = ""}});
    EXPECT_THAT(
        published[0],
        ElementsAre(Pair("update/rejected", R"({"code":500,"message":"Internal service failure",)"
                                            R"("clientToken":"c"})")));
    EXPECT_THAT(published[1][0].second, HasSubstr(R"("reported":{"a":1})"));
    EXPECT_EQ(published[2][0].first, "delete/rejected");
  }
  store.failing = false;
  const auto published = endpoint.SendBatch(42, 5, {Update(5, R"({"state":{}})")});
  EXPECT_THAT(published[0][0].second, HasSubstr(R"("version":2)"));
}

// A commit that failed may have been written or not: only the store knows which.
TEST(Worker, AfterAFailedCommitTheStoreIsAskedAgain) {
  FailingStore store;
  Endpoint endpoint(store);
  endpoint.SendBatch(42, 1, {Update(1, R"({"state":{"reported":{"a":1}}})")});
  store.failing = true;
  endpoint.SendBatch(42, 2, {Update(2, R"({"state":{"reported":{"a":2}}})")});
  store.failing = false;
  const std::string other = storage::EncodeRecord(shadow::Document{.version = 7});
  ASSERT_TRUE(store.Commit({{storage::RecordKey(kId), other}}, storage::Durability::kSync).ok());
  EXPECT_THAT(endpoint.SendBatch(42, 3, {Update(3, R"({"state":{}})")})[0][0].second,
              HasSubstr(R"("version":8)"));
}

TEST(Worker, DamagedRecordsAreRefusedAndKept) {
  storage::MemoryStore store;
  const std::string key = storage::RecordKey(kId);
  ASSERT_TRUE(store.Commit({{key, "garbage"}}, storage::Durability::kSync).ok());
  Endpoint endpoint(store);
  for (const auto operation : {Operation::kUpdate, Operation::kGet, Operation::kDelete}) {
    EXPECT_THAT(endpoint.Send(kId, operation, R"({"state":{}})")[0].second, HasSubstr("500"));
  }
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store.Read({key}, values).ok());
  EXPECT_EQ(values[0], "garbage");
}

TEST(Worker, ManyAnswersLeaveInSeveralEnvelopes) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  const std::string payload =
      absl::StrCat(R"({"state":{"desired":{"a":")", std::string(8000, 'x'), R"("}}})");
  std::vector<proto::LinkRequest> requests;
  for (uint64_t i = 1; i <= 200; ++i) requests.push_back(Update(i, payload));
  const auto published = endpoint.SendBatch(1, 1, requests);
  EXPECT_THAT(published[199][0].second, HasSubstr(R"("version":200)"));
}

}  // namespace
}  // namespace service
