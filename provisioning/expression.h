// What a template says where a text is wanted: a text, or one of the intrinsic functions (F11):
//
//   {"Ref": "SerialNumber"}                      {"Fn::Join": ["-", ["lamp", …]]}
//   {"Fn::Select": [1, [… , …]]}                 {"Fn::Split": ["-", …]} where a list is wanted
//   {"Fn::FindInMap": ["Rooms", …, "floor"]}     {"Fn::Sub": "lamp-${SerialNumber}"}
//                                                {"Fn::Sub": ["lamp-${X}", {"X": …}]}
//
// Pure, and bounded: each part is looked at once, and no text grows beyond kTextBytesMax.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"

namespace provisioning {

using Texts = std::map<std::string, std::string, std::less<>>;

// What a function may make: as much as the longest parameter, a certificate, needs.
inline constexpr size_t kTextBytesMax = 64 * 1024;

// What a template gives its expressions to go by.
struct Surround {
  absl::FunctionRef<bool(absl::string_view name)> has_parameter;
  const policy::Node* mappings;  // null: there are none
};

// Fails with a Fault ("line:column: reason") on what is no expression, or refers to what the
// template does not have.
absl::Status CheckExpression(const policy::Node& node, const Surround& around);

// What a checked expression says. InvalidArgument if a parameter is not among `parameters`, an
// index or a key finds nothing, or the text is too long.
absl::StatusOr<std::string> Evaluate(const policy::Node& node, const Texts& parameters,
                                     const policy::Node* mappings);

// Whether a node is one of the functions, right or wrong.
bool IsFunction(const policy::Node& node);

}  // namespace provisioning
