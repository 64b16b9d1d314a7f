// What a commit to PostgreSQL finds there, and what it does about it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <functional>
#include <random>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/postgres/commit.h"
#include "storage/postgres/read.h"
#include "storage/postgres/scan.h"
#include "storage/record.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

using testing::Optional;

std::string DocumentOf(int64_t version, int64_t at = 1000) {
  return EncodeRecord(shadow::Document{.version = version, .updated_at = at});
}
std::string TombstoneOf(int64_t version, int64_t at = 1000) {
  return EncodeRecord(shadow::Tombstone{version, at});
}

std::string Hex(const std::string& bytes) {
  std::string hex;
  for (const char c : bytes) {
    absl::StrAppend(&hex, absl::Hex(static_cast<unsigned char>(c), absl::kZeroPad2));
  }
  return hex;
}

const std::string kLampKey = RecordKey({"lamp", ""});
const std::string kDoorKey = RecordKey({"door", "lock"});

class PostgresCommit : public testing::Test {
 protected:
  // Writes as one who has seen `found`.
  static absl::Status Write(Store& store, const std::string& key, std::optional<std::string> value,
                            std::optional<std::string> found) {
    return store.Commit({{key, std::move(value), NameOf(found.value_or(""))}}, Durability::kSync);
  }

  const std::string url_ = [] {
    std::string url = PostgresServer::FreshUrl();
    EXPECT_TRUE(MakePostgres(url).ok());
    return url;
  }();
  const OpenedStore opened_ = OpenOwned({.url = url_, .holder = "a test"});
  Store& store_ = *opened_.store;
};

TEST_F(PostgresCommit, GoesOverWhatItHasSeen) {
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(1), std::nullopt).ok());
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(2), DocumentOf(1)).ok());
  ASSERT_TRUE(Write(store_, kLampKey, TombstoneOf(3), DocumentOf(2)).ok());
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(4), TombstoneOf(3)).ok());
  EXPECT_THAT(Get(store_, kLampKey), Optional(DocumentOf(4)));
  EXPECT_EQ(
      Sql(url_, "SELECT thing, name, version, at, deleted, seen_version, seen_at FROM shadow"),
      "lamp||4|1000|f|3|1000");
}

TEST_F(PostgresCommit, GoesOverNothingElse) {
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(5), std::nullopt).ok());
  ASSERT_TRUE(Write(store_, kDoorKey, TombstoneOf(5), std::nullopt).ok());
  const std::optional<std::string> none;
  for (const auto& found : {none, std::optional(DocumentOf(4)), std::optional(DocumentOf(5, 999)),
                            std::optional(TombstoneOf(5)), std::optional(DocumentOf(6))}) {
    const absl::Status moved = Write(store_, kLampKey, DocumentOf(9), found);
    EXPECT_TRUE(absl::IsAborted(moved)) << moved;
  }
  for (const auto& found : {none, std::optional(DocumentOf(5)), std::optional(TombstoneOf(4))}) {
    EXPECT_TRUE(absl::IsAborted(Write(store_, kDoorKey, DocumentOf(9), found)));
    EXPECT_TRUE(!found || absl::IsAborted(Write(store_, kDoorKey, std::nullopt, found)));
  }
  EXPECT_THAT(Get(store_, kLampKey), Optional(DocumentOf(5)));
  EXPECT_THAT(Get(store_, kDoorKey), Optional(TombstoneOf(5)));
  EXPECT_TRUE(store_.Health().ok());
  EXPECT_TRUE(Write(store_, kLampKey, DocumentOf(6), DocumentOf(5)).ok());
  EXPECT_GT(store_.ReadStatistics().database.moved, 0u);
}

TEST_F(PostgresCommit, WritesNothingOfAGroupOfWhichOneRecordHasMoved) {
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(1), std::nullopt).ok());
  const absl::Status moved = store_.Commit({{kLampKey, DocumentOf(2), NameOf(DocumentOf(1))},
                                            {kDoorKey, DocumentOf(2), NameOf(DocumentOf(1))},
                                            {JournalKey(1, 1), "journal"}},
                                           Durability::kSync);
  EXPECT_TRUE(absl::IsAborted(moved)) << moved;
  EXPECT_THAT(Get(store_, kLampKey), Optional(DocumentOf(1)));
  EXPECT_EQ(Get(store_, JournalKey(1, 1)), std::nullopt);
}

TEST_F(PostgresCommit, ADocumentThatHasVanishedHasMoved) {
  ASSERT_TRUE(Write(store_, kLampKey, DocumentOf(1), std::nullopt).ok());
  Sql(url_, "DELETE FROM shadow");
  EXPECT_TRUE(absl::IsAborted(Write(store_, kLampKey, DocumentOf(2), DocumentOf(1))));
  EXPECT_EQ(Sql(url_, "SELECT count(*) FROM shadow"), "0");
}

TEST_F(PostgresCommit, ATombstoneMayVanishByItself) {
  ASSERT_TRUE(Write(store_, kLampKey, TombstoneOf(1), std::nullopt).ok());
  Sql(url_, "DELETE FROM shadow");
  EXPECT_TRUE(Write(store_, kLampKey, DocumentOf(2), TombstoneOf(1)).ok());
  EXPECT_THAT(Get(store_, kLampKey), Optional(DocumentOf(2)));
}

TEST_F(PostgresCommit, WhoNamesNothingGoesOverWhateverIsThere) {
  ASSERT_TRUE(Put(store_, kLampKey, DocumentOf(7)).ok());
  ASSERT_TRUE(Put(store_, kLampKey, DocumentOf(3)).ok());
  ASSERT_TRUE(Put(store_, kLampKey, "no record at all").ok());
  ASSERT_TRUE(Put(store_, kLampKey, DocumentOf(4)).ok());
  EXPECT_THAT(Get(store_, kLampKey), Optional(DocumentOf(4)));
  ASSERT_TRUE(store_.Commit({{kLampKey, std::nullopt}}, Durability::kSync).ok());
  EXPECT_EQ(Get(store_, kLampKey), std::nullopt);
}

// Two count in the same records, one through the store, one past it with SQL. What either has not
// seen it does not go over, so no step is lost.
TEST_F(PostgresCommit, OfTwoWhoCountInTheSameRecordsNoneLosesAStep) {
  constexpr int kRecords = 4;
  constexpr int kTries = 20;  // of the other one, who is slower
  constexpr int kBetween = 5;
  std::vector<std::string> keys;
  for (int i = 0; i < kRecords; ++i) keys.push_back(RecordKey({absl::StrCat("thing", i), ""}));
  for (const std::string& key : keys) ASSERT_TRUE(Put(store_, key, DocumentOf(1)).ok());
  std::atomic<int> steps = 0;  // that the other one has done
  const auto try_step = [&](int i) {
    const std::string where = absl::StrCat(" WHERE thing = 'thing", i % kRecords, "'");
    const auto seen = std::stoll(Sql(url_, "SELECT version FROM shadow" + where));
    steps += Sql(url_, absl::StrCat("UPDATE shadow SET version = ", seen + 1, ", record = '\\x",
                                    Hex(DocumentOf(seen + 1)), "'", where, " AND version = ", seen,
                                    " RETURNING 1")) == "1";
  };
  std::atomic<bool> done = false;
  int committed = 0;
  int moved = 0;
  const auto count = [&](const std::function<void()>& between) {
    std::vector<std::optional<std::string>> found;
    ASSERT_TRUE(store_.Read(keys, found).ok());
    std::vector<storage::Write> writes;
    for (int i = 0; i < kRecords; ++i) {
      const RecordName name = NameOf(*found[i]);
      writes.push_back({keys[i], DocumentOf(name.version + 1), name});
    }
    between();
    const absl::Status status = store_.Commit(writes, Durability::kSync);
    ASSERT_TRUE(status.ok() || absl::IsAborted(status)) << status;
    ++(status.ok() ? committed : moved);
  };
  for (int i = 0; i < kBetween; ++i) count([&] { try_step(i); });
  EXPECT_EQ(moved, kBetween);
  EXPECT_EQ(committed, 0);
  std::thread other([&] {
    for (int i = 0; i < kTries; ++i) try_step(i);
    done = true;
  });
  while (!done) count([] {});
  other.join();
  EXPECT_EQ(Sql(url_, "SELECT sum(version) FROM shadow"),
            std::to_string(kRecords + committed * kRecords + steps));
}

TEST_F(PostgresCommit, KeepsEachKindOfKeyWhereItsPlaceIs) {
  const std::vector<std::string> keys = {kLampKey,
                                         HistoryKey({"lamp", "a"}, HistoryLane::kWishes, 3),
                                         FeedKey(3),
                                         JournalKey(~0, 2),
                                         ConnectionKey(1, 2),
                                         std::string(kChangesKey)};
  for (const std::string& key : keys) ASSERT_TRUE(Put(store_, key, "value").ok());
  EXPECT_EQ(Sql(url_, "SELECT thing, name, lane, change FROM history"), "lamp|a|w|-3");
  EXPECT_EQ(Sql(url_, "SELECT count(*) FROM journal"), "1");
  EXPECT_EQ(Sql(url_, "SELECT name FROM meta ORDER BY name"), "changes\nformat");
  EXPECT_EQ(Sql(url_, "SELECT count(*) FROM entry"), "2");
  for (const std::string& key : keys) EXPECT_THAT(Get(store_, key), Optional(std::string("value")));
}

TEST_F(PostgresCommit, ScansBoundsThatNoNameHasInTheOrderOfBytes) {
  std::mt19937 chance(20'260'713);
  const std::vector<std::string> names = {"a", "a-b", "aa", "b", "A", "_", "a:b"};
  Entries expected;
  for (const std::string& thing : names) {
    for (const std::string& name : {std::string(), std::string("x"), std::string("x-1")}) {
      expected[RecordKey({thing, name})] = "value";
      for (const auto lane : {HistoryLane::kWishes, HistoryLane::kReports}) {
        for (const uint64_t change : {1, 2, 255, 256, 70000}) {
          expected[HistoryKey({thing, name}, lane, change)] = "value";
        }
      }
    }
  }
  for (const std::string& odd : {std::string("s"), std::string("sa"), std::string("ha"),
                                 HistoryKey({"a", ""}, HistoryLane::kWishes, ~uint64_t{0}),
                                 HistoryKey({"a", ""}, HistoryLane::kWishes, 0), FeedKey(9)}) {
    expected[odd] = "value";
  }
  std::vector<storage::Write> writes;
  for (const auto& [key, value] : expected) writes.push_back({key, value});
  ASSERT_TRUE(store_.Commit(writes, Durability::kSync).ok());
  const auto some_key = [&] {
    auto key = expected.begin();
    std::advance(key, chance() % expected.size());
    std::string bytes = key->first.substr(0, chance() % (key->first.size() + 1));
    if (chance() % 2 == 0) bytes.push_back(static_cast<char>(chance()));
    return bytes;
  };
  for (int round = 0; round < 300; ++round) {
    const std::string prefix = some_key();
    const std::string after = some_key();
    if (prefix.empty() || prefix[0] == 'm') continue;
    std::vector<std::string> right;
    for (const auto& [key, value] : expected) {
      if (absl::StartsWith(key, prefix) && key > after) right.push_back(key);
    }
    std::vector<std::string> found;
    ASSERT_TRUE(store_
                    .Scan(prefix, after,
                          [&](absl::string_view key, absl::string_view) {
                            found.emplace_back(key);
                            return true;
                          })
                    .ok());
    ASSERT_EQ(found, right) << testing::PrintToString(prefix) << testing::PrintToString(after);
  }
}

// As a session of the store plans them, of tables that nobody has counted.
TEST_F(PostgresCommit, GoesToFreshTablesByTheirIndexesAlone) {
  const std::string thing7 = RecordKey({"thing7", ""});
  const std::string entry = HistoryKey({"thing7", ""}, HistoryLane::kReports, 7);
  const std::vector<std::string> others = {JournalKey(1, 1), FeedKey(1), std::string(kFloorsKey)};
  std::vector<storage::Write> writes = {{thing7, DocumentOf(2), NameOf(DocumentOf(1))},
                                        {RecordKey({"thing8", ""}), DocumentOf(1)},
                                        {RecordKey({"thing9", ""}), std::nullopt},
                                        {RecordKey({"b", ""}), std::nullopt, NameOf(DocumentOf(1))},
                                        {entry, "entry"}};
  std::vector<std::string> keys = {thing7, entry};
  for (const std::string& key : others) {
    writes.push_back({key, "value"});
    keys.push_back(key);
  }
  std::vector<storage::Write> removed;
  for (const std::string& key : keys) removed.push_back({key, std::nullopt});
  std::vector<PostgresStatement> statements = WordRead(keys);
  for (const auto& more : {WordCommit({}, writes), WordCommit({}, removed)}) {
    statements.insert(statements.end(), more.begin(), more.end());
  }
  for (int table = 0; table < kPostgresTables; ++table) {
    statements.push_back(TableCursor(static_cast<PostgresTable>(table), thing7, "t").NextPage());
  }
  const auto session = PostgresConnection::Connect(url_, PostgresConnection::Use::kWrite);
  ASSERT_TRUE(session.ok());
  std::deque<std::string> texts;  // a session knows a statement by its address
  for (const PostgresStatement& statement : statements) {
    const std::string& prepared = texts.emplace_back(absl::StrCat("EXPLAIN ", statement.sql));
    const auto told = (*session)->Run({{prepared.c_str(), statement.parameters}},
                                      std::chrono::steady_clock::now() + std::chrono::seconds(60));
    ASSERT_FALSE(told.failure) << told.failure->text << prepared;
    std::string plan;
    for (int row = 0; row < told.rows[0].size(); ++row) {
      absl::StrAppend(&plan, told.rows[0].Bytes(row, 0), "\n");
    }
    EXPECT_THAT(plan, testing::Not(testing::HasSubstr("Seq Scan"))) << statement.sql;
  }
}

}  // namespace
}  // namespace storage
