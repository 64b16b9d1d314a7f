// A request that is at a route's path, and how names, numbers and tokens are read from it. For
// those who read a route's words into an operation.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "rest/error.h"
#include "rest/message.h"
#include "rest/operation.h"
#include "rest/target.h"

namespace rest {

using Routed = std::variant<Operation, Error>;

struct Call {
  const Request& request;
  const Target& target;
  std::vector<std::string> names;  // what stands for each {name} of the path, in their order
};

// What stands for each {name} of a route's path, in their order; {name+} is one segment or all that
// follow, whether their slashes are encoded or not. Nothing if the segments are of another path.
std::optional<std::vector<std::string>> NamesAt(absl::string_view path,
                                                absl::Span<const std::string> segments);

// The error if a parameter of these is given twice.
std::optional<Error> GivenTwice(const Target& target, absl::Span<const absl::string_view> names);

// The error if a parameter of these is given twice, or one that is neither among them nor a
// signature's (X-Amz-…).
std::optional<Error> GivenWrong(const Target& target, absl::Span<const absl::string_view> names);

// What PageToken made the value of from; empty if it is not given. Nothing: no such token.
std::optional<std::string> ReadToken(const Target& target, absl::string_view name);

// Decimal digits only. Nothing: something else, or beyond `most`.
std::optional<uint64_t> ReadNumber(absl::string_view text, uint64_t most);

// `usual` if it is not given. Nothing: out of 1 to `most`, or no number.
std::optional<size_t> ReadCount(const Target& target, absl::string_view name, size_t usual,
                                size_t most);

Error BadCount(absl::string_view name, size_t most);
Error BadThingName();
Error BadShadowName();

}  // namespace rest
