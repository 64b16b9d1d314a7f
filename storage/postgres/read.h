// A read in SQL: the keys asked for, sorted into a statement for each table. Private to this room.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "storage/postgres/connection.h"
#include "storage/postgres/parameters.h"

namespace storage {

std::vector<PostgresStatement> WordRead(absl::Span<const std::string> keys);

// Puts what the statements gave where Store::Read has it.
void PutRead(const std::vector<PostgresRows>& found,
             std::vector<std::optional<std::string>>& values);

}  // namespace storage
