#include "control/paging.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace control {
namespace {

constexpr absl::string_view kTokenPrefix = "1/";  // the form of what follows
const Shape kAnyToken = {"", nullptr, 0, 2048};

std::optional<std::string> KeyIn(absl::string_view token) {
  std::string text;
  if (!absl::Base64Unescape(token, &text) || !absl::StartsWith(text, kTokenPrefix)) {
    return std::nullopt;
  }
  std::string key = text.substr(kTokenPrefix.size());
  if (key.empty() || TokenAfter(key) != token) return std::nullopt;
  return key;
}

}  // namespace

std::string TokenAfter(absl::string_view key) {
  return absl::Base64Escape(absl::StrCat(kTokenPrefix, key));
}

std::string TimeKey(const std::pair<int64_t, std::string>& key) {
  return absl::StrCat(key.first, "/", key.second);
}

std::optional<std::pair<int64_t, std::string>> ReadTimeKey(absl::string_view text) {
  const size_t slash = text.find('/');
  std::pair<int64_t, std::string> key;
  if (slash == absl::string_view::npos || !absl::SimpleAtoi(text.substr(0, slash), &key.first)) {
    return std::nullopt;
  }
  key.second = std::string(text.substr(slash + 1));
  return key;
}

Page ReadPage(Members& in, const PageWords& words) {
  const bool is_marker = words.token == kMarkerPages.token;
  Page page{.words = words, .after = {}};
  const auto token = in.Query(words.token, is_marker ? kMarker : kAnyToken);
  if (const auto size = in.QueryNumber(words.size, 1, kPageMax)) page.size = *size;
  if (!token || token->empty()) return page;
  const auto key = KeyIn(*token);
  page.bad = !key;
  page.after = key.value_or("");
  return page;
}

std::optional<Refusal> PageRefusal(const Members& in, const Page& page) {
  if (auto refusal = in.Refused()) return refusal;
  if (!page.bad) return std::nullopt;
  return InvalidRequest(absl::StrCat("The ", page.words.token, " is not one that a list gave"));
}

}  // namespace control
