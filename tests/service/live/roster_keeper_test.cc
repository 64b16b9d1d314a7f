#include "service/live/roster_keeper.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include "proto/arrivals.h"
#include "service/http/loop_state.h"
#include "storage/memory_store.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;

constexpr uint64_t kLife = 42;

// The loop's thread and that which commits are the test's own, one step at a time.
class RosterKeeperTest : public testing::Test {
 protected:
  RosterKeeperTest() { loop_.state().Bind(io_.get_executor()); }
  ~RosterKeeperTest() override { loop_.state().Bind({}); }

  void RunLoop() {
    io_.restart();
    io_.poll();
  }

  const Roster* Make() {
    const Roster* made = nullptr;
    bool is_done = false;
    keeper_.Want([&](const Roster* roster) {
      made = roster;
      is_done = true;
    });
    endpoint_.feed.Serve();
    while (!is_done) {  // the thread that makes it posts it
      io_.restart();
      io_.run_one();
    }
    return made;
  }

  void Update(const shadow::ShadowId& id, absl::string_view state) {
    endpoint_.Send(id, Operation::kUpdate, absl::StrCat(R"({"state":)", state, "}"));
  }

  void Arrive(absl::string_view client, std::optional<int64_t> gone = {}, bool first = false) {
    proto::ArrivalBatchWriter writer(kLife, 0, first);
    proto::Arrival arrival{
        .connection = ++connection_, .since = 100, .client_id = client, .thing = client};
    if (gone) arrival.end = proto::ArrivalEnd{.reason = "R", .time = *gone};
    writer.Add(arrival);
    whereabouts_.Hear({0, std::move(writer).Finish(true)});
  }

  boost::asio::io_context io_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
      io_.get_executor()};
  HttpLoop loop_;
  storage::MemoryStore store_;
  Endpoint endpoint_{store_};
  RegistryInForce registry_{""};
  Whereabouts whereabouts_;
  Log log_{LogLevel::kError, LogFormat::kText};
  RosterKeeper keeper_{store_, registry_, whereabouts_, endpoint_.feed, loop_, log_};
  uint64_t connection_ = 0;
};

TEST_F(RosterKeeperTest, TheRosterHasWhatIsStoredAndWhoIsConnected) {
  Update({"lamp", ""}, R"({"desired":{"a":1}})");
  Update({"lamp", "beam"}, R"({"reported":{"a":1}})");
  Update({"gone", ""}, R"({"reported":{"a":1}})");
  endpoint_.Send({"gone", ""}, Operation::kDelete, "");
  Arrive("lamp", 90);
  Arrive("lamp");
  Arrive("other");
  const Roster* const roster = Make();
  ASSERT_NE(roster, nullptr);
  const RosterRow* const lamp = roster->Find("lamp");
  ASSERT_NE(lamp, nullptr);
  EXPECT_EQ(lamp->shadows, 2u);
  EXPECT_EQ(lamp->differing, 1u);
  EXPECT_EQ(lamp->updated, static_cast<uint32_t>(endpoint_.now));
  EXPECT_EQ(lamp->clients, 1u);
  EXPECT_EQ(lamp->since, 100u);
  EXPECT_TRUE(roster->Find("other")->connected());
  EXPECT_EQ(roster->Find("gone"), nullptr);
}

TEST_F(RosterKeeperTest, WhatIsCommittedWhileItIsMadeCountsOnce) {
  Update({"lamp", ""}, R"({"desired":{"a":1}})");
  const Roster* made = nullptr;
  keeper_.Want([&](const Roster* roster) { made = roster; });
  Update({"lamp", "before"}, R"({"desired":{"a":1}})");
  endpoint_.feed.Serve();
  Update({"lamp", "after"}, R"({"desired":{"a":1}})");
  Update({"lamp", ""}, R"({"reported":{"a":1}})");
  Arrive("lamp");
  while (made == nullptr) {
    io_.restart();
    io_.run_one();
  }
  RunLoop();
  EXPECT_EQ(made->Find("lamp")->shadows, 3u);
  EXPECT_EQ(made->Find("lamp")->differing, 2u);
  EXPECT_EQ(made->Find("lamp")->clients, 1u);
}

TEST_F(RosterKeeperTest, ItIsKeptUp) {
  const Roster* const roster = Make();
  std::vector<Roster::Place> changed;
  keeper_.SetTold({.changed = [&](Roster::Place place) { changed.push_back(place); }});
  Update({"lamp", ""}, R"({"desired":{"a":1}})");
  RunLoop();
  EXPECT_EQ(roster->Find("lamp")->differing, 1u);
  EXPECT_EQ(changed.size(), 1u);
  Arrive("lamp");
  RunLoop();
  EXPECT_TRUE(roster->Find("lamp")->connected());
  endpoint_.Send({"lamp", ""}, Operation::kDelete, "");
  RunLoop();
  EXPECT_EQ(roster->Find("lamp")->shadows, 0u);
  --connection_;
  Arrive("lamp", 130);
  RunLoop();
  EXPECT_EQ(roster->Find("lamp"), nullptr);
}

TEST_F(RosterKeeperTest, WhoStoodBeforeTheBrokerWasAwayDoesNotStandAnyMore) {
  Arrive("lamp");
  Update({"lamp", ""}, R"({"desired":{"a":1}})");
  const Roster* const roster = Make();
  EXPECT_TRUE(roster->Find("lamp")->connected());
  Arrive("torch", std::nullopt, /*first=*/true);
  RunLoop();
  EXPECT_FALSE(roster->Find("lamp")->connected());
  EXPECT_TRUE(roster->Find("torch")->connected());
}

TEST_F(RosterKeeperTest, WhatIsBroughtInMakesItAnew) {
  const Roster* roster = Make();
  int told = 0;
  keeper_.SetTold({.anew = [&](const Roster* made) {
    roster = made;
    ++told;
  }});
  const std::string record = storage::EncodeRecord(shadow::Document{.version = 1});
  EXPECT_TRUE(
      endpoint_.worker().Import({{storage::RecordKey({"brought", ""}), record}}, false).ok());
  RunLoop();
  endpoint_.feed.Serve();
  while (told == 0) {
    io_.restart();
    io_.run_one();
  }
  EXPECT_NE(roster->Find("brought"), nullptr);
}

TEST_F(RosterKeeperTest, ItIsDroppedOnceNobodyHasWantedItForAWhile) {
  ASSERT_NE(Make(), nullptr);
  const int64_t now_ms = absl::ToUnixMillis(absl::Now());
  keeper_.DropIfUnused(false, now_ms + RosterKeeper::kUnusedMs - 1000);
  EXPECT_NE(keeper_.roster(), nullptr);
  keeper_.DropIfUnused(true, now_ms + RosterKeeper::kUnusedMs + 1000);
  EXPECT_NE(keeper_.roster(), nullptr);
  keeper_.DropIfUnused(false, now_ms + 3 * RosterKeeper::kUnusedMs);
  EXPECT_EQ(keeper_.roster(), nullptr);
  EXPECT_FALSE(endpoint_.feed.is_followed());
  Update({"lamp", ""}, R"({"desired":{"a":1}})");
  EXPECT_NE(Make()->Find("lamp"), nullptr);
}

}  // namespace
}  // namespace service
