// The bodies of successful answers that are not a shadow's own (J5 to J7). Each is one compact JSON
// object.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace rest {

// J5. `more`: there is a next page.
std::string WordNamedShadows(const std::vector<std::string>& names, bool more, int64_t now);

// J6
std::string WordPublished(absl::string_view request_id);

// J7. A broker that only retains the message knows neither lastModifiedTime nor, as it is asked
// here, userProperties: what is not known is not there.
std::string WordRetained(absl::string_view topic, absl::string_view payload, int qos);

struct RetainedTopic {
  std::string topic;
  size_t payload_bytes;
  int qos;
};

// J7. `more`: there is a next page.
std::string WordRetainedTopics(const std::vector<RetainedTopic>& topics, bool more);

}  // namespace rest
