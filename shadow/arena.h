// Memory of one group of requests: everything parsed, merged or computed for it lives here and is
// dropped at once. Nothing in it is ever destroyed one by one, so only trivial types may live here.
#pragma once

#include <cstddef>
#include <memory>
#include <memory_resource>
#include <type_traits>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace shadow {

class Arena {
 public:
  // The first `kept_bytes` stay allocated across Clear(); beyond them the arena grows as it must.
  explicit Arena(size_t kept_bytes = 64 * 1024);
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  // Uninitialised room for `size` characters.
  char* Bytes(size_t size) { return static_cast<char*>(resource_.allocate(size, 1)); }

  // Uninitialised room for `count` items, each of which the caller makes.
  template <class T>
  T* Room(size_t count) {
    static_assert(std::is_trivially_copyable_v<T> && std::is_trivially_destructible_v<T>);
    return static_cast<T*>(resource_.allocate(count * sizeof(T), alignof(T)));
  }

  absl::string_view Copy(absl::string_view text);

  template <class T>
  absl::Span<T> Copy(absl::Span<const T> items) {
    if (items.empty()) return {};
    T* const copy = Room<T>(items.size());
    std::uninitialized_copy(items.begin(), items.end(), copy);
    return absl::Span<T>(copy, items.size());
  }

  // Drops everything that was handed out.
  void Clear() { resource_.release(); }

 private:
  std::unique_ptr<char[]> kept_;
  std::pmr::monotonic_buffer_resource resource_;
};

}  // namespace shadow
