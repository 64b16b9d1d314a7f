// The keys of an object, each of which is to be there once (Q22).
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "shadow/json.h"

namespace shadow {

class UniqueKeys {
 public:
  // `members`, of several with one key only the last one, in the place of the first. Made in place.
  absl::Span<Member> Of(absl::Span<Member> members);

 private:
  bool AreUnique(absl::Span<const Member> members);

  absl::InlinedVector<uint32_t, 128> places_;  // 1 and up: which member has the place; 0: none
};

}  // namespace shadow
