#include "service/watch/counters.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "absl/strings/str_cat.h"
#include "service/watch/census.h"
#include "storage/memory_store.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;

uint64_t Answers(const Tally& tally, Operation operation, int code) {
  for (size_t i = 0; i < kCodes.size(); ++i) {
    if (kCodes[i] == code) {
      return tally.answers[static_cast<size_t>(Way::kMqtt)][static_cast<size_t>(operation)][i];
    }
  }
  return 0;
}

void Send(Endpoint& endpoint, absl::string_view thing, Operation operation,
          absl::string_view payload = R"({"state":{"desired":{"a":1}}})") {
  endpoint.Send({.thing = thing, .name = ""}, operation, payload);
}

// Waits for the census that runs beside the work.
Counters::Census AwaitCensus(const Counters& counters) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  while (!counters.ReadCensus() && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  return counters.ReadCensus().value();
}

TEST(Counters, AnswersAreCountedByOperationAndCode) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  Send(endpoint, "T", Operation::kGet, "");
  Send(endpoint, "T", Operation::kUpdate);
  Send(endpoint, "T", Operation::kUpdate, "{");
  Send(endpoint, "T", Operation::kDelete, "");
  const Counters::Values counted = endpoint.counters.Read();
  EXPECT_EQ(Answers(counted.tally, Operation::kGet, 404), 1);
  EXPECT_EQ(Answers(counted.tally, Operation::kUpdate, 200), 1);
  EXPECT_EQ(Answers(counted.tally, Operation::kUpdate, 400), 1);
  EXPECT_EQ(Answers(counted.tally, Operation::kDelete, 200), 1);
  EXPECT_EQ(counted.tally.deltas, 1);
  EXPECT_EQ(counted.request.count(), 4);
  EXPECT_EQ(counted.commit.count(), 2);
  EXPECT_EQ(endpoint.counters.in_flight(), 0);
}

TEST(Counters, AReplayIsCountedAsOneAndChangesNoNumberOfDocuments) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  Log log(LogLevel::kError, LogFormat::kText);
  Census census(
      store, [] { return 7; }, endpoint.counters, log);
  census.BeginIfDue();
  proto::LinkRequest update = {.sequence = 1,
                               .operation = Operation::kUpdate,
                               .id = {.thing = "T", .name = ""},
                               .payload = R"({"state":{}})"};
  endpoint.SendBatch(9, 1, {update});
  update.resent = true;
  endpoint.SendBatch(9, 1, {update});
  EXPECT_EQ(endpoint.counters.Read().tally.replays, 1);
  EXPECT_EQ(AwaitCensus(endpoint.counters).documents, 1);
}

TEST(Counters, DocumentsAndTombstonesAreKeptUpFromACensusOn) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  for (int i = 0; i < 5; ++i) Send(endpoint, absl::StrCat("old-", i), Operation::kUpdate);
  Send(endpoint, "old-0", Operation::kDelete, "");
  EXPECT_FALSE(endpoint.counters.ReadCensus());

  Log log(LogLevel::kError, LogFormat::kText);
  Census census(
      store, [] { return 7; }, endpoint.counters, log);
  census.BeginIfDue();
  Send(endpoint, "new", Operation::kUpdate);
  Send(endpoint, "old-0", Operation::kUpdate);
  Send(endpoint, "old-1", Operation::kDelete, "");
  Send(endpoint, "old-2", Operation::kDelete, "");
  Send(endpoint, "old-2", Operation::kDelete, "");  // 404
  const Counters::Census counted = AwaitCensus(endpoint.counters);
  EXPECT_EQ(counted.documents, 4);
  EXPECT_EQ(counted.tombstones, 2);
  EXPECT_EQ(counted.at, 7);
}

TEST(Counters, AFollowerIsToldOfItsThingAlone) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  {
    const auto follower = endpoint.trace.Follow("T");
    Send(endpoint, "other", Operation::kUpdate);
    Send(endpoint, "T", Operation::kGet, "");
    const auto line = follower->Next(absl::Seconds(10));
    ASSERT_TRUE(line);
    EXPECT_NE(line->find(R"("thing":"T","shadow":"","operation":"get")"), std::string::npos);
    EXPECT_NE(line->find(R"("code":404)"), std::string::npos);
    EXPECT_FALSE(follower->Next(absl::ZeroDuration()));
  }
  EXPECT_FALSE(endpoint.trace.is_followed());
}

TEST(Counters, ASlowFollowerLosesLinesAndIsToldHowMany) {
  storage::MemoryStore store;
  Endpoint endpoint(store);
  const auto follower = endpoint.trace.Follow("T");
  for (int i = 0; i < 1003; ++i) Send(endpoint, "T", Operation::kGet, "");
  EXPECT_EQ(follower->Next(absl::ZeroDuration()), R"({"lost":3})");
  for (int i = 0; i < 1000; ++i) EXPECT_TRUE(follower->Next(absl::ZeroDuration()));
  EXPECT_FALSE(follower->Next(absl::ZeroDuration()));
}

}  // namespace
}  // namespace service
