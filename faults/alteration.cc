#include "faults/alteration.h"

#include <algorithm>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace faults {
namespace {

// Where the string that begins at `at` ends: behind its closing quote.
size_t EndOfString(absl::string_view json, size_t at) {
  for (++at; at < json.size() && json[at] != '"'; ++at) {
    if (json[at] == '\\') ++at;
  }
  return std::min(at + 1, json.size());
}

// Of the objects that stand around a place, outermost first: whether it is one of times.
class Nesting {
 public:
  // An object begins, as the value of the member `name`; empty: of an array, or of nothing.
  void Open(absl::string_view name) {
    const size_t depth = in_metadata_.size();
    // metadata of the answer, or of previous and current in update/documents
    in_metadata_.push_back(in_metadata() ||
                           (name == "\"metadata\"" && depth > 0 && depth < 3 && !in_state_));
    if (depth == 1 && name == "\"state\"") in_state_ = true;
  }
  void Close() {
    if (!in_metadata_.empty()) in_metadata_.pop_back();
    if (in_metadata_.size() <= 1) in_state_ = false;
  }
  bool in_metadata() const { return !in_metadata_.empty() && in_metadata_.back(); }
  size_t depth() const { return in_metadata_.size(); }

 private:
  std::vector<bool> in_metadata_;
  bool in_state_ = false;
};

}  // namespace

void AlterToken(bool other, std::string& payload) {
  constexpr absl::string_view kMember = ",\"clientToken\":\"";
  // A quote inside a string has a backslash before it, so this stands nowhere but as a member; and
  // what only one brace follows is a member of the answer itself.
  const size_t at = payload.rfind(kMember.data(), std::string::npos, kMember.size());
  if (at == std::string::npos) return;
  if (EndOfString(payload, at + kMember.size() - 1) + 1 != payload.size()) return;
  payload.resize(at);
  if (other) absl::StrAppend(&payload, kMember, kOtherToken, "\"");
  payload += '}';
}

void SkewTimes(int64_t seconds, std::string& payload) {
  std::string skewed;
  Nesting nesting;
  absl::string_view name;
  const absl::string_view json = payload;
  for (size_t at = 0; at < json.size();) {
    const char c = json[at];
    if (c == '"') {
      const size_t end = EndOfString(json, at);
      const absl::string_view text = json.substr(at, end - at);
      skewed.append(text.data(), text.size());
      at = end;
      if (at < json.size() && json[at] == ':') name = text;
      continue;
    }
    if (absl::ascii_isdigit(static_cast<unsigned char>(c)) && name == "\"timestamp\"" &&
        (nesting.in_metadata() || nesting.depth() == 1)) {
      const size_t end = std::min(json.find_first_not_of("0123456789", at), json.size());
      int64_t time = 0;
      if (absl::SimpleAtoi(json.substr(at, end - at), &time)) {
        absl::StrAppend(&skewed, std::max<int64_t>(0, time + seconds));
      } else {
        skewed.append(json.data() + at, end - at);
      }
      at = end;
      name = {};
      continue;
    }
    if (c == '{') nesting.Open(name);
    if (c == '}') nesting.Close();
    if (c != ':') name = {};
    skewed += c;
    ++at;
  }
  payload = std::move(skewed);
}

}  // namespace faults
