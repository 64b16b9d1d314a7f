// The tables of a store in PostgreSQL: made, and looked at before they are used. Private to this
// room.
#pragma once

#include "absl/status/status.h"
#include "storage/postgres/connection.h"

namespace storage {

inline constexpr int kPostgresFormat = 1;

// Whether the database holds a store of this program's format, in which names compare by bytes.
absl::Status CheckSchema(PostgresConnection& connection, PostgresDeadline deadline);

}  // namespace storage
