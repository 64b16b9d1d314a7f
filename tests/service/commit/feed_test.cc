// What the worker tells of each group.
#include "service/commit/feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "proto/arrivals.h"
#include "storage/archive.h"
#include "storage/key.h"
#include "storage/memory_store.h"
#include "storage/record.h"
#include "tests/service/commit/endpoint.h"

namespace service {
namespace {

using shadow::Operation;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr uint64_t kLife = 42;
const shadow::ShadowId kFollowedLamp = {"lamp", ""};

class GroupNewsTest : public testing::Test {
 protected:
  void Follow() {
    endpoint_.feed.Follow({.begin = [this] { ++begun_; },
                           .hear = [this](GroupNews news) { told_.push_back(std::move(news)); },
                           .anew = [this] { ++anew_; }});
    endpoint_.feed.Serve();
  }

  void Update(const shadow::ShadowId& id, absl::string_view state) {
    endpoint_.Send(id, Operation::kUpdate, absl::StrCat(R"({"state":)", state, "}"));
  }

  storage::MemoryStore store_;
  Endpoint endpoint_{store_};
  int begun_ = 0;
  int anew_ = 0;
  std::vector<GroupNews> told_;
};

TEST_F(GroupNewsTest, WhoFollowsIsToldFromWhenItHasBegun) {
  Update(kFollowedLamp, R"({"desired":{"a":1}})");
  Follow();
  EXPECT_EQ(begun_, 1);
  EXPECT_THAT(told_, IsEmpty());
  Update(kFollowedLamp, R"({"desired":{"a":2}})");
  EXPECT_THAT(told_, SizeIs(1));
  endpoint_.feed.Leave();
  EXPECT_FALSE(endpoint_.feed.is_followed());
  Update(kFollowedLamp, R"({"desired":{"a":3}})");
  EXPECT_THAT(told_, SizeIs(1));
}

TEST_F(GroupNewsTest, AShadowIsToldAsItWasAndAsItIs) {
  Follow();
  Update(kFollowedLamp, R"({"desired":{"a":1}})");
  Update(kFollowedLamp, R"({"reported":{"a":1}})");
  endpoint_.Send(kFollowedLamp, Operation::kDelete, "");
  ASSERT_THAT(told_, SizeIs(3));
  const ShadowNews& made = told_[0].shadows.at(0);
  EXPECT_EQ(made.thing, "lamp");
  EXPECT_TRUE(!made.was_there && made.is_there && !made.differed && made.differs);
  EXPECT_EQ(made.version, 1);
  EXPECT_EQ(made.updated_at, endpoint_.now);
  const ShadowNews& agreed = told_[1].shadows.at(0);
  EXPECT_TRUE(agreed.was_there && agreed.is_there && agreed.differed && !agreed.differs);
  const ShadowNews& gone = told_[2].shadows.at(0);
  EXPECT_TRUE(gone.was_there && !gone.is_there && !gone.differed && !gone.differs);
  EXPECT_EQ(gone.version, 3);
}

TEST_F(GroupNewsTest, OfWhatAGroupChangesTwiceWhatIsLeftIsToldOnce) {
  Follow();
  endpoint_.SendBatch(
      kLife, 1,
      {{.sequence = 1, .id = kFollowedLamp, .payload = R"({"state":{"desired":{"a":1}}})"},
       {.sequence = 2, .id = kFollowedLamp, .payload = R"({"state":{"reported":{"a":1}}})"},
       {.sequence = 3, .id = {"torch", "beam"}, .payload = R"({"state":{}})"}});
  ASSERT_THAT(told_, SizeIs(1));
  ASSERT_THAT(told_[0].shadows, SizeIs(2));
  EXPECT_EQ(told_[0].shadows[0].version, 2);
  EXPECT_FALSE(told_[0].shadows[0].differs);
  EXPECT_EQ(told_[0].shadows[1].name, "beam");
}

TEST_F(GroupNewsTest, WhatIsRefusedOrOnlyReadChangesNothing) {
  Follow();
  endpoint_.Send(kFollowedLamp, Operation::kGet, "");
  endpoint_.Send(kFollowedLamp, Operation::kUpdate, "no JSON");
  EXPECT_THAT(told_, IsEmpty());
}

TEST_F(GroupNewsTest, AThingIsHeardOfByItsOwnConnectionsAlone) {
  Follow();
  proto::ArrivalBatchWriter arrivals(kLife, 1, true);
  arrivals.Add({.connection = 1, .since = 5, .client_id = "x", .thing = "lamp"});
  arrivals.Add({.connection = 2, .since = 5, .client_id = "app", .thing = "app"});
  proto::RequestBatchWriter requests(kLife, 1);
  requests.Add({.sequence = 1, .operation = Operation::kGet, .id = kFollowedLamp, .connection = 1});
  requests.Add({.sequence = 2, .operation = Operation::kGet, .id = {"torch", ""}, .connection = 2});
  endpoint_.Process({std::move(arrivals).Finish(true), std::move(requests).Finish()});
  ASSERT_THAT(told_, SizeIs(1));
  EXPECT_THAT(told_[0].heard, ElementsAre("lamp"));
}

TEST_F(GroupNewsTest, WhatIsBroughtInIsToBeReadAnew) {
  Follow();
  const std::string record = storage::EncodeRecord(shadow::Document{.version = 1});
  EXPECT_TRUE(endpoint_.worker().Import({{storage::RecordKey(kFollowedLamp), record}}, false).ok());
  EXPECT_EQ(anew_, 1);
  EXPECT_TRUE(endpoint_.worker().Replace({.prefixes = {std::string(storage::kRecordPrefix)}}).ok());
  EXPECT_EQ(anew_, 2);
}

}  // namespace
}  // namespace service
