// Sessions that only read, for whatever thread asks. Two are kept; while more are asked for, more
// are made. Private to this room.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "storage/postgres/connection.h"

namespace storage {

class PostgresReaders {
 public:
  // `wait_ms`: how long a read waits for a database that is away.
  PostgresReaders(std::string url, int64_t wait_ms) : url_(std::move(url)), wait_ms_(wait_ms) {}

  // What the statements give, all of one state of the database. Unavailable: it is away.
  absl::StatusOr<std::vector<PostgresRows>> Run(absl::Span<const PostgresStatement> statements);

  // One session for more than one pipeline.
  absl::StatusOr<std::unique_ptr<PostgresConnection>> Borrow();
  // Only one that is well, with no transaction open.
  void GiveBack(std::unique_ptr<PostgresConnection> connection);

  // The database may be another server by now: what is open is not used any more.
  void Renew();

  PostgresDeadline Deadline() const;

 private:
  static constexpr size_t kKept = 2;

  std::unique_ptr<PostgresConnection> TakeIdle();

  const std::string url_;
  const int64_t wait_ms_;
  absl::Mutex mutex_;
  std::vector<std::unique_ptr<PostgresConnection>> idle_ ABSL_GUARDED_BY(mutex_);
};

// Waits a little before a database that is away is tried again; false: `deadline` is near.
bool WaitForDatabase(PostgresDeadline deadline);

}  // namespace storage
