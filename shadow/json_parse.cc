// From JSON text to a tree, in one pass and in place: what is canonical already is not copied.
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <cstring>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/numeric/bits.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "shadow/json.h"
#include "shadow/json_text.h"
#include "shadow/plain_text.h"

namespace shadow {
namespace {

constexpr uint64_t kMixer = 0x9E3779B97F4A7C15;  // spreads a fingerprint over the high bits
constexpr size_t kStepsMax = 16;                 // from a key's first choice of a place

template <class Int>
uint64_t Load(const char* at) {
  Int number;
  std::memcpy(&number, at, sizeof number);
  return number;
}

// Different for most different keys: the length, and eight characters, or all of fewer. Loaded in
// words that may overlap: a copy of key.size() bytes would stall the load that follows.
uint64_t Fingerprint(absl::string_view key) {
  const char* const first = key.data();
  const char* const end = first + key.size();
  const uint64_t length = uint64_t{key.size()} << 56;
  if (key.size() >= 8) return length ^ Load<uint64_t>(end - 8);
  if (key.size() >= 4) return length ^ Load<uint32_t>(first) ^ Load<uint32_t>(end - 4) << 32;
  return length ^ Load<uint16_t>(first) ^ Load<uint16_t>(end - 2) << 16;  // it has its two quotes
}

class Parser {
 public:
  Parser(absl::string_view text, int64_t timestamp, Arena& arena)
      : at_(text.data()), end_(text.data() + text.size()), timestamp_(timestamp), arena_(arena) {}

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

  // Nothing but white space is left.
  bool IsAtEnd() {
    SkipSpace();
    return at_ == end_;
  }

 private:
  // What stands next in the text.
  enum class Next { kBegins, kIsWhole, kFault };  // a value does; nothing, `value` is; no JSON

  // A container whose end has not been seen. Its children are those from `first` on.
  struct Open {
    bool is_object;
    size_t first;
  };

  char Peek() const { return at_ == end_ ? '\0' : *at_; }

  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  absl::string_view Left() const { return {at_, static_cast<size_t>(end_ - at_)}; }

  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
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
    ++at_;
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
    const absl::string_view key = String();
    SkipSpace();
    if (IsFault(key) || !Take(':')) return Next::kFault;
    children_.push_back({.key = key, .value = {}});
    return Next::kBegins;
  }

  // Texts of scalars are never empty, so the empty one says that there is none.
  static bool IsFault(absl::string_view text) { return text.empty(); }

  Next Scalar(Kind kind, absl::string_view text, Value& value) {
    if (IsFault(text)) return Next::kFault;
    value = Value::Scalar(kind, text, timestamp_);
    return Next::kIsWhole;
  }

  absl::string_view Literal(absl::string_view word) {
    if (!absl::StartsWith(Left(), word)) return {};
    at_ += word.size();
    return word;
  }

  bool Digits() {
    const char* const first = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != first;
  }

  absl::string_view Number() {
    const char* const first = at_;
    Take('-');
    if (!Take('0') && !Digits()) return {};
    const char* const whole_end = at_;
    if (Take('.') && !Digits()) return {};
    if (Take('e') || Take('E')) {
      if (!Take('+')) Take('-');
      if (!Digits()) return {};
    }
    const absl::string_view text(first, static_cast<size_t>(at_ - first));
    if (at_ == whole_end && *first != '-') return text;  // most are: canonical as they are
    return CanonicalNumber(text, arena_).value_or("");
  }

  absl::string_view String() {
    const char* const first = at_;
    const char* const plain_end = at_ + 1 + PlainPrefix(Left().substr(1));
    if (plain_end == end_ || *plain_end != '"') return EscapedString();
    at_ = plain_end + 1;
    return {first, static_cast<size_t>(at_ - first)};
  }

  // A string with escapes, which are not all those that JSON demands.
  absl::string_view EscapedString() {
    absl::string_view left = Left().substr(1);
    std::string text;
    while (!absl::ConsumePrefix(&left, "\"")) {
      const size_t plain = PlainPrefix(left);
      text.append(left.data(), plain);
      left.remove_prefix(plain);
      if (left.empty()) return {};
      if (left.front() == '\\' ? !ConsumeEscape(left, text) : left.front() != '"') return {};
    }
    at_ = end_ - left.size();
    std::string canonical;
    PrintJsonString(text, canonical);
    return arena_.Copy(canonical);
  }

  Value Object(size_t first) {
    const absl::Span<const Member> members = absl::MakeConstSpan(children_).subspan(first);
    const absl::Span<Member> copy = arena_.Copy(members);
    return Value::Object(AreUnique(copy) ? copy : WithoutDuplicates(copy));
  }

  Value Array(size_t first) {
    elements_.clear();
    for (size_t i = first; i < children_.size(); ++i) elements_.push_back(children_[i].value);
    return Value::Array(arena_.Copy(absl::MakeConstSpan(elements_)));
  }

  // May say false of unique keys: fingerprints can be the same, and keys can be made to crowd.
  bool AreUnique(absl::Span<const Member> members) {
    const int bits = absl::bit_width(members.size()) + 1;  // a third of the places stay free
    const size_t places = size_t{1} << bits;
    places_.assign(places, 0);
    for (size_t i = 0; i < members.size(); ++i) {
      const uint64_t fingerprint = Fingerprint(members[i].key);
      size_t place = fingerprint * kMixer >> (64 - bits);
      for (size_t steps = 0; places_[place] != 0; ++steps) {
        if (steps == kStepsMax || Fingerprint(members[places_[place] - 1].key) == fingerprint) {
          return false;
        }
        place = (place + 1) % places;
      }
      places_[place] = static_cast<uint32_t>(i + 1);
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

  const char* at_;  // what is not read yet
  const char* const end_;
  const int64_t timestamp_;
  Arena& arena_;
  absl::InlinedVector<Open, 16> open_;
  absl::InlinedVector<Member, 64> children_;
  absl::InlinedVector<Value, 16> elements_;    // scratch of Array
  absl::InlinedVector<uint32_t, 128> places_;  // scratch of AreUnique: 1 and up, who has a place
};

}  // namespace

std::optional<Value> ParseJson(absl::string_view payload, int64_t timestamp, Arena& arena) {
  absl::ConsumePrefix(&payload, "\xEF\xBB\xBF");  // a byte order mark, as Jackson does
  return Parser(payload, timestamp, arena).Parse();
}

std::optional<Value> ParseWholeJson(absl::string_view text, int64_t timestamp, Arena& arena) {
  Parser parser(text, timestamp, arena);
  auto value = parser.Parse();
  return parser.IsAtEnd() ? value : std::nullopt;
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
