// The store for more than one machine: PostgreSQL keeps it, and whoever owns it commits
// (storage/ownership.h). docs/storage-postgresql.md has the schema and what is promised.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "storage/history_bounds.h"
#include "storage/ownership.h"
#include "storage/store.h"

namespace storage {

struct PostgresOptions {
  std::string url;                 // postgresql://…, without a password (CheckPostgresUrl)
  std::string holder{};            // who owns it, for people: HOST:PID
  int64_t wait_ms = 5000;          // how long a commit or a read waits for a database that is away
  std::function<int64_t()> now{};  // epoch seconds, for what expires; any thread
  HistoryBounds history = kUnboundedHistory;  // what CompactHistory leaves
};

// InvalidArgument: it is no URL of a PostgreSQL database, or holds a password. A URL is seen in
// process lists and logs; a password is not.
absl::Status CheckPostgresUrl(absl::string_view url);

// Makes an empty store. AlreadyExists: there is one. FailedPrecondition: the database cannot keep
// one. Unavailable: it cannot be reached.
absl::Status MakePostgres(const std::string& url);

// Of a store that MakePostgres has made. Take: NotFound: there is none; FailedPrecondition: it is
// of another format, or its names do not compare by bytes.
std::unique_ptr<Ownership> NewPostgresOwnership(const PostgresOptions& options);

// Whoever owns it goes on; commits of this one fail. Errors as of Ownership::Take.
absl::StatusOr<std::unique_ptr<Store>> OpenPostgresForReading(const PostgresOptions& options);

}  // namespace storage
