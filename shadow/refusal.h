// Every way in which a request can be refused: AWS's code and text, word for word (section H).
// The list is closed. Whatever else goes wrong inside is InternalFailure to the requester, and its
// cause goes to the log.
#pragma once

#include <cstddef>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "shadow/id.h"

namespace shadow {

struct Refusal {
  int code;             // an HTTP status, also over MQTT (H1)
  std::string message;  // UTF-8, not yet escaped for JSON

  friend bool operator==(const Refusal&, const Refusal&) = default;
};

Refusal InvalidJson();                        // B3, B4, H5
Refusal MissingState();                       // B5, B6
Refusal StateNotAnObject();                   // B9
Refusal InvalidNode(absl::string_view node);  // B10
Refusal NullInArray();                        // B17
Refusal DesiredNotAnObject();                 // B11
Refusal ReportedNotAnObject();                // B11
Refusal InvalidClientToken();                 // B14
Refusal InvalidVersion();                     // B15
Refusal TooDeep(size_t depth_max);            // B18
Refusal Unauthorized();                       // H1, and the next
Refusal Forbidden();
Refusal NoSuchShadow(const ShadowId& id);          // H2
Refusal VersionConflict();                         // G3
Refusal TooLarge(size_t bytes, size_t bytes_max);  // H3
Refusal UnsupportedEncoding();                     // B2
Refusal TooManyRequests();                         // H4
Refusal InternalFailure();                         // H1

// What an operation gives: its result, or why it is refused.
template <class T>
using Outcome = std::variant<T, Refusal>;

}  // namespace shadow
