// The store itself, as its owner and as one who only reads have it. Private to this room.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "storage/postgres/store.h"
#include "storage/postgres/writer.h"

namespace storage {

// `writer` has taken it, and outlives the store; null: it is only read. The schema was looked at.
absl::StatusOr<std::unique_ptr<Store>> OpenPostgres(const PostgresOptions& options,
                                                    PostgresWriter* writer);

}  // namespace storage
