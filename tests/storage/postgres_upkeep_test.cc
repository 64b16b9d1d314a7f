// What a store in PostgreSQL removes by itself, and what not.
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "shadow/limits.h"
#include "storage/key.h"
#include "storage/postgres/commit.h"
#include "storage/postgres/upkeep.h"
#include "storage/record.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

constexpr int64_t kDeletedAt = 1'700'000'000;

class PostgresUpkeepTest : public testing::Test {
 protected:
  PostgresUpkeepTest() {
    EXPECT_TRUE(MakePostgres(url_).ok());
    EXPECT_EQ(*writer_.Take(), true);
    upkeep_.emplace(PostgresOptions{.url = url_, .now = [this] { return now_.load(); }}, writer_,
                    readers_, trim_);
  }

  void Keep(const std::vector<Write>& writes) {
    EXPECT_TRUE(writer_.Commit(WordCommit({}, writes)).ok());
  }
  static Write TombstoneOf(const std::string& thing) {
    return {RecordKey({thing, ""}),
            EncodeRecord(shadow::Tombstone{.version = 5, .deleted_at = kDeletedAt})};
  }
  std::string Things() const {
    return Sql(url_, "SELECT coalesce(string_agg(thing, ' ' ORDER BY thing), '') FROM shadow");
  }

  const std::string url_ = PostgresServer::FreshUrl();
  std::atomic<int64_t> now_ = kDeletedAt;
  PostgresWriter writer_{url_, "a test", 5000};
  PostgresReaders readers_{url_, 5000};
  HistoryTrim trim_{kUnboundedHistory, {}};
  std::optional<PostgresUpkeep> upkeep_;
};

TEST_F(PostgresUpkeepTest, ATombstoneGoesInTimeAndADocumentNever) {
  Keep({TombstoneOf("gone"),
        {RecordKey({"here", ""}),
         EncodeRecord(shadow::Document{.version = 1, .updated_at = kDeletedAt})}});
  now_ = kDeletedAt + shadow::kTombstoneSeconds - 1;
  EXPECT_TRUE(upkeep_->RemoveTombstones().ok());
  EXPECT_EQ(Things(), "gone here");
  now_ = kDeletedAt + shadow::kTombstoneSeconds;
  EXPECT_TRUE(upkeep_->RemoveTombstones().ok());
  EXPECT_EQ(Things(), "here");
}

TEST_F(PostgresUpkeepTest, AllThatHaveExpiredGoHoweverManyThereAre) {
  std::vector<Write> tombstones;
  for (int i = 0; i < 2500; ++i) tombstones.push_back(TombstoneOf(absl::StrCat("t", i)));
  Keep(tombstones);
  now_ = kDeletedAt + shadow::kTombstoneSeconds;
  EXPECT_TRUE(upkeep_->RemoveTombstones().ok());
  EXPECT_EQ(Things(), "");
}

TEST_F(PostgresUpkeepTest, WhoIsTheOwnerNoMoreRemovesNothing) {
  Keep({TombstoneOf("gone")});
  Sql(url_, "UPDATE owner SET until = now()");
  PostgresWriter next(url_, "another", 5000);
  EXPECT_EQ(*next.Take(), true);
  now_ = kDeletedAt + shadow::kTombstoneSeconds;
  const absl::Status late = upkeep_->RemoveTombstones();
  EXPECT_TRUE(absl::IsPermissionDenied(late)) << late;
  EXPECT_EQ(Things(), "gone");
}

}  // namespace
}  // namespace storage
