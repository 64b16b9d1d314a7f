// A shadow's document as a person reads it: parsed from an answer, shown as a table, compared with
// an earlier one, edited.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace cli {

// Views into the text that it was parsed from, and into the arena.
struct ShadowDocument {
  shadow::Value desired;
  shadow::Value reported;
  shadow::Value metadata;  // {} if there is none
  int64_t version = 0;
  int64_t timestamp = 0;  // epoch seconds
};

// What the service and `aws iot-data get-thing-shadow` print. InvalidArgument names what is
// missing.
absl::StatusOr<ShadowDocument> ParseShadowDocument(absl::string_view text, shadow::Arena& arena);

// A line for each leaf: its path, desired, reported; what the device has yet to do is marked, and
// coloured if `colour`.
std::string TableText(const ShadowDocument& document, bool colour);

// A line for each leaf that `after` has otherwise than `before`: "desired.power: "off" -> "on"".
std::string ChangesText(const ShadowDocument& before, const ShadowDocument& after, bool colour);

// `value` as JSON for people: indented by two blanks.
std::string PrettyJson(const shadow::Value& value);

// The merge patch (RFC 7396) that makes `after` of `before`, both objects; "{}" if nothing differs.
std::string MergePatch(const shadow::Value& before, const shadow::Value& after);

// `later` laid over `earlier`, both objects: members of both are laid over each other, and nulls
// are values as any other.
shadow::Value Overlaid(const shadow::Value& earlier, const shadow::Value& later,
                       shadow::Arena& arena);

// The names in "a.b": one at least, which may be empty; "\." is a dot in a name.
std::vector<std::string> NamesIn(absl::string_view path);

// "a.b=1" as {"a":{"b":1}}: the value is JSON, or else a text. Fails with InvalidArgument on
// what has no "=" or an empty name.
absl::StatusOr<std::string> AssignmentJson(absl::string_view assignment);

}  // namespace cli
