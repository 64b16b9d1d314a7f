#include "storage/postgres/upkeep.h"

#include <chrono>
#include <optional>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "shadow/limits.h"
#include "storage/key.h"
#include "storage/postgres/commit.h"
#include "storage/postgres/place.h"
#include "storage/postgres/scan.h"
#include "storage/postgres/statements.h"

namespace storage {
namespace {

constexpr absl::Duration kAskEvery = absl::Minutes(1);
constexpr int kFirstSweepAfter = 5;  // of these
constexpr int kSweepEvery = 60;

// A step of what nobody waits for.
constexpr std::chrono::minutes kStepWithin{10};

constexpr int64_t kTombstonesAtOnce = 1000;

// What a row takes beside its key and value, in a table and its index: about.
constexpr uint64_t kRowBytes = 80;

uint64_t BytesOf(const HistoryStatistics::Part& part) {
  return part.bytes + part.entries * kRowBytes;
}

// What is beyond a bound is removed by its key.
class HistorySweep {
 public:
  explicit HistorySweep(HistorySieve sieve) : sieve_(std::move(sieve)) {}

  // Where nothing is to be removed all is counted.
  void See(absl::string_view key, absl::string_view value, bool removes) {
    const HistoryLimit limit = removes ? sieve_.Judge(key, value) : HistoryLimit::kNone;
    if (limit == HistoryLimit::kNone) return CountHistory(key, value, kept_);
    drops_.Add(limit);
    doomed_.push_back({std::string(key), std::nullopt});
  }

  std::vector<Write> TakeDoomed() { return std::exchange(doomed_, {}); }
  HistoryDrops TakeDrops() { return std::exchange(drops_, {}); }
  const HistoryStatistics& kept() const { return kept_; }

 private:
  HistorySieve sieve_;
  HistoryStatistics kept_;
  HistoryDrops drops_;
  std::vector<Write> doomed_;
};

}  // namespace

PostgresUpkeep::PostgresUpkeep(const PostgresOptions& options, const PostgresWriter& writer,
                               PostgresReaders& readers, HistoryTrim& trim)
    : options_(options), writer_(writer), readers_(readers), trim_(trim) {
  Ask();
  thread_ = std::thread([this] { Run(); });
}

PostgresUpkeep::~PostgresUpkeep() {
  {
    absl::MutexLock lock(&mutex_);
    stop_ = true;
    stop_sweeping_ = true;
  }
  thread_.join();
}

// False: it is over.
bool PostgresUpkeep::Wait(absl::Duration time) {
  absl::MutexLock lock(&mutex_);
  return !mutex_.AwaitWithTimeout(absl::Condition(&stop_), time);
}

// What cannot be done now is done the next time.
void PostgresUpkeep::Run() {
  {
    absl::MutexLock lock(&sweep_mutex_);
    SweepHistory(Sweep::kCount, stop_sweeping_).IgnoreError();
  }
  for (int minute = 1; Wait(kAskEvery); ++minute) {
    Ask();
    if (minute % kSweepEvery != kFirstSweepAfter) continue;
    CompactHistory(stop_sweeping_).IgnoreError();
    RemoveTombstones().IgnoreError();
    absl::MutexLock lock(&sweep_mutex_);
    session_.reset();
  }
}

void PostgresUpkeep::Ask() {
  const auto told = readers_.Run({{{kReadDurability}}});
  if (!told.ok() || (*told)[0].size() != 1) return;
  const PostgresRows& rows = (*told)[0];
  absl::MutexLock lock(&mutex_);
  told_.synchronous_commit = ForPeople(rows.Bytes(0, 0));
  told_.synchronous_standbys = rows.is_null(0, 1) ? -1 : rows.Number(0, 1);
}

void PostgresUpkeep::Committed(absl::Span<const Write> writes, bool removed) {
  if (removed) has_removed_ = true;
  absl::MutexLock lock(&mutex_);
  for (const Write& write : writes) {
    if (write.value && absl::StartsWith(write.key, kHistoryPrefix)) {
      CountHistory(write.key, *write.value, kept_);
    }
  }
}

void PostgresUpkeep::Read(Statistics& out) const {
  trim_.Read(out.history);
  absl::MutexLock lock(&mutex_);
  HistoryStatistics& history = out.history;
  history.wishes = kept_.wishes;
  history.reports = kept_.reports;
  history.events = kept_.events;
  history.feed = kept_.feed;
  history.file_bytes =
      BytesOf(kept_.wishes) + BytesOf(kept_.reports) + BytesOf(kept_.events) + BytesOf(kept_.feed);
  history.has_removed = has_removed_;
  out.database.synchronous_commit = told_.synchronous_commit;
  out.database.synchronous_standbys = told_.synchronous_standbys;
}

PostgresConnection* PostgresUpkeep::Session(absl::Status& status) {
  if (session_ == nullptr) {
    auto made = PostgresConnection::Connect(options_.url, PostgresConnection::Use::kWrite);
    status = made.status();
    if (made.ok()) session_ = *std::move(made);
  }
  return session_.get();
}

absl::StatusOr<std::vector<PostgresRows>> PostgresUpkeep::Remove(
    std::vector<PostgresStatement> statements) {
  absl::Status status;
  PostgresConnection* const session = Session(status);
  if (session == nullptr) return status;
  statements.insert(statements.begin(), {kStillMine, {PostgresNumber(writer_.life())}});
  auto outcome = session->Run(statements, std::chrono::steady_clock::now() + kStepWithin);
  if (!outcome.failure) return std::move(outcome.rows);
  if (outcome.failure->lost) session_.reset();
  return outcome.failure->sqlstate == kFoundOtherwise ? Fenced()
                                                      : FromPostgres(*outcome.failure, "clear");
}

// Rows of what was removed are dead, and go with this. Who may not do it leaves them to the
// server's own.
absl::Status PostgresUpkeep::Vacuum() {
  absl::Status status;
  PostgresConnection* const session = Session(status);
  if (session == nullptr) return status;
  const auto outcome =
      session->Run({{{kVacuumHistory}}}, std::chrono::steady_clock::now() + kStepWithin);
  if (outcome.failure && outcome.failure->lost) {
    session_.reset();
    return FromPostgres(*outcome.failure, "clear");
  }
  return absl::OkStatus();
}

// Page by page, each as it is then: nothing is held while devices go on.
absl::Status PostgresUpkeep::SweepHistory(Sweep what, const std::atomic<bool>& stop) {
  HistorySweep sweep(trim_.NewSieve());
  const std::string end = EndOf(kHistoryPrefix);
  for (const auto table : {PostgresTable::kHistory, PostgresTable::kEntry}) {
    for (TableCursor cursor(table, kHistoryPrefix, end); !cursor.IsOver();) {
      if (stop) return absl::CancelledError("told to stop");
      auto page = readers_.Run({{cursor.NextPage()}});
      if (!page.ok()) return page.status();
      for (cursor.Take(std::move((*page)[0])); cursor.HasRow(); cursor.Next()) {
        sweep.See(cursor.key(), cursor.value(), what == Sweep::kRemove);
      }
      const std::vector<Write> doomed = sweep.TakeDoomed();
      if (doomed.empty()) continue;
      if (auto removed = Remove(WordCommit({}, doomed)); !removed.ok()) return removed.status();
      trim_.Count(sweep.TakeDrops());
    }
  }
  absl::MutexLock lock(&mutex_);
  kept_ = sweep.kept();
  return absl::OkStatus();
}

absl::Status PostgresUpkeep::CompactHistory(std::atomic<bool>& stop) {
  absl::MutexLock lock(&sweep_mutex_);
  const bool removed = has_removed_.exchange(false);
  absl::Status status = SweepHistory(Sweep::kRemove, stop);
  if (status.ok() && removed) status = Vacuum();
  if (removed && !status.ok()) has_removed_ = true;
  return status;
}

absl::Status PostgresUpkeep::RemoveTombstones() {
  if (!options_.now) return absl::OkStatus();
  const int64_t before = options_.now() - shadow::kTombstoneSeconds;
  absl::MutexLock lock(&sweep_mutex_);
  for (int64_t found = kTombstonesAtOnce; found == kTombstonesAtOnce && !stop_sweeping_;) {
    const auto removed =
        Remove({{kRemoveTombstones, {PostgresNumber(before), PostgresNumber(kTombstonesAtOnce)}}});
    if (!removed.ok()) return removed.status();
    found = removed->back().Number(0, 0);
  }
  return absl::OkStatus();
}

}  // namespace storage
