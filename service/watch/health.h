// Whether shadowd serves: told by the parts, asked by whoever watches.
//
// Thread rule: any thread; LinkIs one.
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

  void LinkIs(bool up, size_t broker = 0) {
    const uint32_t bit = uint32_t{1} << broker;
    if (up && (links_up_ & bit) == 0) ++link_sessions_;
    links_up_ = up ? links_up_ | bit : links_up_ & ~bit;
  }
  // To at least one broker.
  bool link_up() const { return links_up_ != 0; }
  // To which: bit b is broker b.
  uint32_t links_up() const { return links_up_; }
  uint64_t link_sessions() const { return link_sessions_; }  // how often one came up

  // OK: requests are answered and changes are kept. Else what stands in the way, for people.
  absl::Status Ready() const;

  // The same for who asks whether it is ready: "ok", and what there is to say of a database.
  absl::StatusOr<std::string> ReadyText() const;

 private:
  const storage::Store& store_;
  std::atomic<uint32_t> links_up_ = 0;
  std::atomic<uint64_t> link_sessions_ = 0;
};

}  // namespace service
