// Lists that are told page by page (T9). A token remembers the last key of the page before, so that
// entries that come and go in between are neither told twice nor left out.
#pragma once

#include <cstdint>
#include <iterator>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "control/account.h"
#include "control/json.h"
#include "control/members.h"

namespace control {

inline constexpr size_t kPageMax = 250;
inline constexpr size_t kPageDefault = 25;

// The parameters of AWS's two families of lists, and what continues an answer.
struct PageWords {
  absl::string_view token;  // of the request
  absl::string_view size;
  absl::string_view next;  // of the answer
};
inline constexpr PageWords kTokenPages = {"nextToken", "maxResults", "nextToken"};
inline constexpr PageWords kMarkerPages = {"marker", "pageSize", "nextMarker"};

// A key of Account::ByTime as a text. Nothing for a text that is none.
std::string TimeKey(const std::pair<int64_t, std::string>& key);
std::optional<std::pair<int64_t, std::string>> ReadTimeKey(absl::string_view text);

struct Page {
  PageWords words;
  std::string after;  // the last key of the page before; empty: this is the first
  bool is_first() const { return after.empty(); }
  size_t size = kPageDefault;
  bool bad = false;  // the token is none that a list gave
};

// What a request asks for. A size out of its bounds is told by `in`, a bad token by PageRefusal.
Page ReadPage(Members& in, const PageWords& words);
std::optional<Refusal> PageRefusal(const Members& in, const Page& page);

// The token that continues after `key`: base64, which a marker must be.
std::string TokenAfter(absl::string_view key);

// Adds the list `name` with a page of [begin, end) to `answer`, and the token if there is more.
// `begin` is already behind page.after. `key` gives an element's key; `tell` its JSON, or nothing
// if it is not listed.
template <class Iterator, class Key, class Tell>
void TellPage(const Page& page, Iterator begin, Iterator end, absl::string_view name, Key key,
              Tell tell, Json& answer) {
  std::vector<std::string> told;
  std::string last;
  std::string next;
  for (; begin != end; ++begin) {
    std::optional<std::string> one = tell(*begin);
    if (!one) continue;
    if (told.size() == page.size) {
      next = TokenAfter(last);
      break;
    }
    told.push_back(*std::move(one));
    last = key(*begin);
  }
  answer.List(name, told).TextIfAny(page.words.next, next);
}

// The same for what is kept by names: a map by name, or a set of them.
template <class Named, class Tell>
void TellByName(const Page& page, const Named& all, absl::string_view name, Tell tell,
                Json& answer) {
  const auto key = [](const auto& element) -> const std::string& {
    if constexpr (std::is_same_v<std::decay_t<decltype(element)>, std::string>) {
      return element;
    } else {
      return element.first;
    }
  };
  TellPage(page, page.is_first() ? all.begin() : all.upper_bound(page.after), all.end(), name, key,
           tell, answer);
}

// The same for what is kept by the time it was made, the newest first unless `ascending`. `tell`
// gets the name.
template <class Tell>
void TellByTime(const Page& page, const Account::ByTime& all, bool ascending,
                absl::string_view name, Tell tell, Json& answer) {
  const auto key = [](const auto& element) { return TimeKey(element); };
  const auto tell_name = [&](const auto& element) { return tell(element.second); };
  const auto after = page.is_first() ? std::nullopt : ReadTimeKey(page.after);
  if (ascending) {
    TellPage(page, after ? all.upper_bound(*after) : all.begin(), all.end(), name, key, tell_name,
             answer);
  } else {
    TellPage(page, std::make_reverse_iterator(after ? all.lower_bound(*after) : all.end()),
             all.rend(), name, key, tell_name, answer);
  }
}

}  // namespace control
