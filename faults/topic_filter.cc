#include "faults/topic_filter.h"

#include "proto/topic.h"

namespace faults {

bool IsTopicFilter(absl::string_view text) {
  if (text.empty()) return false;
  bool more = true;
  while (more) {
    const absl::string_view level = proto::TakeLevel(text, more);
    if (level.size() > 1 && level.find_first_of("+#") != level.npos) return false;
    if (level == "#" && more) return false;
  }
  return true;
}

bool FilterMatches(absl::string_view filter, absl::string_view topic) {
  bool filter_goes_on = true;
  bool topic_goes_on = true;
  while (filter_goes_on && topic_goes_on) {
    const absl::string_view wanted = proto::TakeLevel(filter, filter_goes_on);
    if (wanted == "#") return true;
    const absl::string_view level = proto::TakeLevel(topic, topic_goes_on);
    if (wanted != "+" && wanted != level) return false;
  }
  if (filter_goes_on) return filter == "#";
  return !topic_goes_on;
}

}  // namespace faults
