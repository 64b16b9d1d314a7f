#include "jobs/pages.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace jobs {
namespace {

constexpr size_t kReadAtOnce = 256;

using Entries = std::vector<std::pair<std::string, std::string>>;

// The store must not be asked for more while it is scanned.
Entries ReadBehind(absl::string_view prefix, absl::string_view after, desk::Desk& desk) {
  Entries entries;
  desk.draft.Scan(prefix, after.empty() ? "" : absl::StrCat(prefix, after),
                  [&](absl::string_view key, absl::string_view value) {
                    entries.emplace_back(key.substr(prefix.size()), value);
                    return entries.size() < kReadAtOnce;
                  });
  return entries;
}

}  // namespace

void TellStored(
    const control::Page& page, absl::string_view prefix, absl::string_view name,
    absl::FunctionRef<std::optional<std::string>(absl::string_view, absl::string_view)> tell,
    desk::Desk& desk, control::Json& answer) {
  std::vector<std::string> told;
  std::string last = page.after;
  std::string next;
  bool more = true;
  for (size_t looks = 0; more && next.empty();) {
    const Entries entries = ReadBehind(prefix, last, desk);
    more = entries.size() == kReadAtOnce;
    for (const auto& [end, value] : entries) {
      auto one = looks == kLooksPerPageMax ? std::nullopt : tell(end, value);
      if (looks++ == kLooksPerPageMax || (one && told.size() == page.size)) {
        next = control::TokenAfter(last);
        break;
      }
      if (one) told.push_back(*std::move(one));
      last = end;
    }
  }
  answer.List(name, told).TextIfAny(page.words.next, next);
}

}  // namespace jobs
