// What a careful server refuses of a request's head though its parser takes it: what another one
// on the way might read differently, and what nobody has a reason to send. Knows no Boost.
#pragma once

#include <optional>

#include "absl/strings/string_view.h"
#include "rest/error.h"
#include "rest/message.h"

namespace service {

// Looks through a request's head as it arrives.
class HeadLines {
 public:
  // True once a line began with a blank, which is a header that goes on there (obsolete line
  // folding). `more`: what came after what it was shown before; behind the head it looks at
  // nothing.
  bool Fold(absl::string_view more);

 private:
  bool at_begin_ = false;  // of a line
  bool ended_ = false;
};

// `version` is 10 or 11. A head without Host is one of HTTP/1.0.
std::optional<rest::Error> JudgeHead(const rest::Request& head, unsigned version);

}  // namespace service
