// The records that were committed last, so that busy shadows are not looked up in the store for
// each group. Who commits keeps them: as long as it is the only one that does, and forgets all
// after a commit that failed, what is found here is what the store would give.
#pragma once

#include <cstddef>
#include <string>

#include "absl/container/node_hash_map.h"
#include "absl/strings/string_view.h"

namespace service {

class HotRecords {
 public:
  // Holds about `bytes_max` at most. What was not asked for longest goes first, many at a time.
  explicit HotRecords(size_t bytes_max) : generation_bytes_max_(bytes_max / 2) {}

  // The record bytes under `key`, or null: only the store knows. They stay until Keep or Clear.
  const std::string* Find(const std::string& key);

  void Keep(const std::string& key, std::string bytes);
  void Clear();

 private:
  using Records = absl::node_hash_map<std::string, std::string>;

  // Two generations instead of a list in the order of use: what is asked for moves to the young
  // one; once that is full it becomes the old one, and what was still old is forgotten.
  const size_t generation_bytes_max_;
  Records young_;
  Records old_;
  size_t young_bytes_ = 0;
};

}  // namespace service
