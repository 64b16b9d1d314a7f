// Who may commit to a store in PostgreSQL, and that nobody else does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

using testing::HasSubstr;
using testing::Optional;

class PostgresOwner : public testing::Test {
 protected:
  PostgresOwner() { EXPECT_TRUE(MakePostgres(url_).ok()); }

  std::unique_ptr<Ownership> Candidate(const std::string& holder) const {
    return NewPostgresOwnership({.url = url_, .holder = holder});
  }

  static std::unique_ptr<Store> Taken(Ownership& ownership) {
    auto store = ownership.Take();
    EXPECT_TRUE(store.ok()) << store.status();
    return store.ok() ? *std::move(store) : nullptr;
  }

  // What 3 s without a word would do.
  void LetTimePass() const { Sql(url_, "UPDATE owner SET until = now()"); }

  const std::string url_ = PostgresServer::FreshUrl();
};

TEST_F(PostgresOwner, IsOneAtATime) {
  const auto first = Candidate("first:1");
  const auto second = Candidate("second:2");
  EXPECT_EQ(first->Read()->holder, "");
  EXPECT_TRUE(first->Read()->is_over);
  const auto store = Taken(*first);
  ASSERT_NE(store, nullptr);
  EXPECT_TRUE(first->Holds());
  EXPECT_FALSE(second->Holds());
  EXPECT_EQ(Taken(*second), nullptr);
  const auto owner = second->Read();
  EXPECT_EQ(owner->holder, "first:1");
  EXPECT_EQ(owner->life, 1);
  EXPECT_FALSE(owner->is_over);
  EXPECT_FALSE(owner->is_us);
  EXPECT_TRUE(first->Read()->is_us);
}

TEST_F(PostgresOwner, WhoHungWhileAnotherTookOverCommitsNothing) {
  const auto first = Candidate("first:1");
  const auto second = Candidate("second:2");
  const auto old_store = Taken(*first);
  ASSERT_TRUE(Put(*old_store, "sa", "first").ok());
  LetTimePass();
  const auto store = Taken(*second);
  ASSERT_NE(store, nullptr);
  EXPECT_THAT(Get(*store, "sa"), Optional(std::string("first")));
  ASSERT_TRUE(Put(*store, "sa", "second").ok());

  const absl::Status late = Put(*old_store, "sa", "late");
  EXPECT_TRUE(absl::IsPermissionDenied(late)) << late;
  EXPECT_THAT(late.message(), HasSubstr("second:2"));
  EXPECT_TRUE(absl::IsPermissionDenied(old_store->Health()));
  EXPECT_TRUE(absl::IsPermissionDenied(old_store->Recover()));
  EXPECT_TRUE(absl::IsPermissionDenied(Put(*old_store, "sb", "later")));
  EXPECT_FALSE(first->Holds());
  EXPECT_THAT(Get(*store, "sa"), Optional(std::string("second")));
  EXPECT_EQ(Get(*store, "sb"), std::nullopt);
  EXPECT_TRUE(Put(*store, "sa", "third").ok()) << "its own number goes on";
}

TEST_F(PostgresOwner, CommitsKeepTheStoreTheirs) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  LetTimePass();
  ASSERT_TRUE(Put(*store, "sa", "1").ok());
  EXPECT_FALSE(Candidate("second:2")->Read()->is_over);
  EXPECT_EQ(Taken(*Candidate("second:2")), nullptr);
}

TEST_F(PostgresOwner, RenewsWhenItIsDueAndNotBefore) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  LetTimePass();
  const auto first = owner->RenewIfDue();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_GT(*first, 0);
  EXPECT_LE(*first, Ownership::kRenewEvery.count());
  EXPECT_TRUE(Candidate("second:2")->Read()->is_over) << "it was not due";
  while (Candidate("second:2")->Read()->is_over) ASSERT_TRUE(owner->RenewIfDue().ok());
}

TEST_F(PostgresOwner, LearnsOfAnotherOneWhenItRenews) {
  const auto first = Candidate("first:1");
  const auto second = Candidate("second:2");
  const auto store = Taken(*first);
  LetTimePass();
  ASSERT_NE(Taken(*second), nullptr);
  absl::StatusOr<int> renewed = 0;
  while (renewed.ok()) renewed = first->RenewIfDue();
  EXPECT_TRUE(absl::IsPermissionDenied(renewed.status())) << renewed.status();
  EXPECT_FALSE(first->Holds());
}

TEST_F(PostgresOwner, WhoGivesUpLetsTheNextInAtOnce) {
  const auto first = Candidate("first:1");
  const auto second = Candidate("second:2");
  auto store = Taken(*first);
  ASSERT_TRUE(Put(*store, "sa", "1").ok());
  ASSERT_TRUE(first->GiveUp().ok());
  EXPECT_FALSE(first->Holds());
  EXPECT_TRUE(absl::IsPermissionDenied(Put(*store, "sa", "2")));
  EXPECT_TRUE(second->Read()->is_over);
  auto next = Taken(*second);
  ASSERT_NE(next, nullptr);
  EXPECT_THAT(Get(*next, "sa"), Optional(std::string("1")));
  ASSERT_TRUE(second->GiveUp().ok());
  store.reset();
  const auto again = Taken(*first);
  ASSERT_NE(again, nullptr);
  EXPECT_TRUE(Put(*again, "sa", "3").ok());
}

TEST_F(PostgresOwner, NoCommitPassesOnceTheOwnersRowIsGone) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  Sql(url_, "DELETE FROM owner");
  EXPECT_TRUE(absl::IsPermissionDenied(Put(*store, "sa", "1")));
  EXPECT_EQ(Sql(url_, "SELECT count(*) FROM entry"), "0");
  EXPECT_TRUE(absl::IsDataLoss(owner->Read().status()));
}

TEST_F(PostgresOwner, SaysThatCommitsWereLostWhenTheNumberGoesBack) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  for (const char* const value : {"1", "2", "3"}) ASSERT_TRUE(Put(*store, "sa", value).ok());
  Sql(url_, "UPDATE owner SET n = n - 2");
  const absl::Status lost = Put(*store, "sa", "4");
  EXPECT_TRUE(absl::IsPermissionDenied(lost)) << lost;
  EXPECT_THAT(lost.message(), HasSubstr("store_lost_commits"));
  EXPECT_THAT(lost.message(), HasSubstr("2 commits"));
  EXPECT_EQ(store->ReadStatistics().database.lost_commits, 1u);
}

TEST_F(PostgresOwner, StepsDownWhereSomebodyElseHasWrittenToItsRow) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  Sql(url_, "UPDATE owner SET n = n + 7");
  const absl::Status status = Put(*store, "sa", "1");
  EXPECT_TRUE(absl::IsPermissionDenied(status)) << status;
  EXPECT_FALSE(absl::StrContains(status.message(), "lost"));
}

TEST_F(PostgresOwner, WhoOnlyReadsCommitsNothingAndTakesNothing) {
  const auto owner = Candidate("first:1");
  const auto store = Taken(*owner);
  ASSERT_TRUE(Put(*store, "sa", "1").ok());
  const auto reading = OpenPostgresForReading({.url = url_});
  ASSERT_TRUE(reading.ok()) << reading.status();
  EXPECT_THAT(Get(**reading, "sa"), Optional(std::string("1")));
  EXPECT_TRUE(absl::IsFailedPrecondition(Put(**reading, "sa", "2")));
  EXPECT_TRUE(Put(*store, "sa", "3").ok());
  EXPECT_THAT(Get(**reading, "sa"), Optional(std::string("3")));
}

}  // namespace
}  // namespace storage
