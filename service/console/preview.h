// What an update would do, with nothing done: the same pure core that does it, on what is stored by
// now (docs/console-api.md, check).
//
// Thread rule: one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/id.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

class Preview {
 public:
  // `now`: epoch seconds. `store` outlives it.
  Preview(const storage::Store& store, const shadow::Limits& limits, std::function<int64_t()> now)
      : store_(store), limits_(limits), now_(std::move(now)), arena_(kArenaBytes) {}

  // {"code":200,"accepted":…,"documents":…,"delta":…,"bytes":…,"bytesMax":…}, or
  // {"code":…,"rejected":…,"bytes":…,"bytesMax":…}. An error: the store cannot be read.
  absl::StatusOr<std::string> Of(const shadow::ShadowId& id, absl::string_view payload);

 private:
  static constexpr size_t kArenaBytes = 64 * 1024;

  const storage::Store& store_;
  const shadow::Limits limits_;
  const std::function<int64_t()> now_;
  shadow::Arena arena_;
};

}  // namespace service
