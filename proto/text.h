// What MQTT lets stand in its texts: topics, content types, user properties, client ids. Brokers
// and clients end a connection on which something else comes, so nothing else is given to the
// broker.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"

namespace proto {

inline constexpr size_t kTextBytesMax = 65535;

// At most so many bytes of UTF-8 without control characters (U+0000 to U+001F, U+007F to U+009F)
// and without what is no character (U+FDD0 to U+FDEF, the last two of each plane): Mosquitto's
// reading of MQTT 5, 1.5.4. Time is linear.
bool IsText(absl::string_view text);

// A text that can be published to: not empty, and without wildcards.
bool IsTopicName(absl::string_view text);

}  // namespace proto
