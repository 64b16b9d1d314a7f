// JSON that remembers where everything stood, so that a refusal can name the place in the file.
// Stricter than a shadow's: for files that people write, a name given twice or text after the end
// is a mistake.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace policy {

// What one file may hold; AWS's own documents are far below.
inline constexpr size_t kFileBytesMax = 64 * 1024;
inline constexpr size_t kNestingMax = 16;

// A line and a column as editors count them, from 1; columns count bytes.
struct Place {
  size_t line = 1;
  size_t column = 1;
};

std::string PlaceText(const Place& place);  // "12:5"

// "12:5: reason", as every refusal of a file's text reads.
absl::Status Fault(const Place& place, absl::string_view reason);

struct Node {
  enum class Kind : unsigned char { kNull, kBool, kNumber, kString, kArray, kObject };
  struct Name {
    std::string text;
    Place place;
  };

  // The member called `name`; null if there is none or this is no object.
  const Node* Find(absl::string_view name) const;

  Kind kind = Kind::kNull;
  Place place;
  std::string text;            // characters of a string; a number, true or false as written
  std::vector<Name> names;     // of an object's members
  std::vector<Node> elements;  // of an array, or the values of an object in the order of names
};

// "an object", "a string" and so on.
absl::string_view KindText(Node::Kind kind);

// As JSON text: compact, the members in their order.
std::string JsonOf(const Node& node);

// Fail with a Fault that calls the node `what`: one of another kind, and an object with a member
// beside those that are known.
absl::Status WantKind(const Node& node, Node::Kind kind, absl::string_view what);
absl::Status RefuseUnknown(const Node& object, absl::string_view what,
                           absl::Span<const absl::string_view> known);

// Fails with a Fault on text that is not one JSON value in UTF-8, that is longer than `bytes_max`,
// nested deeper than kNestingMax or gives a name twice in one object.
absl::StatusOr<Node> ParseJsonTree(absl::string_view text, size_t bytes_max = kFileBytesMax);

}  // namespace policy
