// What a careful server refuses of a request's head though its parser takes it: what another one
// on the way might read differently, and what nobody has a reason to send. Knows no Boost.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "rest/error.h"
#include "rest/message.h"

namespace service {

// `version` is 10 or 11. A head without Host is one of HTTP/1.0.
std::optional<rest::Error> JudgeHead(const rest::Request& head, unsigned version);

}  // namespace service
