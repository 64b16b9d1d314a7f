// How many are connected, in all and from each place, and whether there is room for one more.
//
// Thread rule: one thread at a time; size() on any.
#pragma once

#include <atomic>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace service {

class Crowd {
 public:
  // Somebody's being there. Leaves when it is destroyed; the crowd outlives it.
  class Place {
   public:
    Place(Place&& other) noexcept
        : crowd_(std::exchange(other.crowd_, nullptr)), from_(std::move(other.from_)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (crowd_ != nullptr) crowd_->Leave(from_);
    }

   private:
    friend class Crowd;
    Place(Crowd& crowd, std::string from) : crowd_(&crowd), from_(std::move(from)) {}

    Crowd* crowd_;
    std::string from_;
  };

  // At most `most` in all, and `most_of_one` from one place.
  Crowd(size_t most, size_t most_of_one) : most_(most), most_of_one_(most_of_one) {}
  Crowd(const Crowd&) = delete;
  Crowd& operator=(const Crowd&) = delete;

  // Nothing: there is no room for one more, or for one more from there.
  std::optional<Place> Enter(absl::string_view from);

  size_t most() const { return most_; }
  size_t size() const { return size_; }
  size_t size_from(absl::string_view place) const;

 private:
  void Leave(const std::string& from);

  const size_t most_;
  const size_t most_of_one_;
  std::atomic<size_t> size_ = 0;
  absl::flat_hash_map<std::string, size_t> by_place_;  // without those that nobody is from
};

}  // namespace service
