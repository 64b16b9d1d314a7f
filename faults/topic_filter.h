// Whether an MQTT filter matches a topic, as MQTT says it: `+` is one level, `#` all below and the
// level itself. A filter is taken as a text, too: one that somebody subscribes to.
#pragma once

#include "absl/strings/string_view.h"

namespace faults {

// Not empty; `+` and `#` fill a level, and `#` is the last one.
bool IsTopicFilter(absl::string_view text);

// Of a filter that IsTopicFilter holds for. Takes no memory.
bool FilterMatches(absl::string_view filter, absl::string_view topic);

}  // namespace faults
