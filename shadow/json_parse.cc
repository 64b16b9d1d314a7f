// From JSON text to a tree, in one pass.
#include <algorithm>
#include <memory>
#include <memory_resource>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/strip.h"
#include "shadow/json.h"
#include "shadow/json_scanner.h"
#include "shadow/unique_keys.h"

namespace shadow {
namespace {

constexpr size_t kLookAhead = 4;  // members of what is likely that may be left out
constexpr uint32_t kNowhere = UINT32_MAX;
constexpr size_t kChildrenAtHand = 64;  // that need no memory of their own

class Parser {
 public:
  Parser(absl::string_view text, int64_t timestamp, Arena& arena, const Value* like = nullptr)
      : text_(text, arena), timestamp_(timestamp), arena_(arena), likely_(like) {
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
    text_.SkipSpace();
    return text_.IsAtEnd();
  }

 private:
  // What stands next in the text: a value; nothing, the last child is whole; no JSON.
  enum class Next { kBegins, kIsWhole, kFault };

  // What has been read so far, counted. (What is printed is no longer than what is read.)
  struct Seen {
    uint32_t leaves = 0;
    uint32_t leaf_bytes = 0;
    uint32_t frame_bytes = 0;  // what PrintJson appends beside leaves
    uint32_t nulls = 0;
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
    uint32_t texts_made;   // before it
  };

  // Each child has its place before its value is read, and the value is made there.
  void AddChild(absl::string_view key) { children_.emplace_back().key = key; }

  Next Begin() {
    text_.SkipSpace();
    const Value* const likely = std::exchange(likely_, nullptr);
    if (likely != nullptr && !likely->is_container() && text_.TakeScalar(likely->text())) {
      return Leaf(likely->kind(), likely->text());
    }
    switch (text_.Peek()) {
      case '{':
        return BeginContainer(true, likely);
      case '[':
        return BeginContainer(false, likely);
      case '"':
        return Scalar(Kind::kString, text_.String());
      case 't':
        return Scalar(Kind::kTrue, text_.Literal("true"));
      case 'f':
        return Scalar(Kind::kFalse, text_.Literal("false"));
      case 'n':
        return Scalar(Kind::kNull, text_.Literal("null"));
      default:
        return Scalar(Kind::kNumber, text_.Number());
    }
  }

  Next BeginContainer(bool is_object, const Value* likely) {
    const char* const begin = text_.at();
    const uint32_t texts_made = text_.texts_made();
    text_.Take(is_object ? '{' : '[');
    seen_.frame_bytes += 2;
    text_.SkipSpace();
    if (text_.Take(is_object ? '}' : ']')) {
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
                     .seen = seen_,
                     .texts_made = texts_made});
    return is_object ? Key() : Element();
  }

  // A child of the innermost open container is whole.
  Next Join() {
    text_.SkipSpace();
    const bool is_object = open_.back().is_object;
    if (text_.Take(',')) {
      ++seen_.frame_bytes;
      return is_object ? Key() : Element();
    }
    if (!text_.Take(is_object ? '}' : ']')) return Next::kFault;
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
    text_.SkipSpace();
    TakeLikelyMembers();
    if (TakeLikelyKey()) return Next::kBegins;
    if (text_.Peek() != '"') return Next::kFault;
    const absl::string_view key = text_.String();
    text_.SkipSpace();
    if (IsFault(key) || !text_.Take(':')) return Next::kFault;
    AddKey(key);
    FindLikely(key);
    return Next::kBegins;
  }

  void AddKey(absl::string_view key) {
    seen_.frame_bytes += static_cast<uint32_t>(key.size() + 1);
    AddChild(key);
  }

  // Those that are written as is likely, with the comma behind: most of an update that repeats what
  // is there.
  void TakeLikelyMembers() {
    Open& open = open_.back();
    if (open.like == nullptr) return;
    for (const Member& likely : open.like->members().subspan(open.likely_at)) {
      const Value& value = likely.value;
      if (value.is_container() || !text_.TakeMember(likely.key, value.text())) return;
      ++open.likely_at;
      AddKey(likely.key);
      Leaf(value.kind(), value.text());
      ++seen_.frame_bytes;
    }
  }

  bool TakeLikelyKey() {
    Open& open = open_.back();
    if (open.like == nullptr || open.likely_at == open.like->members().size()) return false;
    const Member& likely = open.like->members()[open.likely_at];
    if (!text_.TakeKey(likely.key)) return false;
    ++open.likely_at;
    likely_ = &likely.value;
    AddKey(likely.key);
    return true;
  }

  // Looks for a key in what is likely: it is not the next one there, or not written like it.
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

  absl::Span<const Member> ChildrenOf(const Open& open) const {
    return {children_.data() + open.first, children_.size() - open.first};
  }

  Value Object(Open& open) {
    absl::Span<Member> members = arena_.Copy(ChildrenOf(open));
    open.covers = open.covers && open.likely_at == open.like->members().size();
    if (!open.covers) {
      const size_t before = members.size();
      members = keys_.Of(members);
      seen_.duplicates += static_cast<uint32_t>(before - members.size());
    }
    return Value::Object(members, FactsOf(open));
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
    const absl::string_view written(open.begin, static_cast<size_t>(text_.at() - open.begin));
    const bool is_canonical =
        text_.texts_made() == open.texts_made && written.size() == facts.printed_bytes;
    if (is_canonical) facts.text = written;
    if (open.covers && !facts.has_null) facts.covered = open.like->members();
    return &arena_.Copy(absl::MakeConstSpan(&facts, 1)).front();
  }

  JsonScanner text_;
  const int64_t timestamp_;
  Arena& arena_;
  const Value* likely_;  // what the next value probably resembles, or null
  Seen seen_;
  absl::InlinedVector<Open, 8> open_;
  alignas(Member) char at_hand_[kChildrenAtHand * sizeof(Member)];
  std::pmr::monotonic_buffer_resource memory_{at_hand_, sizeof at_hand_};
  std::pmr::vector<Member> children_{&memory_};  // of open containers; the first is the whole
  absl::InlinedVector<Value, 16> elements_;      // scratch of Array
  UniqueKeys keys_;
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

}  // namespace shadow
