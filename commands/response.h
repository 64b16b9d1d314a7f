// What a device says of an execution, on …/response/json or …/response/cbor (3.2).
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "commands/execution.h"

namespace commands {

inline constexpr size_t kResponseBytesMax = 128 * 1024;  // MQTT's, of AWS

// A word of AWS's list of errors, and a text for people (K8).
struct Rejection {
  absl::string_view error;
  std::string message;
};

// InvalidJson: it is no JSON object. InvalidRequest: a member is missing or is not what it must be;
// null counts as missing, and members that nobody knows are passed over. `execution` is the id in
// the topic, which a member may repeat.
std::variant<Update, Rejection> ReadResponse(absl::string_view payload,
                                             absl::string_view execution);

}  // namespace commands
