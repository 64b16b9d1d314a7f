#include "commands/listing.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/strip.h"
#include "absl/time/time.h"

namespace commands {
namespace {

constexpr size_t kScannedAtATime = 100;

// Where the list begins, of places, after which its first one comes.
std::string Begin(const List& list) {
  if (list.ascending) return list.after ? ListPlace(*list.after + 1, true, "") : "";
  return list.before ? ListPlace(*list.before - 1, false, "") : "";
}

// Whether nothing of the list comes at `time` or later on.
bool IsPast(const List& list, int64_t time) {
  return list.ascending ? list.before && time >= *list.before : list.after && time <= *list.after;
}

std::vector<std::string> ScanPlaces(const List& list, const std::string& after, desk::Desk& desk) {
  std::vector<std::string> places;
  desk.draft.Scan(list.keys, list.keys + after, [&](absl::string_view key, absl::string_view) {
    places.emplace_back(key.substr(list.keys.size()));
    return places.size() < kScannedAtATime;
  });
  return places;
}

}  // namespace

control::Page ReadListPage(control::Members& in) {
  control::Page page = control::ReadPage(in, control::kTokenPages);
  if (page.size > kListPageMax) {
    in.Fail(std::to_string(page.size), page.words.size,
            "Member must have value less than or equal to " + std::to_string(kListPageMax));
  }
  return page;
}

void TellList(const control::Page& page, const List& list, absl::string_view name,
              absl::FunctionRef<std::optional<std::string>(absl::string_view id)> tell,
              desk::Desk& desk, control::Json& answer) {
  std::vector<std::string> told;
  std::string last = std::max(page.after, Begin(list));
  std::string next;
  bool more = true;
  for (size_t visited = 0; more && next.empty();) {
    const std::vector<std::string> places = ScanPlaces(list, last, desk);
    more = places.size() == kScannedAtATime;
    for (const std::string& place : places) {
      if (IsPast(list, TimeAt(place, list.ascending))) {
        more = false;
        break;
      }
      if (visited++ == kVisitedMax) {
        next = control::TokenAfter(last);
        break;
      }
      if (auto one = tell(IdAt(place))) {
        if (told.size() == page.size) {
          next = control::TokenAfter(last);
          break;
        }
        told.push_back(*std::move(one));
      }
      last = place;
    }
  }
  answer.List(name, told).TextIfAny(page.words.next, next);
}

std::optional<int64_t> ReadFilterTime(absl::string_view text) {
  absl::ConsumeSuffix(&text, "Z");
  for (const char* const format : {"%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%E*S"}) {
    absl::Time time;
    if (absl::ParseTime(format, text, &time, nullptr) && time > absl::UnixEpoch() &&
        time < absl::InfiniteFuture()) {
      return absl::ToUnixSeconds(time);
    }
  }
  return std::nullopt;
}

}  // namespace commands
