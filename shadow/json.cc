#include "shadow/json.h"

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/numbers.h"
#include "shadow/print_tree.h"

namespace shadow {
namespace {

// Up to here a walk over the members beats a hash.
constexpr size_t kSmallObject = 12;

// So many walks over a large object cost less than to make an index of it.
constexpr int kWalksMax = 8;

bool IsInteger(absl::string_view number) {
  return number.find_first_of(".eE") == absl::string_view::npos;
}

bool SameNumber(absl::string_view a, absl::string_view b) {
  if (a == b) return true;
  if (IsInteger(a) && IsInteger(b)) return false;  // canonical integers differ where texts do
  double x;
  double y;
  return absl::SimpleAtod(a, &x) && absl::SimpleAtod(b, &y) && x == y;
}

bool SameMembers(absl::Span<const Member> a, absl::Span<const Member> b) {
  if (a.size() != b.size()) return false;
  MemberIndex index(b);
  for (const Member& member : a) {
    const auto place = index.Find(member.key);
    if (!place || !SameValue(member.value, b[*place].value)) return false;
  }
  return true;
}

bool SameElements(absl::Span<const Value> a, absl::Span<const Value> b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!SameValue(a[i], b[i])) return false;
  }
  return true;
}

// What JSON demands for a character that cannot stand as it is; nothing for all others.
absl::string_view EscapeOf(char c) {
  switch (c) {
    case '"':
      return "\\\"";
    case '\\':
      return "\\\\";
    case '\b':
      return "\\b";
    case '\f':
      return "\\f";
    case '\n':
      return "\\n";
    case '\r':
      return "\\r";
    case '\t':
      return "\\t";
    default:
      return {};
  }
}

bool NeedsEscape(char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; }

void Append(absl::string_view text, std::string& out) { out.append(text.data(), text.size()); }

struct TextLeaf {
  static size_t Bytes(const Value& value) { return value.text().size(); }
  static char* Write(const Value& value, char* at) { return CopyText(value.text(), at); }
};

}  // namespace

struct MemberIndex::Large {
  absl::flat_hash_map<absl::string_view, size_t> places;
};

MemberIndex::MemberIndex(absl::Span<const Member> members) : members_(members) {}

MemberIndex::~MemberIndex() = default;

std::optional<size_t> MemberIndex::Find(absl::string_view key) {
  if (next_ < members_.size() && members_[next_].key == key) return next_++;
  const bool walks = members_.size() <= kSmallObject || ++walks_ <= kWalksMax;
  const auto place = walks ? FindByWalk(key) : FindByIndex(key);
  if (place) next_ = *place + 1;
  return place;
}

std::optional<size_t> MemberIndex::FindByWalk(absl::string_view key) const {
  for (size_t i = 0; i < members_.size(); ++i) {
    if (members_[i].key == key) return i;
  }
  return std::nullopt;
}

std::optional<size_t> MemberIndex::FindByIndex(absl::string_view key) {
  if (large_ == nullptr) {
    large_ = std::make_unique<Large>();
    large_->places.reserve(members_.size());
    for (size_t i = 0; i < members_.size(); ++i) large_->places.emplace(members_[i].key, i);
  }
  const auto found = large_->places.find(key);
  if (found == large_->places.end()) return std::nullopt;
  return found->second;
}

const Value* Find(const Value& object, absl::string_view key) {
  for (const Member& member : object.members()) {
    if (member.key.size() == key.size() + 2 && member.key.substr(1, key.size()) == key) {
      return &member.value;
    }
  }
  return nullptr;
}

void PrintJson(const Value& value, std::string& out) {
  const Facts* const facts = value.facts();
  if (facts != nullptr && !facts->text.empty()) return Append(facts->text, out);
  PrintTree(value, TextLeaf(), out);
}

void PrintJsonString(absl::string_view text, std::string& out) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  out.push_back('"');
  auto plain = text.begin();  // what is not yet appended
  for (auto c = text.begin(); c != text.end(); ++c) {
    if (!NeedsEscape(*c)) continue;
    out.append(plain, c);
    plain = c + 1;
    const absl::string_view escape = EscapeOf(*c);
    Append(escape.empty() ? "\\u00" : escape, out);
    if (!escape.empty()) continue;
    out.push_back(kHex[static_cast<unsigned char>(*c) >> 4]);
    out.push_back(kHex[static_cast<unsigned char>(*c) & 0xF]);
  }
  out.append(plain, text.end());
  out.push_back('"');
}

size_t PrintedBytes(const Value& value) {
  if (value.facts() != nullptr) return value.facts()->printed_bytes;
  TextLeaf leaf;
  return TreeBytes(value, leaf);
}

bool SameValue(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kObject:
      return SameMembers(a.members(), b.members());
    case Kind::kArray:
      return SameElements(a.elements(), b.elements());
    case Kind::kNumber:
      return SameNumber(a.text(), b.text());
    default:
      return a.text() == b.text();
  }
}

bool HasNullInArray(const Value& value) {
  if (value.facts() != nullptr) return value.facts()->has_null_in_array;
  struct Step {
    const Value* value;
    bool in_array;
  };
  absl::InlinedVector<Step, 16> open = {
      {&value, false}};  // no recursion: a request may nest a million deep
  while (!open.empty()) {
    const Step step = open.back();
    open.pop_back();
    if (step.value->is_null() && step.in_array) return true;
    for (const Member& member : step.value->members()) {
      if (member.value.is_null() || member.value.is_container()) {
        open.push_back({&member.value, step.in_array});
      }
    }
    for (const Value& element : step.value->elements()) {
      if (element.is_null() || element.is_container()) open.push_back({&element, true});
    }
  }
  return false;
}

bool DeeperThan(const Value& value, size_t depth_max) {
  if (value.empty()) return false;
  if (value.facts() != nullptr) return value.facts()->depth > depth_max;
  if (depth_max == 0) return true;
  for (const Member& member : value.members()) {
    if (DeeperThan(member.value, depth_max - 1)) return true;
  }
  for (const Value& element : value.elements()) {
    if (DeeperThan(element, depth_max - 1)) return true;
  }
  return false;
}

}  // namespace shadow
