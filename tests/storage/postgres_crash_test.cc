// What becomes of a commit while the database goes away under it: each of these kills something.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <libpq-fe.h>

#include <atomic>
#include <thread>

#include "absl/strings/str_cat.h"
#include "storage/record.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

using testing::HasSubstr;
using testing::Optional;

constexpr int64_t kLongWaitMs = 60'000;

// Waits until the commit of a store hangs on something, as the database sees it.
void WaitForCommitter(const std::string& url, const std::string& waits_for) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(60);
  while (Sql(url,
             "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'shadowd' AND"
             " wait_event = '" +
                 waits_for + "'") == "0") {
    ASSERT_LT(std::chrono::steady_clock::now(), end) << "no commit waits for " << waits_for;
    std::this_thread::yield();
  }
}

void EndCommitter(const std::string& url, const std::string& waits_for) {
  WaitForCommitter(url, waits_for);
  Sql(url,
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
      " 'shadowd' AND wait_event = '" +
          waits_for + "'");
}

// While it lives, commits wait for a standby that never comes.
class WaitForNobody {
 public:
  explicit WaitForNobody(const std::string& url) : url_(url) {
    Set("nobody");
    // The server heeds it some time later: once a commit does wait.
    probe_ = std::thread([this] {
      while (!waits_) Sql(url_ + "&application_name=probe", "CREATE TABLE x (); DROP TABLE x");
    });
    while (!waits_) {
      waits_ = Sql(url_,
                   "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'probe'"
                   " AND wait_event = 'SyncRep'") != "0";
    }
  }
  WaitForNobody(const WaitForNobody&) = delete;
  WaitForNobody& operator=(const WaitForNobody&) = delete;
  ~WaitForNobody() {
    Set("");
    probe_.join();
  }

 private:
  void Set(const std::string& names) const {
    Sql(url_, "ALTER SYSTEM SET synchronous_standby_names = '" + names + "'");
    Sql(url_, "SELECT pg_reload_conf()");
  }

  const std::string url_;
  std::atomic<bool> waits_ = false;
  std::thread probe_;
};

// Holds a lock that every write of an entry waits for, until it ends.
class EntryLock {
 public:
  explicit EntryLock(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    PQclear(PQexec(connection_, "BEGIN; LOCK TABLE entry IN SHARE MODE"));
  }
  ~EntryLock() { PQfinish(connection_); }
  EntryLock(const EntryLock&) = delete;
  EntryLock& operator=(const EntryLock&) = delete;

 private:
  PGconn* const connection_;
};

class PostgresCrash : public testing::Test {
 protected:
  void Open(const std::string& url, int64_t wait_ms = kLongWaitMs) {
    ASSERT_TRUE(MakePostgres(url).ok());
    opened_ = OpenOwned({.url = url, .holder = "a test", .wait_ms = wait_ms});
  }
  Store& store() { return *opened_.store; }
  // Each try has a second, or less where commits have less.
  void WaitUntilRecovered() {
    WaitUntil([&] { return store().Recover().ok(); }, "a store that has recovered");
  }

  PostgresServer server_;
  OpenedStore opened_;
};

TEST_F(PostgresCrash, ACommitThatWasNotWrittenIsSentAgain) {
  Open(server_.Url());
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  auto lock = std::make_unique<EntryLock>(server_.Url());
  std::thread killer([&] {
    EndCommitter(server_.Url(), "relation");
    lock.reset();
  });
  const absl::Status status = Put(store(), "sa", "2");
  killer.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Get(store(), "sa"), Optional(std::string("2")));
  EXPECT_EQ(Sql(server_.Url(), "SELECT n FROM owner"), "4") << "two commits, one settling";
  EXPECT_EQ(store().ReadStatistics().database.reconnects, 1u);
}

// The answer never comes, but it was written: the number says so, and it is not written again.
TEST_F(PostgresCrash, ACommitThatWasWrittenIsNotSentAgain) {
  Open(server_.Url());
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  auto nobody = std::make_unique<WaitForNobody>(server_.Url());
  std::thread killer([&] {
    EndCommitter(server_.Url(), "SyncRep");
    nobody.reset();
  });
  const absl::Status status = Put(store(), "sa", "2");
  killer.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(Sql(server_.Url(), "SELECT n FROM owner"), "4") << "two commits, one settling";
  EXPECT_TRUE(Put(store(), "sa", "3").ok());
  EXPECT_EQ(Sql(server_.Url(), "SELECT n FROM owner"), "5");
}

TEST_F(PostgresCrash, AServerThatIsKilledAndStartsAgainLosesNothing) {
  Open(server_.Url());
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  const EntryLock lock(server_.Url());
  std::thread killer([&] {
    WaitForCommitter(server_.Url(), "relation");
    server_.Kill();
    server_.Start();
  });
  const absl::Status status = store().Commit({{"sa", "2"}, {"sb", "2"}}, Durability::kSync);
  killer.join();
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(Get(store(), "sa"), Optional(std::string("2")));
  EXPECT_EQ(AllEntries(store(), "s")->size(), 2u);
}

TEST_F(PostgresCrash, TheSynchronousStandbyHasAllThatWasAccepted) {
  const auto standby = server_.Standby("b", true);
  Open(server_.Url({standby.get()}));
  const Entries committed = Commits(store(), 20);
  EXPECT_EQ(store().ReadStatistics().database.synchronous_standbys, 1);
  std::thread failover([&] {
    server_.Kill();
    standby->Promote();
  });
  failover.join();
  EXPECT_TRUE(Put(store(), "sz", "after").ok());
  for (const auto& [key, value] : committed) ASSERT_THAT(Get(store(), key), Optional(value));
  EXPECT_EQ(AllEntries(store(), "s")->size(), committed.size() + 1);
  EXPECT_TRUE(opened_.ownership->Holds());
}

TEST_F(PostgresCrash, AStandbyThatLacksCommitsMakesTheOwnerStepDown) {
  const auto standby = server_.Standby("b", false);
  Open(server_.Url({standby.get()}));
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  const std::string written = Sql(server_.Url(), "SELECT pg_current_wal_lsn()");
  WaitUntil(
      [&] {
        return Sql(standby->Url(), "SELECT pg_last_wal_replay_lsn() >= '" + written + "'") == "t";
      },
      "a standby that has all");
  standby->Kill();
  ASSERT_TRUE(Put(store(), "sa", "2").ok());
  ASSERT_TRUE(Put(store(), "sa", "3").ok());
  server_.Kill();
  standby->Start();
  standby->Promote();
  const absl::Status lost = Put(store(), "sa", "4");
  EXPECT_TRUE(absl::IsPermissionDenied(lost)) << lost;
  EXPECT_THAT(lost.message(), HasSubstr("store_lost_commits"));
  EXPECT_EQ(Sql(standby->Url(), "SELECT value FROM entry"), "\\x31");
}

TEST_F(PostgresCrash, AfterTheWaitTheOutcomeIsUnknownUntilItRecovers) {
  Open(server_.Url(), 1000);
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  auto nobody = std::make_unique<WaitForNobody>(server_.Url());
  const absl::Status status = Put(store(), "sa", "2");
  EXPECT_TRUE(absl::IsUnavailable(status)) << status;
  EXPECT_EQ(store().Health(), status);
  EXPECT_EQ(Put(store(), "sa", "3"), status);
  EXPECT_FALSE(store().Recover().ok()) << "it still waits for nobody";
  nobody.reset();
  // Each session of the server heeds that when it does.
  WaitUntilRecovered();
  EXPECT_THAT(Get(store(), "sa"), Optional(std::string("2")));
  WaitUntil([&] { return store().Recover().ok() && Put(store(), "sa", "4").ok(); },
            "a commit that waits for nobody");
  EXPECT_THAT(Get(store(), "sa"), Optional(std::string("4")));
}

// What is still on its way to a server that hangs must not be written after it was settled.
TEST_F(PostgresCrash, WhatWasGivenUpIsNotWrittenLater) {
  Open(server_.Url(), 1000);
  ASSERT_TRUE(Put(store(), "sa", "1").ok());
  const std::string committer =
      Sql(server_.Url(),
          "SELECT pid FROM pg_stat_activity WHERE application_name = 'shadowd' AND"
          " query LIKE 'INSERT INTO entry%'");
  ASSERT_EQ(kill(std::stoi(committer), SIGSTOP), 0);
  const absl::Status late = Put(store(), "sa", "late");
  EXPECT_TRUE(absl::IsUnavailable(late)) << late;
  EXPECT_THAT(late.message(), HasSubstr("it does not answer"));
  EXPECT_EQ(store().ReadStatistics().database.reconnects, 0u) << "the wait was over";
  WaitUntilRecovered();
  ASSERT_TRUE(Put(store(), "sb", "next").ok());
  ASSERT_EQ(kill(std::stoi(committer), SIGCONT), 0);
  WaitUntil(
      [&] {
        return Sql(server_.Url(),
                   "SELECT count(*) FROM pg_stat_activity WHERE pid = " + committer) == "0";
      },
      "the end of the session that hung");
  EXPECT_THAT(Get(store(), "sa"), Optional(std::string("1")));
  EXPECT_TRUE(Put(store(), "sa", "2").ok());
}

}  // namespace
}  // namespace storage
