// The store of a shadowd that is not running.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "storage/store.h"

namespace cli {

enum class MustExist { kNo, kYes };

// The store in --data-dir, held until the result is gone. Unavailable while shadowd has it open;
// NotFound if there is none and there must be one.
absl::StatusOr<std::unique_ptr<storage::Store>> OpenStoppedStore(MustExist must_exist);

}  // namespace cli
