// From JSON text to a tree, in one pass and in place: what is canonical already is not copied.
#include <rapidjson/encodings.h>
#include <rapidjson/memorystream.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

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
constexpr size_t kLookAhead = 4;                 // members of what is likely that may be left out
constexpr uint32_t kNowhere = UINT32_MAX;
constexpr size_t kChildrenAtHand = 64;  // that need no memory of their own

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

// Whether `size` characters are the same. Most are few: comparing them inline beats a call.
inline bool IsSame(const char* a, const char* b, size_t size) {
  if (size > 16) return std::memcmp(a, b, size) == 0;
  if (size >= 8) {
    return ((Load<uint64_t>(a) ^ Load<uint64_t>(b)) |
            (Load<uint64_t>(a + size - 8) ^ Load<uint64_t>(b + size - 8))) == 0;
  }
  if (size >= 4) {
    return ((Load<uint32_t>(a) ^ Load<uint32_t>(b)) |
            (Load<uint32_t>(a + size - 4) ^ Load<uint32_t>(b + size - 4))) == 0;
  }
  for (size_t i = 0; i < size; ++i) {
    if (a[i] != b[i]) return false;
  }
  return true;
}

class Parser {
 public:
  Parser(absl::string_view text, int64_t timestamp, Arena& arena, const Value* like = nullptr)
      : at_(text.data()),
        end_(text.data() + text.size()),
        timestamp_(timestamp),
        arena_(arena),
        likely_(like) {
    children_.reserve(kChildrenAtHand);
  }

  std::optional<Value> Parse() {
    AddChild({});
    for (Next next = Next::kBegins; next != Next::kFault;) {
      if (next == Next::kBegins) {
        next = Begin();
      } else if (open_.empty()) {
        return children_.front().value;
      } else {
        next = Join();
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
  enum class Next {
    kBegins,
    kIsWhole,
    kFault
  };  // a value does; nothing, the last child is; no JSON

  // What has been read so far, counted. (What is printed is no longer than what is read.)
  struct Seen {
    uint32_t leaves = 0;
    uint32_t leaf_bytes = 0;
    uint32_t frame_bytes = 0;  // what PrintJson appends beside leaves
    uint32_t nulls = 0;
    uint32_t texts_made = 0;  // that are not as they were written
    uint32_t duplicates = 0;
  };

  // A container whose end has not been seen. Its children are those from `first` on.
  struct Open {
    bool is_object;
    bool covers;  // so far (Facts)
    bool has_null_in_array = false;
    uint32_t depth = 0;  // of the children
    uint32_t array;      // the place in open_ of the innermost array around a child
    size_t first;
    const char* begin;     // of its text
    const Value* like;     // of the same kind, or null
    size_t likely_at = 0;  // the member or element of `like` that is expected next
    Seen seen;             // before it
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

  // Each child has its place before its value is read, and the value is made there.
  void AddChild(absl::string_view key) { children_.emplace_back().key = key; }

  Next Begin() {
    SkipSpace();
    const Value* const likely = std::exchange(likely_, nullptr);
    if (likely != nullptr && TakeLikely(*likely)) return Leaf(likely->kind(), likely->text());
    switch (Peek()) {
      case '{':
        return BeginContainer(true, likely);
      case '[':
        return BeginContainer(false, likely);
      case '"':
        return Scalar(Kind::kString, String());
      case 't':
        return Scalar(Kind::kTrue, Literal("true"));
      case 'f':
        return Scalar(Kind::kFalse, Literal("false"));
      case 'n':
        return Scalar(Kind::kNull, Literal("null"));
      default:
        return Scalar(Kind::kNumber, Number());
    }
  }

  // Takes a scalar that is written as `likely` is. A number must not go on.
  bool TakeLikely(const Value& likely) {
    if (likely.is_container()) return false;
    const absl::string_view text = likely.text();
    if (Left().size() <= text.size() || !IsSame(at_, text.data(), text.size())) return false;
    const char behind = at_[text.size()];
    if (behind != ',' && behind != '}' && behind != ']') return false;
    at_ += text.size();
    return true;
  }

  Next BeginContainer(bool is_object, const Value* likely) {
    const char* const begin = at_++;
    seen_.frame_bytes += 2;
    SkipSpace();
    if (Take(is_object ? '}' : ']')) {
      children_.back().value = is_object ? Value() : Value::Array({});
      // An empty object is merged into another one by leaving that as it is.
      if (!open_.empty() && is_object && likely != nullptr && likely->is_object()) {
        open_.back().covers &= likely->empty();
      }
      return Next::kIsWhole;
    }
    const Kind kind = is_object ? Kind::kObject : Kind::kArray;
    const Value* const like = likely != nullptr && likely->kind() == kind ? likely : nullptr;
    const auto place = static_cast<uint32_t>(open_.size());
    const uint32_t around = open_.empty() ? kNowhere : open_.back().array;
    open_.push_back({.is_object = is_object,
                     .covers = is_object && like != nullptr,
                     .array = is_object ? around : place,
                     .first = children_.size(),
                     .begin = begin,
                     .like = like,
                     .seen = seen_});
    return is_object ? Key() : Element();
  }

  // A child of the innermost open container is whole.
  Next Join() {
    SkipSpace();
    const bool is_object = open_.back().is_object;
    if (Take(',')) {
      ++seen_.frame_bytes;
      return is_object ? Key() : Element();
    }
    if (!Take(is_object ? '}' : ']')) return Next::kFault;
    Close();
    return Next::kIsWhole;
  }

  void Close() {
    Open& open = open_.back();
    const Value value = open.is_object ? Object(open) : Array(open);
    children_.resize(open.first);
    children_.back().value = value;
    if (open_.size() > 1) Tell(open, value, *(open_.end() - 2));
    open_.pop_back();
  }

  // What a container that is whole has to tell the one around it.
  static void Tell(const Open& inner, const Value& value, Open& outer) {
    outer.depth = std::max(outer.depth, inner.depth + 1);
    outer.has_null_in_array |= inner.has_null_in_array;
    // Where an object is likely only one that covers it will do.
    if (inner.is_object && inner.like != nullptr) {
      outer.covers &= value.facts() != nullptr && !value.facts()->covered.empty();
    }
  }

  Next Key() {
    SkipSpace();
    if (open_.back().like != nullptr) {
      TakeLikelyMembers(open_.back());
      if (TakeLikelyKey()) return Next::kBegins;
    }
    if (Peek() != '"') return Next::kFault;
    const absl::string_view key = String();
    SkipSpace();
    if (IsFault(key) || !Take(':')) return Next::kFault;
    AddKey(key);
    FindLikely(key);
    return Next::kBegins;
  }

  void AddKey(absl::string_view key) {
    seen_.frame_bytes += static_cast<uint32_t>(key.size() + 1);
    AddChild(key);
  }

  // Members that are written as is likely, comma included: what an update only repeats.
  void TakeLikelyMembers(Open& open) {
    const absl::Span<const Member> members = open.like->members();
    const size_t first = open.likely_at;
    size_t bytes = 0;
    for (; open.likely_at < members.size(); ++open.likely_at) {
      const absl::string_view key = members[open.likely_at].key;
      const Value& value = members[open.likely_at].value;
      if (value.is_container() || value.is_null()) break;
      const absl::string_view text = value.text();
      if (Left().size() <= key.size() + 1 + text.size()) break;
      const char* const colon = at_ + key.size();
      const char* const comma = colon + 1 + text.size();
      if (*colon != ':' || *comma != ',' || !IsSame(at_, key.data(), key.size()) ||
          !IsSame(colon + 1, text.data(), text.size())) {
        break;
      }
      Member& child = children_.emplace_back();
      child.key = key;
      std::construct_at(&child.value, value.kind(), text, timestamp_);
      bytes += text.size();
      seen_.frame_bytes += static_cast<uint32_t>(key.size() + 2);
      at_ = comma + 1;
    }
    seen_.leaves += static_cast<uint32_t>(open.likely_at - first);
    seen_.leaf_bytes += static_cast<uint32_t>(bytes);
  }

  bool TakeLikelyKey() {
    Open& open = open_.back();
    if (open.likely_at == open.like->members().size()) return false;
    const Member& likely = open.like->members()[open.likely_at];
    const size_t size = likely.key.size();
    if (Left().size() <= size || at_[size] != ':' || !IsSame(at_, likely.key.data(), size)) {
      return false;
    }
    at_ += size + 1;
    ++open.likely_at;
    likely_ = &likely.value;
    AddKey(likely.key);
    return true;
  }

  // Where a key stands in what is likely that is not written, or not, as the next one.
  void FindLikely(absl::string_view key) {
    Open& open = open_.back();
    if (open.like == nullptr) return;
    const absl::Span<const Member> members = open.like->members().subspan(open.likely_at);
    for (size_t i = 0; i < std::min(members.size(), kLookAhead); ++i) {
      if (members[i].key != key) continue;
      open.covers &= i == 0;
      open.likely_at += i + 1;
      likely_ = &members[i].value;
      return;
    }
    open.covers = false;
  }

  Next Element() {
    AddChild({});
    Open& open = open_.back();
    if (open.like != nullptr && open.likely_at < open.like->elements().size()) {
      likely_ = &open.like->elements()[open.likely_at++];
    }
    return Next::kBegins;
  }

  // Texts of scalars are never empty, so the empty one says that there is none.
  static bool IsFault(absl::string_view text) { return text.empty(); }

  Next Scalar(Kind kind, absl::string_view text) {
    return IsFault(text) ? Next::kFault : Leaf(kind, text);
  }

  Next Leaf(Kind kind, absl::string_view text) {
    std::construct_at(&children_.back().value, kind, text, timestamp_);
    ++seen_.leaves;
    seen_.leaf_bytes += static_cast<uint32_t>(text.size());
    if (kind == Kind::kNull && !open_.empty()) {
      ++seen_.nulls;
      if (open_.back().array != kNowhere) open_[open_.back().array].has_null_in_array = true;
    }
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
    const absl::string_view canonical = CanonicalNumber(text, arena_).value_or("");
    seen_.texts_made += canonical != text;
    return canonical;
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
    ++seen_.texts_made;
    return arena_.Copy(canonical);
  }

  absl::Span<const Member> ChildrenOf(const Open& open) const {
    return {children_.data() + open.first, children_.size() - open.first};
  }

  Value Object(Open& open) {
    const absl::Span<Member> copy = arena_.Copy(ChildrenOf(open));
    open.covers = open.covers && open.likely_at == open.like->members().size();
    if (!open.covers && !AreUnique(copy)) {
      const absl::Span<const Member> unique = WithoutDuplicates(copy);
      seen_.duplicates += static_cast<uint32_t>(copy.size() - unique.size());
      return Value::Object(unique, FactsOf(open));
    }
    return Value::Object(copy, FactsOf(open));
  }

  Value Array(const Open& open) {
    elements_.clear();
    for (const Member& child : ChildrenOf(open)) elements_.push_back(child.value);
    return Value::Array(arena_.Copy(absl::MakeConstSpan(elements_)), FactsOf(open));
  }

  // Null where a member was overwritten: what it held is counted as well.
  const Facts* FactsOf(const Open& open) {
    if (seen_.duplicates != open.seen.duplicates) return nullptr;
    Facts facts;
    facts.leaves = seen_.leaves - open.seen.leaves;
    facts.leaf_bytes = seen_.leaf_bytes - open.seen.leaf_bytes;
    facts.printed_bytes = 2 + seen_.frame_bytes - open.seen.frame_bytes + facts.leaf_bytes;
    facts.depth = open.depth + 1;
    facts.timestamp = timestamp_;
    facts.has_null = seen_.nulls != open.seen.nulls;
    facts.has_null_in_array = open.has_null_in_array;
    const absl::string_view written(open.begin, static_cast<size_t>(at_ - open.begin));
    const bool is_canonical =
        seen_.texts_made == open.seen.texts_made && written.size() == facts.printed_bytes;
    if (is_canonical) facts.text = written;
    if (open.covers && !facts.has_null) facts.covered = open.like->members();
    return &arena_.Copy(absl::MakeConstSpan(&facts, 1)).front();
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
  const Value* likely_;  // what the next value probably resembles, or null
  Seen seen_;
  absl::InlinedVector<Open, 8> open_;
  alignas(Member) char at_hand_[kChildrenAtHand * sizeof(Member)];
  std::pmr::monotonic_buffer_resource memory_{at_hand_, sizeof at_hand_};
  std::pmr::vector<Member> children_{&memory_};  // of open containers; the first is the whole
  absl::InlinedVector<Value, 16> elements_;      // scratch of Array
  absl::InlinedVector<uint32_t, 128> places_;    // scratch of AreUnique: 1 and up, who has a place
};

}  // namespace

std::optional<Value> ParseJson(absl::string_view payload, int64_t timestamp, Arena& arena,
                               const Value* like) {
  absl::ConsumePrefix(&payload, "\xEF\xBB\xBF");  // a byte order mark, as Jackson does
  return Parser(payload, timestamp, arena, like).Parse();
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
