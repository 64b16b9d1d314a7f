// A set of filters, and which topics of requests (A2) they match, as AWS reads them (K8); and which
// of the answers to whoever provisions itself (proto/device_topic.h), which are looked up as well.
//
// A look takes as long for ten thousand filters as for ten: of the filters that match a topic there
// is but one of each shape (which levels are `+`, and where a `#` ends it), so the topic is put
// into each shape that occurs, of which there can be 239, and looked up.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"

namespace proto {

class RequestFilters {
 public:
  // False: it matches none of these topics, and need not be added.
  static bool CanMatch(absl::string_view filter);

  // What is added twice (alone, and for a group that shares it) is there until it is removed twice.
  void Add(absl::string_view filter);
  void Remove(absl::string_view filter);

  // `topic` is one of these. `x/#` matches what is below x, not x.
  bool Match(absl::string_view topic) const;
  // `x/#` is there for a topic x, which Mosquitto takes for a match and AWS does not.
  bool MatchAsParent(absl::string_view topic) const;

  // How often Match looks at most.
  size_t shapes() const { return shapes_.size(); }
  // Of memory, about: at most a third of a KB a filter.
  size_t bytes() const;

 private:
  struct Shape {
    uint8_t levels = 0;  // before a `#`, or all
    uint8_t plus = 0;    // bit i: level i is `+`
    bool hash = false;   // `#` comes behind them
    uint32_t filters = 0;
  };
  using Shapes = absl::InlinedVector<Shape, 2>;

  // Levels 0: one that can match none of these topics.
  static Shape ShapeOf(absl::string_view filter);
  Shapes::iterator Find(const Shape& shape);
  bool Has(const Shape& shape, absl::string_view topic) const;

  absl::flat_hash_map<std::string, uint32_t> filters_;  // how often each was added
  Shapes shapes_;
  size_t text_bytes_ = 0;
};

}  // namespace proto
