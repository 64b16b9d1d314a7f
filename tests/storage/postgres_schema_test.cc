// What a store in PostgreSQL is made of, and what is refused: other databases, hostile bytes,
// passwords where they would be seen.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "storage/record.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;

absl::Status Opened(const std::string& url) {
  const auto ownership = NewPostgresOwnership({.url = url, .holder = "a test", .wait_ms = 1000});
  return ownership->Take().status();
}

TEST(PostgresUrl, NeverHoldsAPassword) {
  for (const std::string url :
       {"postgresql://me:secret@host/shadows", "postgresql://host/shadows?password=secret",
        "postgres://host/shadows?sslpassword=secret"}) {
    const absl::Status refused = CheckPostgresUrl(url);
    EXPECT_TRUE(absl::IsInvalidArgument(refused)) << url;
    EXPECT_THAT(refused.message(), Not(HasSubstr("secret")));
    EXPECT_THAT(refused.message(), HasSubstr("PGPASSFILE"));
    EXPECT_EQ(MakePostgres(url), refused);
    EXPECT_EQ(Opened(url), refused);
    EXPECT_EQ(OpenPostgresForReading({.url = url}).status(), refused);
  }
}

TEST(PostgresUrl, IsOneOfADatabase) {
  for (const std::string url : {"", "shadows", "host=here", "mysql://host/shadows",
                                "postgresql://host/shadows?sslmood=good", "postgresql://[::1/x"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckPostgresUrl(url))) << url;
  }
  for (const std::string url :
       {"postgresql://me@one:5432,two:5433/shadows?sslmode=verify-full", "postgres:///shadows",
        "postgresql://me@%2Frun%2Fpostgresql/shadows?passfile=/etc/pass"}) {
    EXPECT_TRUE(CheckPostgresUrl(url).ok()) << CheckPostgresUrl(url);
  }
}

TEST(PostgresSchema, IsMadeOnce) {
  const std::string url = PostgresServer::FreshUrl();
  const absl::Status none = Opened(url);
  EXPECT_TRUE(absl::IsNotFound(none)) << none;
  EXPECT_THAT(none.message(), HasSubstr("store make"));
  ASSERT_TRUE(MakePostgres(url).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(MakePostgres(url)));
  EXPECT_TRUE(Opened(url).ok());
}

TEST(PostgresSchema, IsMadeWholeOrNotAtAll) {
  const std::string url = PostgresServer::FreshUrl();
  Sql(url, "CREATE TABLE meta (mine int)");
  EXPECT_TRUE(absl::IsAlreadyExists(MakePostgres(url)));
  EXPECT_EQ(Sql(url, "SELECT to_regclass('shadow')"), "");
}

TEST(PostgresSchema, OfAnotherFormatIsRefused) {
  const std::string url = PostgresServer::FreshUrl();
  ASSERT_TRUE(MakePostgres(url).ok());
  Sql(url, "UPDATE meta SET value = '2' WHERE name = 'format'");
  const absl::Status newer = Opened(url);
  EXPECT_TRUE(absl::IsFailedPrecondition(newer)) << newer;
  EXPECT_THAT(newer.message(), HasSubstr("format 2"));
  Sql(url, "UPDATE meta SET value = '\\xff00' WHERE name = 'format'");
  EXPECT_TRUE(absl::IsDataLoss(Opened(url))) << Opened(url);
  Sql(url, "DELETE FROM meta");
  EXPECT_TRUE(absl::IsNotFound(Opened(url)));
}

TEST(PostgresSchema, ThatCannotBeReachedIsTriedAgainLater) {
  const absl::Status away = Opened("postgresql://127.0.0.1:1/shadows");
  EXPECT_TRUE(absl::IsUnavailable(away)) << away;
}

// The server's language decides how a database compares texts, unless its columns say otherwise.
TEST(PostgresSchema, ComparesByBytesInADatabaseThatDoesNot) {
  const std::string shared = PostgresServer::SharedUrl();
  Sql(shared, "CREATE DATABASE english TEMPLATE template0 LOCALE_PROVIDER icu ICU_LOCALE 'en'");
  std::string url = shared;
  url.replace(url.find("/postgres?"), 10, "/english?");
  ASSERT_EQ(Sql(url, "SELECT '_' < 'a' AND 'Z' < 'a'"), "f");
  ASSERT_TRUE(MakePostgres(url).ok()) << MakePostgres(url);
  {
    const OpenedStore opened = OpenOwned({.url = url, .holder = "a test"});
    for (const char* const thing : {"a", "Z", "_", "a-b", "aa"}) {
      ASSERT_TRUE(Put(*opened.store, RecordKey({thing, ""}), "value").ok());
    }
    std::vector<std::string> things;
    ASSERT_TRUE(opened.store
                    ->Scan("s", "",
                           [&](absl::string_view key, absl::string_view) {
                             things.emplace_back(ParseRecordKey(key)->thing);
                             return true;
                           })
                    .ok());
    EXPECT_THAT(things, ElementsAre("Z", "_", "a", "a-b", "aa"));
  }
  Sql(url, "ALTER TABLE shadow ALTER thing TYPE text COLLATE \"default\"");
  const absl::Status refused = Opened(url);
  EXPECT_TRUE(absl::IsFailedPrecondition(refused)) << refused;
  EXPECT_THAT(refused.message(), HasSubstr("COLLATE"));
  Sql(shared, "DROP DATABASE english WITH (FORCE)");
}

// Whoever can write to the database can write anything: it is told as damage, and nothing of it
// reaches further than its own row.
TEST(PostgresSchema, HoldsWhateverSomebodyElseHasWrittenThere) {
  const std::string url = PostgresServer::FreshUrl();
  ASSERT_TRUE(MakePostgres(url).ok());
  const OpenedStore opened = OpenOwned({.url = url, .holder = "a test"});
  Store& store = *opened.store;
  const std::string key = RecordKey({"lamp", ""});
  ASSERT_TRUE(Put(store, key, EncodeRecord(shadow::Document{.version = 1})).ok());
  Sql(url,
      "INSERT INTO shadow SELECT thing, 'x', 9223372036854775807, -1, true, -5, 9, '\\x00ff'"
      " FROM (VALUES ('lamp'), (chr(1)), (chr(255)), (repeat('x', 2000)), (''), (chr(127)),"
      " ('lamp' || chr(9))) AS t(thing)");
  Sql(url, "ALTER TABLE history DROP CONSTRAINT history_change_check");
  Sql(url,
      "INSERT INTO history SELECT 'lamp', '', lane, change, '\\xff' FROM (VALUES ('w'), (''),"
      " ('long'), (chr(255))) AS l(lane), (VALUES (-1), (0), (1), (9223372036854775807),"
      " (-9223372036854775808)) AS c(change)");
  Sql(url,
      "INSERT INTO entry VALUES ('\\x', '\\x'), ('\\xffffffffffffffffff', '\\x'), ('\\x73', '')");
  Sql(url, "UPDATE meta SET value = '\\xff' WHERE name = 'floors'");
  Sql(url, "UPDATE owner SET holder = chr(27) || 'evil' || chr(10) || repeat('x', 1000)");
  const auto owner = opened.ownership->Read();
  ASSERT_TRUE(owner.ok());
  EXPECT_THAT(owner->holder, HasSubstr("?evil?xxx"));
  EXPECT_LE(owner->holder.size(), 100u);

  for (const std::string prefix : {"", "s", "h", "slamp", "hlamp", "m"}) {
    // As a caller pages: each time on from the last key that it was given.
    std::string after;
    for (int pages = 0; pages < 100; ++pages) {
      int count = 0;
      const std::string begun = after;
      ASSERT_TRUE(store
                      .Scan(prefix, begun,
                            [&](absl::string_view found, absl::string_view) {
                              EXPECT_GT(found, after);
                              after = std::string(found);
                              return ++count < 3;
                            })
                      .ok());
      if (count < 3) break;
      ASSERT_LT(pages, 99) << "it goes on for ever from " << after;
    }
  }
  EXPECT_THAT(Get(store, key), Optional(EncodeRecord(shadow::Document{.version = 1})));
  EXPECT_TRUE(absl::IsAborted(
      store.Commit({{RecordKey({"lamp", "x"}), "y", RecordName{}}}, Durability::kSync)));
  EXPECT_TRUE(Put(store, RecordKey({"lamp", "x"}), "y").ok());
  std::atomic<bool> stop = false;
  EXPECT_TRUE(store.CompactHistory(stop).ok()) << store.CompactHistory(stop);
}

// A server with a certificate and passwords, as one that is not on this machine has to be.
class PostgresTls : public testing::Test {
 protected:
  static void Shell(const std::string& command) {
    ASSERT_EQ(std::system((command + " >/dev/null 2>&1").c_str()), 0) << command;
  }

  void SetUp() override {
    const std::string at = server_.data();
    Shell("cd " + at +
          " && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
          " -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 -keyout server.key"
          " -out server.crt && chmod 600 server.key && chown --reference=PG_VERSION server.key"
          " server.crt && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"
          " -days 2 -subj /CN=other -keyout " +
          folder_.In("key") + " -out " + folder_.In("other.crt"));
    std::filesystem::copy(at + "/server.crt", folder_.In("server.crt"));
    Sql(server_.Url(), "CREATE ROLE keeper LOGIN PASSWORD 'rose-bud'");
    Sql(server_.Url(), "CREATE DATABASE shadows OWNER keeper");
    Sql(server_.Url(), "ALTER SYSTEM SET ssl = on");
    WriteFile(at + "/pg_hba.conf",
              "hostssl shadows keeper all scram-sha-256\nhost postgres postgres all trust\n");
    Sql(server_.Url(), "SELECT pg_reload_conf()");
    WritePassword("rose-bud");
  }

  void WritePassword(const std::string& password) const {
    WriteFile(folder_.In("pass"), "*:*:shadows:keeper:" + password + "\n");
    std::filesystem::permissions(folder_.In("pass"), std::filesystem::perms(0600));
  }

  std::string Url(const std::string& certificate, const std::string& more = "") const {
    return absl::StrCat("postgresql://keeper@127.0.0.1:", server_.port(),
                        "/shadows?sslmode=verify-full&sslrootcert=", folder_.In(certificate), more);
  }

  const ScratchFolder folder_;
  const PostgresServer server_;
};

TEST_F(PostgresTls, GoesToTheServerWhoseCertificateIsTrusted) {
  const std::string url = Url("server.crt", "&passfile=" + folder_.In("pass"));
  ASSERT_TRUE(MakePostgres(url).ok()) << MakePostgres(url);
  const OpenedStore opened = OpenOwned({.url = url, .holder = "a test"});
  EXPECT_TRUE(Put(*opened.store, "sa", "1").ok());
  EXPECT_EQ(Sql(server_.Url(),
                "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING"
                " (pid) WHERE application_name = 'shadowd'"),
            "t");
  const absl::Status stranger = MakePostgres(Url("other.crt", "&passfile=" + folder_.In("pass")));
  EXPECT_TRUE(absl::IsUnavailable(stranger)) << stranger;
  EXPECT_THAT(stranger.message(), HasSubstr("certificate"));
}

TEST_F(PostgresTls, TakesThePasswordFromAFileAndTellsNobody) {
  setenv("PGPASSFILE", folder_.In("pass").c_str(), 1);
  EXPECT_TRUE(MakePostgres(Url("server.crt")).ok());
  WritePassword("rose-bush");
  const absl::Status wrong = MakePostgres(Url("server.crt"));
  unsetenv("PGPASSFILE");
  EXPECT_TRUE(absl::IsUnavailable(wrong)) << wrong;
  EXPECT_THAT(wrong.message(), Not(HasSubstr("rose")));
}

}  // namespace
}  // namespace storage
