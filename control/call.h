// A request to the control plane that has been found to be one of its operations.
#pragma once

#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/refusal.h"
#include "policy/json_tree.h"
#include "rest/message.h"
#include "rest/target.h"

namespace control {

struct Operation;

// Everything points into what the caller holds, but for the names and the body.
struct Call {
  const Operation& operation;
  const rest::Request& request;
  const rest::Target& target;
  std::vector<std::pair<absl::string_view, std::string>> labels;  // of the path
  policy::Node body{};  // an object; one without members if the request has no body

  // Empty if the path has none of that name.
  absl::string_view Label(absl::string_view name) const;

  // The same of the body's members, whatever they are.
  absl::string_view BodyText(absl::string_view name) const;
};

// Finds the operation and reads the body (T1: an empty one counts as {}). Any path that is none of
// ours is refused as T7 says, and a body that is no JSON object with where it is wrong.
std::variant<Call, Refusal> ReadCall(const rest::Request& request, const rest::Target& target);

// Whether there is an operation at the path, with the method.
bool IsOperation(absl::string_view method, const rest::Target& target);

}  // namespace control
