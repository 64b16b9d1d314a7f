// The pieces of a JSON text, one after the other and in place: what is canonical already is not
// copied. Inline, since it is most of what reading a text takes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "shadow/arena.h"
#include "shadow/json.h"
#include "shadow/json_text.h"
#include "shadow/plain_text.h"
#include "shadow/short_text.h"

namespace shadow {

class JsonScanner {
 public:
  JsonScanner(absl::string_view text, Arena& arena)
      : at_(text.data()), end_(text.data() + text.size()), arena_(arena) {}

  const char* at() const { return at_; }  // what is not read yet
  bool IsAtEnd() const { return at_ == end_; }
  // How many texts were given so far that are not as they are written.
  uint32_t texts_made() const { return texts_made_; }

  char Peek() const { return at_ == end_ ? '\0' : *at_; }

  bool Take(char c) {
    if (at_ == end_ || *at_ != c) return false;
    ++at_;
    return true;
  }

  void SkipSpace() {
    while (at_ != end_ && (*at_ == ' ' || *at_ == '\n' || *at_ == '\r' || *at_ == '\t')) ++at_;
  }

  // Takes `key` and a colon if they stand next.
  bool TakeKey(absl::string_view key) {
    const size_t size = key.size();
    if (Left().size() <= size || at_[size] != ':' || !StandsAt(at_, key)) return false;
    at_ += size + 1;
    return true;
  }

  // Takes `key`, a colon, `text` and a comma if they stand next.
  bool TakeMember(absl::string_view key, absl::string_view text) {
    if (Left().size() < key.size() + text.size() + 2) return false;
    const char* const colon = at_ + key.size();
    const char* const comma = colon + 1 + text.size();
    if (*colon != ':' || *comma != ',' || !StandsAt(at_, key) || !StandsAt(colon + 1, text)) {
      return false;
    }
    at_ = comma + 1;
    return true;
  }

  // Takes the scalar `text` if it stands next and does not go on.
  bool TakeScalar(absl::string_view text) {
    if (Left().size() <= text.size() || !StandsAt(at_, text)) return false;
    const char behind = at_[text.size()];
    if (behind != ',' && behind != '}' && behind != ']') return false;
    at_ += text.size();
    return true;
  }

  // Canonical texts of what stands next; empty, as none is, where it does not.
  absl::string_view Literal(absl::string_view word);
  absl::string_view Number();
  absl::string_view String();  // a quote must

 private:
  absl::string_view Left() const { return {at_, static_cast<size_t>(end_ - at_)}; }

  bool Digits() {
    const char* const first = at_;
    while (at_ != end_ && *at_ >= '0' && *at_ <= '9') ++at_;
    return at_ != first;
  }

  absl::string_view EscapedString();

  const char* at_;
  const char* const end_;
  Arena& arena_;
  uint32_t texts_made_ = 0;
};

inline absl::string_view JsonScanner::Literal(absl::string_view word) {
  if (!absl::StartsWith(Left(), word)) return {};
  at_ += word.size();
  return word;
}

inline absl::string_view JsonScanner::Number() {
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
  texts_made_ += canonical != text;
  return canonical;
}

inline absl::string_view JsonScanner::String() {
  const char* const first = at_;
  const char* const plain_end = at_ + 1 + PlainPrefix(Left().substr(1));
  if (plain_end == end_ || *plain_end != '"') return EscapedString();
  at_ = plain_end + 1;
  return {first, static_cast<size_t>(at_ - first)};
}

// A string with escapes, which are not all those that JSON demands.
inline absl::string_view JsonScanner::EscapedString() {
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
  ++texts_made_;
  return arena_.Copy(canonical);
}

}  // namespace shadow
