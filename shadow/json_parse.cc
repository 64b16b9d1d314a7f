// From JSON text to a tree, in one pass and in place: what is canonical already is not copied.
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/strip.h"
#include "shadow/json.h"
#include "shadow/json_text.h"

namespace shadow {
namespace {

// Up to here comparing every key with every other beats hashing them.
constexpr size_t kFewMembers = 64;

// Different for most different keys: the length and the last seven characters before the quote.
uint64_t Fingerprint(absl::string_view key) {
  uint64_t bytes = 0;
  const size_t size = std::min(key.size(), sizeof bytes);
  std::memcpy(&bytes, key.data() + key.size() - size, size);
  return bytes ^ key.size() << 56;
}

class Parser {
 public:
  Parser(absl::string_view text, int64_t timestamp, Arena& arena)
      : left_(text), timestamp_(timestamp), arena_(arena) {}

  std::optional<Value> Parse() {
    Value value;
    for (Next next = Next::kBegins; next != Next::kFault;) {
      if (next == Next::kBegins) {
        next = Begin(value);
      } else if (open_.empty()) {
        return value;
      } else {
        next = Join(value);
      }
    }
    return std::nullopt;
  }

 private:
  // What stands next in the text.
  enum class Next { kBegins, kIsWhole, kFault };  // a value does; nothing, `value` is; no JSON

  // A container whose end has not been seen. Its children are those from `first` on.
  struct Open {
    bool is_object;
    size_t first;
  };

  char Peek() const { return left_.empty() ? '\0' : left_.front(); }

  bool Take(char c) {
    if (left_.empty() || left_.front() != c) return false;
    left_.remove_prefix(1);
    return true;
  }

  void SkipSpace() {
    while (!left_.empty()) {
      const char c = left_.front();
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
      left_.remove_prefix(1);
    }
  }

  Next Begin(Value& value) {
    SkipSpace();
    switch (Peek()) {
      case '{':
        return BeginContainer(true, value);
      case '[':
        return BeginContainer(false, value);
      case '"':
        return Scalar(Kind::kString, String(), value);
      case 't':
        return Scalar(Kind::kTrue, Literal("true"), value);
      case 'f':
        return Scalar(Kind::kFalse, Literal("false"), value);
      case 'n':
        return Scalar(Kind::kNull, Literal("null"), value);
      default:
        return Scalar(Kind::kNumber, Number(), value);
    }
  }

  Next BeginContainer(bool is_object, Value& value) {
    left_.remove_prefix(1);
    SkipSpace();
    if (Take(is_object ? '}' : ']')) {
      value = is_object ? Value() : Value::Array({});
      return Next::kIsWhole;
    }
    open_.push_back({is_object, children_.size()});
    return is_object ? Key() : Next::kBegins;
  }

  // A child of the innermost open container is whole.
  Next Join(Value& value) {
    const auto [is_object, first] = open_.back();
    if (is_object) {
      children_.back().value = value;
    } else {
      children_.push_back({.key = {}, .value = value});
    }
    SkipSpace();
    if (Take(',')) return is_object ? Key() : Next::kBegins;
    if (!Take(is_object ? '}' : ']')) return Next::kFault;
    value = is_object ? Object(first) : Array(first);
    children_.resize(first);
    open_.pop_back();
    return Next::kIsWhole;
  }

  Next Key() {
    SkipSpace();
    if (Peek() != '"') return Next::kFault;
    const auto key = String();
    SkipSpace();
    if (!key || !Take(':')) return Next::kFault;
    children_.push_back({.key = *key, .value = {}});
    return Next::kBegins;
  }

  Next Scalar(Kind kind, std::optional<absl::string_view> text, Value& value) {
    if (!text) return Next::kFault;
    value = Value::Scalar(kind, *text, timestamp_);
    return Next::kIsWhole;
  }

  std::optional<absl::string_view> Literal(absl::string_view word) {
    if (!absl::ConsumePrefix(&left_, word)) return std::nullopt;
    return word;
  }

  bool Digits() {
    size_t count = 0;
    while (count < left_.size() && left_[count] >= '0' && left_[count] <= '9') ++count;
    left_.remove_prefix(count);
    return count > 0;
  }

  std::optional<absl::string_view> Number() {
    const absl::string_view begin = left_;
    Take('-');
    if (!Take('0') && !Digits()) return std::nullopt;
    if (Take('.') && !Digits()) return std::nullopt;
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (!Digits()) return std::nullopt;
    }
    return CanonicalNumber(begin.substr(0, begin.size() - left_.size()), arena_);
  }

  std::optional<absl::string_view> String() {
    const size_t plain = PlainPrefix(left_.substr(1));
    const absl::string_view rest = left_.substr(1 + plain);
    if (rest.empty() || rest.front() != '"') return EscapedString();
    const absl::string_view text = left_.substr(0, plain + 2);
    left_ = rest.substr(1);
    return text;
  }

  // A string with escapes, which are not all those that JSON demands.
  std::optional<absl::string_view> EscapedString() {
    left_.remove_prefix(1);
    std::string text;
    while (!Take('"')) {
      const size_t plain = PlainPrefix(left_);
      text.append(left_.data(), plain);
      left_.remove_prefix(plain);
      if (Peek() == '\\' ? !ConsumeEscape(left_, text) : Peek() != '"') return std::nullopt;
    }
    std::string canonical;
    PrintJsonString(text, canonical);
    return arena_.Copy(canonical);
  }

  Value Object(size_t first) {
    const absl::Span<const Member> members = absl::MakeConstSpan(children_).subspan(first);
    const absl::Span<Member> copy = arena_.Copy(members);
    const bool unique = copy.size() <= kFewMembers ? AreFewUnique(copy) : false;
    return Value::Object(unique ? copy : WithoutDuplicates(copy));
  }

  Value Array(size_t first) {
    elements_.clear();
    for (size_t i = first; i < children_.size(); ++i) elements_.push_back(children_[i].value);
    return Value::Array(arena_.Copy(absl::MakeConstSpan(elements_)));
  }

  // May say false of unique keys.
  static bool AreFewUnique(absl::Span<const Member> members) {
    uint64_t seen[kFewMembers];
    for (size_t i = 0; i < members.size(); ++i) {
      const uint64_t fingerprint = Fingerprint(members[i].key);
      bool twice = false;
      for (size_t k = 0; k < i; ++k) twice |= seen[k] == fingerprint;
      if (twice) return false;
      seen[i] = fingerprint;
    }
    return true;
  }

  // The last of several equal keys wins, in the place of the first (Q22).
  static absl::Span<Member> WithoutDuplicates(absl::Span<Member> members) {
    absl::flat_hash_map<absl::string_view, size_t> places;
    places.reserve(members.size());
    size_t next = 0;
    for (const Member& member : members) {
      const auto [place, is_new] = places.try_emplace(member.key, next);
      members[place->second] = {place->first, member.value};
      next += is_new;
    }
    return members.first(next);
  }

  absl::string_view left_;  // what is not read yet
  const int64_t timestamp_;
  Arena& arena_;
  absl::InlinedVector<Open, 16> open_;
  absl::InlinedVector<Member, 64> children_;
  absl::InlinedVector<Value, 16> elements_;  // scratch of Array
};

}  // namespace

std::optional<Value> ParseJson(absl::string_view payload, int64_t timestamp, Arena& arena) {
  absl::ConsumePrefix(&payload, "\xEF\xBB\xBF");  // a byte order mark, as Jackson does
  return Parser(payload, timestamp, arena).Parse();
}

bool IsUtf8(absl::string_view bytes) {
  struct Nowhere {
    void Put(char) {}
  } nowhere;
  rapidjson::MemoryStream stream(bytes.data(), bytes.size());
  while (stream.Tell() < bytes.size()) {
    const size_t left = bytes.size() - stream.Tell();
    uint64_t eight;
    if (left >= sizeof eight) {
      std::memcpy(&eight, stream.src_, sizeof eight);
      if ((eight & 0x8080808080808080) == 0) {
        stream.src_ += sizeof eight;
        continue;
      }
    }
    if (!rapidjson::UTF8<>::Validate(stream, nowhere)) return false;
  }
  return true;
}

}  // namespace shadow
