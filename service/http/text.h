// An answer as it goes over the wire (J10).
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "rest/message.h"

namespace service {

// Head and body; only the head for a HEAD request. Header names are spelt as AWS spells them. No
// request id if it is empty.
std::string ResponseText(const rest::Answer& answer, absl::string_view request_id, bool keep_alive,
                         bool is_head);

}  // namespace service
