// Whether shadowd serves: told by the parts, asked by whoever watches.
//
// Thread rule: any thread.
#pragma once

#include <atomic>

#include "absl/status/status.h"
#include "storage/store.h"

namespace service {

class Health {
 public:
  // `store` outlives it.
  explicit Health(const storage::Store& store) : store_(store) {}

  void LinkIs(bool up) { link_up_ = up; }

  // OK: requests are answered and changes are kept. Else what stands in the way, for people.
  absl::Status Ready() const;

 private:
  const storage::Store& store_;
  std::atomic<bool> link_up_ = false;
};

}  // namespace service
