#include "faults/topic_filter.h"

namespace faults {
namespace {

// The first level of `text`, which is cut off it; `more` becomes false with the last one.
absl::string_view TakeLevel(absl::string_view& text, bool& more) {
  const size_t slash = text.find('/');
  const absl::string_view level = text.substr(0, slash);
  more = slash != absl::string_view::npos;
  text.remove_prefix(more ? slash + 1 : text.size());
  return level;
}

}  // namespace

bool IsTopicFilter(absl::string_view text) {
  if (text.empty()) return false;
  bool more = true;
  while (more) {
    const absl::string_view level = TakeLevel(text, more);
    if (level.size() > 1 && level.find_first_of("+#") != level.npos) return false;
    if (level == "#" && more) return false;
  }
  return true;
}

bool FilterMatches(absl::string_view filter, absl::string_view topic) {
  bool filter_goes_on = true;
  bool topic_goes_on = true;
  while (filter_goes_on && topic_goes_on) {
    const absl::string_view wanted = TakeLevel(filter, filter_goes_on);
    if (wanted == "#") return true;
    const absl::string_view level = TakeLevel(topic, topic_goes_on);
    if (wanted != "+" && wanted != level) return false;
  }
  if (filter_goes_on) return filter == "#";
  return !topic_goes_on;
}

}  // namespace faults
