#include "storage/postgres/store.h"

#include <chrono>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "storage/history_trim.h"
#include "storage/key.h"
#include "storage/postgres/commit.h"
#include "storage/postgres/database.h"
#include "storage/postgres/read.h"
#include "storage/postgres/readers.h"
#include "storage/postgres/scan.h"
#include "storage/postgres/schema.h"
#include "storage/postgres/upkeep.h"

namespace storage {
namespace {

class PostgresStore : public Store {
 public:
  PostgresStore(const PostgresOptions& options, PostgresWriter* writer)
      : writer_(writer),
        readers_(options.url, options.wait_ms),
        trim_(options.history, options.now) {}

  // Looks at what is there, and reads what has to be known of it.
  absl::Status Open() {
    std::vector<std::optional<std::string>> values(1);
    const auto found = readers_.Run(WordRead({std::string(kFloorsKey)}));
    if (!found.ok()) return found.status();
    PutRead(*found, values);
    if (!values[0]) return absl::OkStatus();
    const auto floors = DecodeFloors(*values[0]);
    if (floors.ok()) trim_.Raise(*floors);
    return floors.status();
  }

  // Of the owner.
  void BeginUpkeep(const PostgresOptions& options) {
    upkeep_ = std::make_unique<PostgresUpkeep>(options, *writer_, readers_, trim_);
  }

  absl::Status Read(absl::Span<const std::string> keys,
                    std::vector<std::optional<std::string>>& values) const override {
    values.assign(keys.size(), std::nullopt);
    if (keys.empty()) return absl::OkStatus();
    const std::vector<PostgresStatement> statements = WordRead(keys);
    const auto found = writer_ != nullptr && writer_->IsHere() ? writer_->Read(statements)
                                                               : Readers().Run(statements);
    if (!found.ok()) return found.status();
    PutRead(*found, values);
    return absl::OkStatus();
  }

  absl::Status Scan(
      absl::string_view prefix, absl::string_view after,
      const std::function<bool(absl::string_view, absl::string_view)>& visit) const override {
    return ScanPostgres(Readers(), prefix, after, visit);
  }

  absl::Status Commit(absl::Span<const Write> writes, Durability durability) override {
    return Replace({}, writes, durability);
  }

  // The database decides how durable a commit is (synchronous_commit).
  absl::Status Replace(absl::Span<const std::string> prefixes, absl::Span<const Write> writes,
                       Durability) override {
    if (!absl::c_all_of(prefixes, IsRemovable)) return NotRemovable();
    if (writer_ == nullptr) return OnlyRead();
    if (prefixes.empty() && writes.empty()) return writer_->Health();
    absl::Status status = writer_->Commit(WordCommit(prefixes, writes));
    if (!status.ok()) return status;
    asked_bytes_ += BytesOf(writes);
    upkeep_->Committed(writes, !prefixes.empty());
    return status;
  }

  absl::Status Sync() override { return Health(); }

  HistoryFloors Floors() const override { return trim_.floors(); }

  absl::Status RaiseFloors(const HistoryFloors& floors) override {
    const HistoryFloors raised = trim_.Raised(floors);
    if (raised == Floors()) return absl::OkStatus();
    absl::Status status =
        Commit({{std::string(kFloorsKey), EncodeFloors(raised)}}, Durability::kSync);
    if (status.ok()) trim_.Raise(raised);
    return status;
  }

  absl::Status CompactHistory(std::atomic<bool>& stop) override {
    return upkeep_ != nullptr ? upkeep_->CompactHistory(stop) : OnlyRead();
  }

  Statistics ReadStatistics() const override {
    Statistics statistics;
    statistics.asked_bytes = asked_bytes_;
    DatabaseStatistics& database = statistics.database;
    database.is_one = true;
    if (writer_ == nullptr) return statistics;
    upkeep_->Read(statistics);
    database.is_up = writer_->connected();
    const PostgresWriter::Counts& counts = writer_->counts();
    database.moved = counts.moved;
    database.resent = counts.resent;
    database.reconnects = counts.reconnects;
    database.lost_commits = counts.lost_commits;
    return statistics;
  }

  absl::Status BackUp(const std::string&) const override {
    return absl::UnimplementedError(
        "a store in PostgreSQL is backed up by its own means: pg_dump, or an archive of its log"
        " (docs/storage-postgresql.md)");
  }

  absl::Status Health() const override {
    return writer_ != nullptr ? writer_->Health() : absl::OkStatus();
  }

  absl::Status Recover() override {
    return writer_ != nullptr ? writer_->Recover() : absl::OkStatus();
  }

 private:
  static absl::Status OnlyRead() {
    return absl::FailedPreconditionError("the store in the database was opened for reading");
  }

  // Once the owner has another session, the others get new ones, too.
  PostgresReaders& Readers() const {
    if (writer_ != nullptr && sessions_.exchange(writer_->sessions()) != writer_->sessions()) {
      readers_.Renew();
    }
    return readers_;
  }

  PostgresWriter* const writer_;
  mutable PostgresReaders readers_;
  mutable std::atomic<uint64_t> sessions_ = 0;
  HistoryTrim trim_;
  std::atomic<uint64_t> asked_bytes_ = 0;
  std::unique_ptr<PostgresUpkeep> upkeep_;  // null: it is only read. Uses the members above
};

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenPostgres(const PostgresOptions& options,
                                                    PostgresWriter* writer) {
  auto store = std::make_unique<PostgresStore>(options, writer);
  if (auto opened = store->Open(); !opened.ok()) return opened;
  if (writer != nullptr) store->BeginUpkeep(options);
  return store;
}

absl::StatusOr<std::unique_ptr<Store>> OpenPostgresForReading(const PostgresOptions& options) {
  if (auto checked = CheckPostgresUrl(options.url); !checked.ok()) return checked;
  auto connection = PostgresConnection::Connect(options.url, PostgresConnection::Use::kRead);
  if (!connection.ok()) return connection.status();
  const auto deadline =
      std::chrono::steady_clock::now() + std::chrono::milliseconds(options.wait_ms);
  if (auto checked = CheckSchema(**connection, deadline); !checked.ok()) return checked;
  return OpenPostgres(options, nullptr);
}

}  // namespace storage
