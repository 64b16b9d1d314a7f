// One session with PostgreSQL: statements go out in a pipeline, many in one round trip, and what
// comes before its end is one transaction. Private to this room.
//
// Thread rule: one thread at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/postgres/parameters.h"

struct pg_conn;
struct pg_result;

namespace storage {

using PostgresDeadline = std::chrono::steady_clock::time_point;

// The rows that one statement gave. What is not of the length that a number or bool has reads as 0:
// a database may hold anything.
class PostgresRows {
 public:
  // Takes it over; null: as one without rows.
  explicit PostgresRows(pg_result* result);

  int size() const;
  bool is_sync() const;  // it is no statement's, but the end of a pipeline
  bool is_null(int row, int column) const;
  absl::string_view Bytes(int row, int column) const;  // holds as long as the rows
  int64_t Number(int row, int column) const;

 private:
  struct Clear {
    void operator()(pg_result* result) const;
  };
  std::unique_ptr<pg_result, Clear> result_;
};

// Why a pipeline gave no rows: none of its statements counts, unless the session was lost.
struct PostgresFailure {
  bool lost = false;     // the session is of no more use; what became of the pipeline is not known
  size_t statement = 0;  // which one failed
  std::string sqlstate{};    // empty: there is none
  std::string constraint{};  // that was violated
  std::string text{};        // for people
};

struct PostgresOutcome {
  std::vector<PostgresRows> rows{};  // of each statement
  std::optional<PostgresFailure> failure{};
};

class PostgresConnection {
 public:
  enum class Use {
    kWrite,
    kRead,  // each pipeline sees one state of the database and changes nothing
  };

  // Unavailable: there is no server that takes writes; says what stands in the way.
  static absl::StatusOr<std::unique_ptr<PostgresConnection>> Connect(const std::string& url,
                                                                     Use use);

  PostgresConnection(const PostgresConnection&) = delete;
  PostgresConnection& operator=(const PostgresConnection&) = delete;
  ~PostgresConnection();

  // At `deadline` the session counts as lost. Statements are never cancelled: PostgreSQL would
  // commit without its standby.
  PostgresOutcome Run(absl::Span<const PostgresStatement> statements, PostgresDeadline deadline);

  // `url`, which this one was made by, with the server that it has found before the others: whoever
  // connects by it does not wait first for a machine that is off.
  std::string UrlFromHere(const std::string& url) const;

 private:
  explicit PostgresConnection(pg_conn* connection) : connection_(connection) {}

  absl::Status Set(Use use);
  bool Send(absl::Span<const PostgresStatement> statements, const std::vector<bool>& prepares);
  bool Flush(PostgresDeadline deadline);
  bool Wait(bool for_writing, PostgresDeadline deadline);
  pg_result* Next(PostgresDeadline deadline);
  bool Take(pg_result* result, size_t statement, PostgresOutcome& outcome);
  PostgresFailure Lost() const;

  pg_conn* const connection_;
  absl::flat_hash_set<const char*> prepared_;
  bool timed_out_ = false;
};

// Of a text that stands in the database: what is printable, and not much.
std::string ForPeople(absl::string_view text);

// What went wrong, for whoever asked for it: Unavailable where the session was lost.
absl::Status FromPostgres(const PostgresFailure& failure, absl::string_view doing);

}  // namespace storage
