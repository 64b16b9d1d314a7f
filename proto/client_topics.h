// What clients may publish to and subscribe to whatever policies say: the service has topics of its
// own.
#pragma once

#include "absl/strings/string_view.h"

namespace proto {

// Where the events of AWS are.
inline constexpr absl::string_view kLifecycleTopics = "$aws/events/";

// Whether it is the link's: `$shadow`, or below.
bool IsReserved(absl::string_view topic_or_filter);

// May a client publish this? Not to answer topics (A11), nor to others that are the service's
// beyond shadows (proto/device_topic.h), not to the link's or those of events (L1 to L4), and no
// retained message to a request topic (A13).
bool MayClientPublish(absl::string_view topic, bool retain);

// `filter` without the `$share/GROUP/` of a shared subscription.
absl::string_view WithoutShare(absl::string_view filter);

}  // namespace proto
