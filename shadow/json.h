// JSON as a shadow needs it: a tree of values that never change once made, whose leaves remember
// when they were written. State and metadata are two ways to print the one tree (D1), so they
// cannot drift apart, and an attribute called "timestamp" is no special case (C15).
//
// A scalar is kept as its canonical JSON text: integers exact at any size, doubles in their
// shortest round-trip form (C13), strings with only the escapes that JSON demands. Printing is
// copying. Members keep their order (C12).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "shadow/arena.h"

namespace shadow {

struct Member;
struct Facts;

enum class Kind : uint8_t { kNull, kFalse, kTrue, kNumber, kString, kArray, kObject };

// A view into an arena (or into whatever the tree was made from): cheap to copy, and subtrees are
// shared between the trees that hold them.
class Value {
 public:
  Value() : kind_(Kind::kObject), size_(0), members_(nullptr) {}  // {}

  // A scalar. Where many are made std::construct_at makes each in its place: one that is made
  // elsewhere and copied has to be whole in memory before that begins.
  Value(Kind kind, absl::string_view text, int64_t timestamp)
      : kind_(kind),
        size_(static_cast<uint32_t>(text.size())),
        timestamp_(timestamp),
        text_(text.data()) {}
  // `facts`, if there are any, must live as long as the members or elements.
  static Value Object(absl::Span<const Member> members, const Facts* facts = nullptr) {
    return Value(members, facts);
  }
  static Value Array(absl::Span<const Value> elements, const Facts* facts = nullptr);

  Kind kind() const { return kind_; }
  bool is_null() const { return kind_ == Kind::kNull; }
  bool is_object() const { return kind_ == Kind::kObject; }
  bool is_array() const { return kind_ == Kind::kArray; }
  bool is_container() const { return is_object() || is_array(); }

  // Members of an object or elements of an array; 0 for scalars.
  bool empty() const { return !is_container() || size_ == 0; }

  absl::string_view text() const { return {text_, is_container() ? 0 : size_}; }  // of a scalar
  int64_t timestamp() const { return timestamp_; }  // of a scalar: epoch seconds
  absl::Span<const Member> members() const;         // of an object
  absl::Span<const Value> elements() const;         // of an array
  // Of a container: what is known of it without a walk; null: nothing.
  const Facts* facts() const { return is_container() ? facts_ : nullptr; }

 private:
  Value(absl::Span<const Member> members, const Facts* facts);

  Kind kind_;
  uint32_t size_;
  union {
    int64_t timestamp_;  // of a scalar
    const Facts* facts_ = nullptr;
  };
  union {
    const char* text_;
    const Member* members_;
    const Value* elements_;
  };
};

struct Member {
  absl::string_view key;  // canonical JSON text, quotes included
  Value value;
};

// What the reader of a text has seen of a container on its way, so that nobody has to walk it
// again.
struct Facts {
  absl::string_view text{};    // what PrintJson appends; empty: it was written otherwise
  uint32_t printed_bytes = 0;  // as many as PrintJson appends
  uint32_t leaf_bytes = 0;     // of those the ones of scalars
  uint32_t leaves = 0;         // scalars
  uint32_t depth = 0;          // of non-empty containers inside one another, itself the first
  int64_t timestamp = 0;       // of all scalars
  bool has_null = false;       // anywhere inside
  bool has_null_in_array = false;
  // The members of an object that this one covers: it has just their keys in their order, holds no
  // null, and covers what is an object in both. Merging it into that object gives itself.
  absl::Span<const Member> covered{};
};

inline Value::Value(absl::Span<const Member> members, const Facts* facts)
    : kind_(Kind::kObject),
      size_(static_cast<uint32_t>(members.size())),
      facts_(facts),
      members_(members.data()) {}

inline Value Value::Array(absl::Span<const Value> elements, const Facts* facts) {
  Value value;
  value.kind_ = Kind::kArray;
  value.facts_ = facts;
  value.size_ = static_cast<uint32_t>(elements.size());
  value.elements_ = elements.data();
  return value;
}

inline absl::Span<const Member> Value::members() const {
  return {is_object() ? members_ : nullptr, is_object() ? size_ : 0};
}
inline absl::Span<const Value> Value::elements() const {
  return {is_array() ? elements_ : nullptr, is_array() ? size_ : 0};
}

// Finds members by key. Asked for keys in the members' own order, as two objects of one shape are
// walked side by side, it finds each at once; asked for many others, a large object gets an index,
// so that the walk stays linear in the objects' size.
class MemberIndex {
 public:
  explicit MemberIndex(absl::Span<const Member> members);
  ~MemberIndex();

  // The member's place, or nothing.
  std::optional<size_t> Find(absl::string_view key);

 private:
  struct Large;

  std::optional<size_t> FindByWalk(absl::string_view key) const;
  std::optional<size_t> FindByIndex(absl::string_view key);

  absl::Span<const Member> members_;
  size_t next_ = 0;               // behind the one found last
  int walks_ = 0;                 // that were needed because it was another one
  std::unique_ptr<Large> large_;  // made when it is needed
};

// The member called `key`, given as plain text without anything to escape; null if there is none.
const Value* Find(const Value& object, absl::string_view key);

// The first JSON value in `payload`; what follows it is ignored (B3). Of duplicate keys the last
// one wins, in the place of the first. Every leaf gets `timestamp`. Nothing if the text is not
// JSON. Texts of the result live in `payload`, where they are canonical there, or in `arena`. Needs
// valid UTF-8. Never recurses; time and memory are linear in the payload's size.
//
// `like` is a value that the payload probably resembles, as an update does the document that it is
// for. It changes no character of the result, but what is the same is read faster, shares its texts
// with `like`, and is known to cover it (Facts).
std::optional<Value> ParseJson(absl::string_view payload, int64_t timestamp, Arena& arena,
                               const Value* like = nullptr);

// The same of a text that must be one JSON value from its first byte to its last: files and
// arguments, where more behind it is a mistake.
std::optional<Value> ParseWholeJson(absl::string_view text, int64_t timestamp, Arena& arena);

bool IsUtf8(absl::string_view bytes);

// Appends `value` as compact JSON.
void PrintJson(const Value& value, std::string& out);

// Appends `text`, which must be UTF-8, as a JSON string.
void PrintJsonString(absl::string_view text, std::string& out);

// How many bytes PrintJson would append.
size_t PrintedBytes(const Value& value);

// The characters that a canonical JSON string stands for.
std::string Unescape(absl::string_view json_string);

// Equal as a device sees it: numbers by value (E9), objects whatever their order.
bool SameValue(const Value& a, const Value& b);

// True if a null stands anywhere inside an array (B17).
bool HasNullInArray(const Value& value);

// True if more than `depth_max` non-empty containers stand inside one another, `value` first (B18).
bool DeeperThan(const Value& value, size_t depth_max);

}  // namespace shadow
