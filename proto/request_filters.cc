#include "proto/request_filters.h"

#include <algorithm>
#include <array>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"
#include "shadow/limits.h"

namespace proto {
namespace {

constexpr size_t kClassicLevels =
    5;  // $aws/things/T/shadow/get, …/certificates/create/json/accepted
constexpr size_t kTemplateLevels = 6;  // $aws/provisioning-templates/T/provision/json/accepted
constexpr size_t kNamedLevels = 7;     // $aws/things/T/shadow/name/N/get
// Of the longest topic with `/#` behind it.
constexpr size_t kBytesMax = absl::string_view("$aws/things//shadow/name//update/#").size() +
                             shadow::kThingNameBytesMax + shadow::kShadowNameBytesMax;

size_t LevelsOf(absl::string_view topic) {
  return static_cast<size_t>(std::count(topic.begin(), topic.end(), '/')) + 1;
}

bool CanBeOfTemplates(absl::string_view filter) {
  return absl::StartsWith(filter, "$aws/provisioning-templates/") ||
         absl::StartsWith(filter, "$aws/+/");
}

}  // namespace

RequestFilters::Shape RequestFilters::ShapeOf(absl::string_view filter) {
  // A wildcard in the first level does not match topics that begin with '$'.
  if (!absl::StartsWith(filter, "$aws/") || filter.size() > kBytesMax) return {};
  Shape shape{.filters = 1};
  for (const absl::string_view level : absl::StrSplit(filter, '/')) {
    if (level == "#") {
      shape.hash = true;
      return shape;
    }
    if (shape.levels == kNamedLevels) return {};
    if (level == "+") shape.plus |= static_cast<uint8_t>(1u << shape.levels);
    ++shape.levels;
  }
  const bool is_whole = shape.levels == kClassicLevels || shape.levels == kNamedLevels ||
                        (shape.levels == kTemplateLevels && CanBeOfTemplates(filter));
  return is_whole ? shape : Shape();
}

bool RequestFilters::CanMatch(absl::string_view filter) { return ShapeOf(filter).levels > 0; }

void RequestFilters::Add(absl::string_view filter) {
  const Shape shape = ShapeOf(filter);
  if (shape.levels == 0 || filters_[filter]++ > 0) return;
  text_bytes_ += filter.size();
  const auto known = Find(shape);
  if (known == shapes_.end()) {
    shapes_.push_back(shape);
  } else {
    ++known->filters;
  }
}

void RequestFilters::Remove(absl::string_view filter) {
  const auto found = filters_.find(filter);
  if (found == filters_.end() || --found->second > 0) return;
  filters_.erase(found);
  text_bytes_ -= filter.size();
  const auto shape = Find(ShapeOf(filter));
  if (--shape->filters == 0) shapes_.erase(shape);
}

RequestFilters::Shapes::iterator RequestFilters::Find(const Shape& shape) {
  return std::find_if(shapes_.begin(), shapes_.end(), [&](const Shape& one) {
    return one.levels == shape.levels && one.plus == shape.plus && one.hash == shape.hash;
  });
}

bool RequestFilters::Match(absl::string_view topic) const {
  const size_t levels = LevelsOf(topic);
  return std::any_of(shapes_.begin(), shapes_.end(), [&](const Shape& shape) {
    return (shape.hash ? shape.levels < levels : shape.levels == levels) && Has(shape, topic);
  });
}

bool RequestFilters::MatchAsParent(absl::string_view topic) const {
  const size_t levels = LevelsOf(topic);
  return std::any_of(shapes_.begin(), shapes_.end(), [&](const Shape& shape) {
    return shape.hash && shape.levels == levels && Has(shape, topic);
  });
}

// Whether the filter of this shape that the first levels of the topic match is there.
bool RequestFilters::Has(const Shape& shape, absl::string_view topic) const {
  if (topic.size() + 2 > kBytesMax) return false;
  std::array<char, kBytesMax + kNamedLevels>
      filter;  // a `+` in the place of nothing takes one more
  char* end = filter.data();
  unsigned level = 0;
  bool plus = false;
  for (const char c : topic) {
    if (c == '/') {
      if (++level == shape.levels) break;
      plus = (shape.plus >> level & 1) != 0;
      *end++ = '/';
      if (plus) *end++ = '+';
    } else if (!plus) {
      *end++ = c;
    }
  }
  if (shape.hash) {
    *end++ = '/';
    *end++ = '#';
  }
  return filters_.contains(
      absl::string_view(filter.data(), static_cast<size_t>(end - filter.data())));
}

size_t RequestFilters::bytes() const {
  return filters_.capacity() * (sizeof(decltype(filters_)::value_type) + 1) + text_bytes_ +
         filters_.size() * sizeof(size_t) + shapes_.size() * sizeof(Shape);
}

}  // namespace proto
