#include "storage/postgres/connection.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "storage/bytes.h"
#include "storage/postgres/libpq.h"

namespace storage {
namespace {

constexpr size_t kStatementParametersMax = 16;

// What the server says when it ends a session, is going down or coming up, or takes no writes any
// more; and of a pooler that has changed sessions below us.
constexpr std::array<absl::string_view, 6> kLostStates = {"57P01", "57P02", "57P03",
                                                          "25006", "26000", "42P05"};

bool IsLost(absl::string_view sqlstate) {
  return absl::StartsWith(sqlstate, "08") || absl::c_linear_search(kLostStates, sqlstate);
}

// libpq's words as one line.
std::string OneLine(absl::string_view text) {
  return absl::StrReplaceAll(absl::StripAsciiWhitespace(text), {{"\n", "; "}, {"\t", " "}});
}

std::string Field(const PGresult* result, int field) {
  const char* const text = Pq().PQresultErrorField(result, field);
  return text == nullptr ? "" : text;
}

// Plans by index alone, made once: a fresh table has no statistics, and a plan that reads it all
// would stay. Nothing ends a statement by time.
constexpr char kSettings[] =
    "SELECT set_config(s.name, s.value, false) FROM (VALUES"
    " ('enable_seqscan', 'off'), ('enable_bitmapscan', 'off'), ('enable_hashjoin', 'off'),"
    " ('enable_mergejoin', 'off'), ('jit', 'off'), ('plan_cache_mode', 'force_generic_plan'),"
    " ('statement_timeout', '0'), ('lock_timeout', '0'),"
    " ('idle_in_transaction_session_timeout', '0'), ('idle_session_timeout', '0'),"
    " ('client_min_messages', 'error'))"
    " AS s(name, value) WHERE s.name IN (SELECT name FROM pg_settings)";
constexpr char kWriteSettings[] =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED";
constexpr char kReadSettings[] =
    "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY";

void IgnoreNotice(void*, const PGresult*) {}

}  // namespace

PostgresRows::PostgresRows(pg_result* result) : result_(result) {}

void PostgresRows::Clear::operator()(pg_result* result) const { Pq().PQclear(result); }

int PostgresRows::size() const { return Pq().PQntuples(result_.get()); }

bool PostgresRows::is_sync() const {
  return Pq().PQresultStatus(result_.get()) == PGRES_PIPELINE_SYNC;
}

bool PostgresRows::is_null(int row, int column) const {
  return Pq().PQgetisnull(result_.get(), row, column) != 0;
}

absl::string_view PostgresRows::Bytes(int row, int column) const {
  return {Pq().PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(Pq().PQgetlength(result_.get(), row, column))};
}

int64_t PostgresRows::Number(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  return bytes.size() == 8 ? static_cast<int64_t>(ReadBigEndian(bytes)) : 0;
}

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresConnection::Connect(
    const std::string& url, Use use) {
  if (absl::Status loaded = LoadLibpq(); !loaded.ok()) return loaded;
  // What stands in the URL goes over what stands before it here, and under what comes after it. A
  // machine that is off is found out soon; one that waits for its standby still acknowledges.
  constexpr std::array<std::pair<const char*, const char*>, 9> kOptions = {
      {{"connect_timeout", "2"},
       {"tcp_user_timeout", "3000"},
       {"keepalives_idle", "2"},
       {"keepalives_interval", "1"},
       {"keepalives_count", "2"},
       {"application_name", "shadowd"},
       {"dbname", nullptr},
       {"target_session_attrs", "read-write"},
       {"client_encoding", "UTF8"}}};
  std::array<const char*, kOptions.size() + 1> keywords{};
  std::array<const char*, kOptions.size() + 1> values{};
  for (size_t i = 0; i < kOptions.size(); ++i) {
    keywords[i] = kOptions[i].first;
    values[i] = kOptions[i].second != nullptr ? kOptions[i].second : url.c_str();
  }
  std::unique_ptr<PostgresConnection> connection(
      new PostgresConnection(Pq().PQconnectdbParams(keywords.data(), values.data(), 1)));
  if (Pq().PQstatus(connection->connection_) != CONNECTION_OK) {
    return absl::UnavailableError(absl::StrCat(
        "cannot reach the database: ", OneLine(Pq().PQerrorMessage(connection->connection_))));
  }
  Pq().PQsetNoticeReceiver(connection->connection_, IgnoreNotice, nullptr);
  if (auto set = connection->Set(use); !set.ok()) return set;
  return connection;
}

std::string PostgresConnection::UrlFromHere(const std::string& url) const {
  const std::unique_ptr<PQconninfoOption, decltype(Libpq::PQconninfoFree)> parts(
      Pq().PQconninfoParse(url.c_str(), nullptr), Pq().PQconninfoFree);
  const auto list_of = [&parts](absl::string_view name) {
    const PQconninfoOption* part = parts.get();
    while (part != nullptr && part->keyword != nullptr && part->keyword != name) ++part;
    const bool is_said = part != nullptr && part->keyword != nullptr && part->val != nullptr;
    return is_said ? std::vector<std::string>(absl::StrSplit(part->val, ','))
                   : std::vector<std::string>();
  };
  std::vector<std::string> hosts = list_of("host");
  std::vector<std::string> ports = list_of("port");
  if (hosts.size() < 2 || !list_of("hostaddr").empty()) return url;
  // It would have to be escaped again.
  if (absl::StrJoin(hosts, "").find_first_of("%&") != std::string::npos) return url;
  const bool has_ports = ports.size() == hosts.size();
  for (size_t i = 1; i < hosts.size(); ++i) {
    if (hosts[i] != Pq().PQhost(connection_) || (has_ports && ports[i] != Pq().PQport(connection_)))
      continue;
    std::swap(hosts[0], hosts[i]);
    if (has_ports) std::swap(ports[0], ports[i]);
    return absl::StrCat(url, absl::StrContains(url, '?') ? "&" : "?",
                        "host=", absl::StrJoin(hosts, ","),
                        has_ports ? absl::StrCat("&port=", absl::StrJoin(ports, ",")) : "");
  }
  return url;
}

absl::Status PostgresConnection::Set(Use use) {
  for (const char* const sql : {kSettings, use == Use::kWrite ? kWriteSettings : kReadSettings}) {
    const PostgresRows rows(Pq().PQexec(connection_, sql));
    if (rows.size() == 0 && Pq().PQstatus(connection_) != CONNECTION_OK) {
      return absl::UnavailableError(
          absl::StrCat("cannot set up a session: ", OneLine(Pq().PQerrorMessage(connection_))));
    }
  }
  if (Pq().PQsetnonblocking(connection_, 1) != 0 || Pq().PQenterPipelineMode(connection_) != 1) {
    return absl::UnavailableError("the database's session takes no pipelines");
  }
  return absl::OkStatus();
}

PostgresConnection::~PostgresConnection() { Pq().PQfinish(connection_); }

PostgresFailure PostgresConnection::Lost() const {
  const std::string said = OneLine(Pq().PQerrorMessage(connection_));
  return {.lost = true,
          .text = timed_out_     ? "it does not answer"
                  : said.empty() ? "the session is over"
                                 : said};
}

bool PostgresConnection::Wait(bool for_writing, PostgresDeadline deadline) {
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
      deadline - std::chrono::steady_clock::now());
  pollfd socket = {.fd = Pq().PQsocket(connection_),
                   .events = static_cast<short>(POLLIN | (for_writing ? POLLOUT : 0)),
                   .revents = 0};
  const int ready = poll(&socket, 1, static_cast<int>(std::max<int64_t>(0, left.count() + 1)));
  if (ready == 0) timed_out_ = true;
  return ready > 0 || (ready < 0 && errno == EINTR);
}

bool PostgresConnection::Flush(PostgresDeadline deadline) {
  for (;;) {
    const int unsent = Pq().PQflush(connection_);
    if (unsent <= 0) return unsent == 0;
    // The server may have to be rid of answers before it reads on.
    if (!Wait(true, deadline) || Pq().PQconsumeInput(connection_) != 1) return false;
  }
}

// What is not known to be prepared is prepared first, in the same round trip.
bool PostgresConnection::Send(absl::Span<const PostgresStatement> statements,
                              const std::vector<bool>& prepares) {
  std::array<const char*, kStatementParametersMax> values;
  std::array<int, kStatementParametersMax> lengths;
  std::array<int, kStatementParametersMax> formats;
  formats.fill(1);
  for (size_t i = 0; i < statements.size(); ++i) {
    const auto& [sql, parameters] = statements[i];
    const std::string name = absl::StrCat(absl::Hex(reinterpret_cast<uintptr_t>(sql)));
    if (prepares[i] && Pq().PQsendPrepare(connection_, name.c_str(), sql, 0, nullptr) != 1) {
      return false;
    }
    for (size_t n = 0; n < parameters.size(); ++n) {
      values[n] = parameters[n].data();
      lengths[n] = static_cast<int>(parameters[n].size());
    }
    if (Pq().PQsendQueryPrepared(connection_, name.c_str(), static_cast<int>(parameters.size()),
                                 values.data(), lengths.data(), formats.data(), 1) != 1) {
      return false;
    }
  }
  return Pq().PQpipelineSync(connection_) == 1;
}

// Null: the session is lost.
pg_result* PostgresConnection::Next(PostgresDeadline deadline) {
  for (;;) {
    while (Pq().PQisBusy(connection_) != 0) {
      if (!Wait(false, deadline) || Pq().PQconsumeInput(connection_) != 1) return nullptr;
    }
    // Between the results of two statements there is none.
    if (pg_result* const result = Pq().PQgetResult(connection_)) return result;
    if (Pq().PQstatus(connection_) != CONNECTION_OK) return nullptr;
  }
}

PostgresOutcome PostgresConnection::Run(absl::Span<const PostgresStatement> statements,
                                        PostgresDeadline deadline) {
  timed_out_ = false;
  PostgresOutcome outcome;
  std::vector<bool> prepares;
  absl::flat_hash_set<const char*> preparing;
  for (const PostgresStatement& statement : statements) {
    prepares.push_back(!prepared_.contains(statement.sql) &&
                       preparing.insert(statement.sql).second);
  }
  bool alive = Send(statements, prepares) && Flush(deadline);
  for (size_t i = 0; i < statements.size() && alive; ++i) {
    if (prepares[i]) {
      alive = Take(Next(deadline), i, outcome);
      if (alive && !outcome.failure) prepared_.insert(statements[i].sql);
      outcome.rows.pop_back();
    }
    alive = alive && Take(Next(deadline), i, outcome);
  }
  if (alive) alive = PostgresRows(Next(deadline)).is_sync();
  if (!alive && (!outcome.failure || !outcome.failure->lost)) {
    PostgresFailure lost = Lost();
    if (outcome.failure) lost.text = absl::StrCat(outcome.failure->text, "; ", lost.text);
    outcome.failure = std::move(lost);
  }
  return outcome;
}

// False: the session is lost. The first failure is the one that counts: the rest only follows it.
bool PostgresConnection::Take(pg_result* result, size_t statement, PostgresOutcome& outcome) {
  outcome.rows.emplace_back(result);
  if (result == nullptr) return false;
  if (Pq().PQresultStatus(result) != PGRES_FATAL_ERROR || outcome.failure) return true;
  const std::string sqlstate = Field(result, PG_DIAG_SQLSTATE);
  const std::string text = Field(result, PG_DIAG_MESSAGE_PRIMARY);
  outcome.failure = {.lost = IsLost(sqlstate) || Pq().PQstatus(connection_) != CONNECTION_OK,
                     .statement = statement,
                     .sqlstate = sqlstate,
                     .constraint = Field(result, PG_DIAG_CONSTRAINT_NAME),
                     .text = OneLine(text.empty() ? Pq().PQresultErrorMessage(result) : text)};
  return true;
}

std::string ForPeople(absl::string_view text) {
  std::string out(text.substr(0, 100));
  for (char& c : out) {
    if (!absl::ascii_isprint(static_cast<unsigned char>(c))) c = '?';
  }
  return out;
}

absl::Status FromPostgres(const PostgresFailure& failure, absl::string_view doing) {
  const std::string text =
      absl::StrCat("cannot ", doing, " the database: ", failure.text,
                   failure.sqlstate.empty() ? "" : absl::StrCat(" (", failure.sqlstate, ")"));
  if (failure.lost) return absl::UnavailableError(text);
  const absl::string_view sqlstate = failure.sqlstate;
  if (absl::StartsWith(sqlstate, "53")) return absl::ResourceExhaustedError(text);
  if (absl::StartsWith(sqlstate, "XX") || absl::StartsWith(sqlstate, "58")) {
    return absl::DataLossError(text);
  }
  return absl::InternalError(text);
}

}  // namespace storage
