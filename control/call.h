// A request that has been found to be one of the account's operations.
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

struct Call;

// What AWS calls an operation, and where it is.
struct Route {
  absl::string_view name;  // "CreateThing"; with "iot:" before it the action that is asked for
  absl::string_view method;
  absl::string_view path;  // as rest::NamesAt reads it
  // The resource that a policy is asked for (T5), such as "thing/lamp1"; null: "*".
  std::string (*resource)(const Call& call);

  bool IsAt(absl::string_view asked_method, const rest::Target& target) const;
};

// Everything points into what the caller holds, but for the names and the body.
struct Call {
  const Route& route;
  const rest::Request& request;
  const rest::Target& target;
  std::vector<std::pair<absl::string_view, std::string>> labels;  // of the path
  policy::Node body{};  // an object; one without members if the request has no body

  // Empty if the path has none of that name.
  absl::string_view Label(absl::string_view name) const;

  // The same of the body's members, whatever they are.
  absl::string_view BodyText(absl::string_view name) const;
};

// Reads a request that is at `route` (T1: an empty body counts as {}). A body that is no JSON
// object is refused with where it is wrong.
std::variant<Call, Refusal> ReadCall(const Route& route, const rest::Request& request,
                                     const rest::Target& target);

}  // namespace control
