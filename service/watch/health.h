// Whether shadowd serves: told by the parts, asked by whoever watches.
//
// Thread rule: any thread.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "storage/store.h"

namespace service {

class Health {
 public:
  // `store` outlives it.
  explicit Health(const storage::Store& store) : store_(store) {}

  void LinkIs(bool up) {
    if (up && !link_up_) ++link_sessions_;
    link_up_ = up;
  }
  bool link_up() const { return link_up_; }
  uint64_t link_sessions() const { return link_sessions_; }  // how often it came up

  // OK: requests are answered and changes are kept. Else what stands in the way, for people.
  absl::Status Ready() const;

  // The same for who asks whether it is ready: "ok", and what there is to say of a database.
  absl::StatusOr<std::string> ReadyText() const;

 private:
  const storage::Store& store_;
  std::atomic<bool> link_up_ = false;
  std::atomic<uint64_t> link_sessions_ = 0;
};

}  // namespace service
