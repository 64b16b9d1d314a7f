// The words of POST /topics/{topic}: query parameters and headers, as J6 has them.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "rest/error.h"
#include "rest/message.h"
#include "rest/operation.h"
#include "rest/target.h"

namespace rest {

// `topic` is decoded.
std::variant<Publish, Error> ReadPublish(const Request& request, const Target& target,
                                         std::string topic);

// 1 to kTopicBytesMax bytes that MQTT lets stand in a topic (proto/text.h).
bool IsTopic(absl::string_view text);
Error BadTopic();

// "true" or "false", in any case; false if it is not given. Nothing: something else.
std::optional<bool> ReadFlag(const Target& target, absl::string_view name);

}  // namespace rest
