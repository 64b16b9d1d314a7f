// What differs between two states of a shadow, leaf by leaf.
#pragma once

#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "shadow/document.h"
#include "shadow/json.h"

namespace history {

// Keys as canonical JSON texts, with their quotes, from the section down.
using Path = absl::InlinedVector<absl::string_view, 4>;
inline constexpr absl::string_view kDesired = "\"desired\"";
inline constexpr absl::string_view kReported = "\"reported\"";

// Of a leaf: a scalar, an array or an empty object.
struct LeafChange {
  Path path{};
  const shadow::Value* before = nullptr;  // null: it was not there
  const shadow::Value* after = nullptr;   // null: it is not there any more
};

enum class Listing {
  // What has another value. An object that takes the place of something else, makes place for it or
  // is gone is shown as a whole. So it can be told which update makes the same changes again.
  kValues,
  // All that was written, and be it the value it had: every leaf that came or went, too, within
  // such objects. So each leaf of `after` is found by its own path where it was written last.
  kWrites,
};

// What of `after` differs from `before`, in the order of `after`, then what is gone. Views of both.
// What the two share is told by its place in memory and not walked.
std::vector<LeafChange> ListChanges(const shadow::Document& before, const shadow::Document& after,
                                    Listing listing);

// True if a change at `path` is one at `other`, within it, or around it.
bool Touches(absl::Span<const absl::string_view> path, absl::Span<const absl::string_view> other);

// True: the two print the same.
bool SameTexts(const shadow::Value& a, const shadow::Value& b);

// True: two texts are the same, which their place mostly tells.
inline bool IsOneText(absl::string_view a, absl::string_view b) {
  return a.size() == b.size() && (a.data() == b.data() || a == b);
}

// True: the two are the same and share their place, so that nothing in them differs. False tells
// nothing.
inline bool IsOneValue(const shadow::Value& a, const shadow::Value& b) {
  if (a.kind() != b.kind()) return false;
  if (!a.is_container()) return a.timestamp() == b.timestamp() && IsOneText(a.text(), b.text());
  if (a.empty() || b.empty()) return a.empty() && b.empty();
  if (a.is_object()) {
    return a.members().data() == b.members().data() && a.members().size() == b.members().size();
  }
  return a.elements().data() == b.elements().data() && a.elements().size() == b.elements().size();
}

}  // namespace history
