#include "service/live/roster_view.h"

#include <algorithm>
#include <utility>

namespace service {
namespace {

// Those that match, in the order of names or of names backwards.
std::vector<Roster::Place> MatchesOf(const Roster& roster, const RosterQuery& query) {
  std::vector<Roster::Place> matches;
  for (const Roster::Place place : roster.by_name()) {
    if (query.Matches(roster.at(place))) matches.push_back(place);
  }
  if (query.is_by_name() && query.is_descending()) std::reverse(matches.begin(), matches.end());
  return matches;
}

auto ByQuery(const Roster& roster, const RosterQuery& query) {
  return [&roster, &query](Roster::Place a, Roster::Place b) {
    return query.IsBefore(roster.at(a), roster.at(b));
  };
}

}  // namespace

RosterView::RosterView(const Roster& roster, RosterQuery query)
    : roster_(roster),
      query_(std::move(query)),
      order_(MatchesOf(roster, query_)),
      at_(roster.places(), kNowhere) {
  if (!query_.is_by_name()) std::sort(order_.begin(), order_.end(), ByQuery(roster_, query_));
  order_.shrink_to_fit();
  for (size_t i = 0; i < order_.size(); ++i) {
    const RosterRow& row = roster_.at(order_[i]);
    at_[order_[i]] = static_cast<uint32_t>(i);
    if (row.connected()) ++connected_;
    if (row.differing > 0) ++differing_;
  }
}

absl::Span<const Roster::Place> RosterView::Window(size_t from, size_t to) const {
  const absl::Span<const Roster::Place> all = order_;
  if (from >= all.size() || to <= from) return {};
  return all.subspan(from, to - from);
}

bool RosterView::StandsRight(Roster::Place place, uint32_t at) const {
  const RosterRow& row = roster_.at(place);
  return (at == 0 || query_.IsBefore(roster_.at(order_[at - 1]), row)) &&
         (at + 1 == order_.size() || query_.IsBefore(row, roster_.at(order_[at + 1])));
}

bool RosterView::Changed(Roster::Place place, size_t from, size_t to) {
  const uint32_t at = place < at_.size() ? at_[place] : kNowhere;
  const bool stood = at != kNowhere;
  const bool matches = query_.Matches(roster_.at(place));
  const bool is_right = stood == matches && (!stood || StandsRight(place, at));
  if (is_right) {
    moved_.erase(place);
  } else {
    moved_.insert(place);
  }
  return stood && at >= from && at < to;
}

RosterPage PageOf(const Roster& roster, const RosterQuery& query, const RosterRow* after,
                  size_t most) {
  std::vector<Roster::Place> matches = MatchesOf(roster, query);
  RosterPage page{.total = matches.size()};
  if (after != nullptr) {
    std::erase_if(matches,
                  [&](Roster::Place place) { return !query.IsBefore(*after, roster.at(place)); });
  }
  const size_t count = std::min(most, matches.size());
  const auto end = matches.begin() + static_cast<std::ptrdiff_t>(count);
  if (!query.is_by_name()) {
    std::partial_sort(matches.begin(), end, matches.end(), ByQuery(roster, query));
  }
  page.more = matches.size() > count;
  page.places.assign(matches.begin(), end);
  return page;
}

}  // namespace service
