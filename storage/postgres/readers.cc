#include "storage/postgres/readers.h"

#include <chrono>
#include <thread>

namespace storage {
namespace {

constexpr std::chrono::milliseconds kTryAgainAfter{50};

}  // namespace

bool WaitForDatabase(PostgresDeadline deadline) {
  if (std::chrono::steady_clock::now() + kTryAgainAfter >= deadline) return false;
  std::this_thread::sleep_for(kTryAgainAfter);
  return true;
}

PostgresDeadline PostgresReaders::Deadline() const {
  return std::chrono::steady_clock::now() + std::chrono::milliseconds(wait_ms_);
}

std::unique_ptr<PostgresConnection> PostgresReaders::TakeIdle() {
  absl::MutexLock lock(&mutex_);
  if (idle_.empty()) return nullptr;
  auto connection = std::move(idle_.back());
  idle_.pop_back();
  return connection;
}

absl::StatusOr<std::unique_ptr<PostgresConnection>> PostgresReaders::Borrow() {
  if (auto idle = TakeIdle()) return idle;
  const PostgresDeadline deadline = Deadline();
  for (;;) {
    auto made = PostgresConnection::Connect(url_, PostgresConnection::Use::kRead);
    if (made.ok() || !WaitForDatabase(deadline)) return made;
  }
}

void PostgresReaders::GiveBack(std::unique_ptr<PostgresConnection> connection) {
  absl::MutexLock lock(&mutex_);
  if (idle_.size() < kKept) idle_.push_back(std::move(connection));
}

void PostgresReaders::Renew() {
  std::vector<std::unique_ptr<PostgresConnection>> gone;
  absl::MutexLock lock(&mutex_);
  idle_.swap(gone);
}

// Reading again does no harm.
absl::StatusOr<std::vector<PostgresRows>> PostgresReaders::Run(
    absl::Span<const PostgresStatement> statements) {
  const PostgresDeadline deadline = Deadline();
  for (;;) {
    auto connection = Borrow();
    if (!connection.ok()) return connection.status();
    PostgresOutcome outcome = (*connection)->Run(statements, deadline);
    if (!outcome.failure) {
      GiveBack(*std::move(connection));
      return std::move(outcome.rows);
    }
    if (!outcome.failure->lost) GiveBack(*std::move(connection));
    const bool may_pass = outcome.failure->lost || outcome.failure->sqlstate == "40001";
    if (!may_pass || !WaitForDatabase(deadline)) {
      return FromPostgres(*outcome.failure, "read from");
    }
  }
}

}  // namespace storage
