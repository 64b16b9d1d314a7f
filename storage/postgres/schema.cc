#include "storage/postgres/schema.h"

#include <chrono>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "storage/postgres/store.h"

namespace storage {
namespace {

constexpr std::chrono::seconds kMakeWithin{60};

// SQLSTATE of a table that is not there, and of what is there already, also made by somebody else
// at the same time.
constexpr absl::string_view kNoTable = "42P01";
constexpr absl::string_view kThere[] = {"42P07", "42710", "23505"};

// $C is how texts are compared.
constexpr const char* kTables[] = {
    "CREATE TABLE shadow (thing text$C NOT NULL, name text$C NOT NULL,"
    " version int8 NOT NULL CONSTRAINT moved CHECK (version >= 0), at int8 NOT NULL,"
    " deleted bool NOT NULL, seen_version int8 NOT NULL, seen_at int8 NOT NULL,"
    " record bytea NOT NULL, PRIMARY KEY (thing, name))",
    "CREATE TABLE history (thing text$C NOT NULL, name text$C NOT NULL, lane text$C NOT NULL,"
    " change int8 NOT NULL CHECK (change < 0), entry bytea NOT NULL,"
    " PRIMARY KEY (thing, name, lane, change))",
    "CREATE TABLE journal (key bytea PRIMARY KEY, value bytea NOT NULL)",
    "CREATE TABLE entry (key bytea PRIMARY KEY, value bytea NOT NULL)",
    "CREATE TABLE meta (name text$C PRIMARY KEY, value bytea NOT NULL)",
    "CREATE TABLE owner (shard int4 PRIMARY KEY,"
    " life int8 NOT NULL CONSTRAINT fenced CHECK (life >= 0), n int8 NOT NULL,"
    " holder text NOT NULL, until timestamptz NOT NULL)",
    "INSERT INTO owner (shard, life, n, holder, until) VALUES (0, 0, 0, '', now())",
};
constexpr char kWriteFormat[] = "INSERT INTO meta (name, value) VALUES ('format', $1::bytea)";

// Room for the next state of a record beside it, so that no index changes with it; rows that come
// and go are swept soon; records are packed fast. A relative of PostgreSQL may know none of these.
constexpr const char* kTunings[] = {
    "ALTER TABLE shadow SET (fillfactor = 50)",
    "ALTER TABLE owner SET (fillfactor = 10)",
    "ALTER TABLE shadow SET (autovacuum_vacuum_scale_factor = 0.05)",
    "ALTER TABLE journal SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold ="
    " 10000)",
    "ALTER TABLE owner SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold ="
    " 1000)",
    "ALTER TABLE shadow ALTER record SET COMPRESSION lz4",
    "ALTER TABLE history ALTER entry SET COMPRESSION lz4",
};

constexpr char kReadFormat[] = "SELECT value FROM meta WHERE name = 'format'";

constexpr char kComparesByBytes[] = "SELECT '_' < 'a' AND 'Z' < 'a' AND 'a-b' < 'aa'";

// Of the columns, whatever is in them.
constexpr char kNamesCompareByBytes[] =
    "SELECT p || '_' < p || 'a' AND p || 'Z' < p || 'a' AND p || 'a-b' < p || 'aa'"
    " AND q || '_' < q || 'a' AND q || 'Z' < q || 'a' AND q || 'a-b' < q || 'aa'"
    " FROM (SELECT coalesce(s.thing, '') AS p, coalesce(h.thing, '') AS q"
    " FROM (VALUES (1)) AS one(x) LEFT JOIN shadow s ON s.thing = '' AND s.name = ''"
    " LEFT JOIN history h ON h.thing = '' AND h.name = '' AND h.lane = '' AND h.change = 0) AS t";

bool IsTrue(const PostgresRows& rows) {
  return rows.size() == 1 && rows.Bytes(0, 0) == absl::string_view("\x01", 1);
}

absl::Status IsThere() {
  return absl::AlreadyExistsError(
      "the database has a store already, or tables of the same names: give a database of its own");
}

}  // namespace

absl::Status CheckSchema(PostgresConnection& connection, PostgresDeadline deadline) {
  const PostgresOutcome found = connection.Run({{{kReadFormat}}}, deadline);
  if (found.failure && found.failure->sqlstate != kNoTable) {
    return FromPostgres(*found.failure, "look into");
  }
  if (found.failure || found.rows[0].size() == 0) {
    return absl::NotFoundError(
        "there is no store in the database: make one with shadowctl store make URL");
  }
  int format = 0;
  if (!absl::SimpleAtoi(found.rows[0].Bytes(0, 0), &format) || format < 0) {
    return absl::DataLossError("the database's meta says nothing of the store's format");
  }
  if (format == 0) {
    return absl::FailedPreconditionError(
        "the store in the database is a copy that was not finished: make one in an empty database,"
        " and copy again");
  }
  if (format != kPostgresFormat) {
    return absl::FailedPreconditionError(absl::StrCat(
        "the store in the database has format ", format, ", this program knows format ",
        kPostgresFormat, ": use the version that wrote it, or a newer one"));
  }
  const PostgresOutcome compared = connection.Run({{{kNamesCompareByBytes}}}, deadline);
  if (compared.failure) return FromPostgres(*compared.failure, "look into");
  if (IsTrue(compared.rows[0])) return absl::OkStatus();
  return absl::FailedPreconditionError(
      "the database compares names by the rules of a language: make its tables with shadowctl store"
      " make, or with COLLATE \"C\", so that they compare by bytes");
}

absl::Status MakePostgres(const std::string& url) {
  if (auto checked = CheckPostgresUrl(url); !checked.ok()) return checked;
  auto connection = PostgresConnection::Connect(url, PostgresConnection::Use::kWrite);
  if (!connection.ok()) return connection.status();
  const PostgresDeadline deadline = std::chrono::steady_clock::now() + kMakeWithin;
  const PostgresOutcome compared = (*connection)->Run({{{kComparesByBytes}}}, deadline);
  if (compared.failure) return FromPostgres(*compared.failure, "look into");
  const char* const collation = IsTrue(compared.rows[0]) ? "" : " COLLATE \"C\"";

  std::vector<std::string> texts;
  for (const char* const table : kTables) {
    texts.push_back(absl::StrReplaceAll(table, {{"$C", collation}}));
  }
  std::vector<PostgresStatement> statements;
  for (const std::string& text : texts) statements.push_back({text.c_str()});
  statements.push_back({kWriteFormat, {absl::StrCat(kPostgresFormat)}});
  const PostgresOutcome made = (*connection)->Run(statements, deadline);
  if (made.failure) {
    const bool is_there = absl::c_linear_search(kThere, made.failure->sqlstate);
    return is_there ? IsThere() : FromPostgres(*made.failure, "make a store in");
  }
  for (const char* const tuning : kTunings) {
    const PostgresOutcome tuned = (*connection)->Run({{{tuning}}}, deadline);
    if (tuned.failure && tuned.failure->lost) return FromPostgres(*tuned.failure, "set up");
  }
  return CheckSchema(**connection, deadline);
}

}  // namespace storage
