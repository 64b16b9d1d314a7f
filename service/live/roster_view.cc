#include "service/live/roster_view.h"

#include <algorithm>
#include <utility>

namespace service {
namespace {

// Those that match, in the order of names or, if that is asked for, of names backwards.
std::vector<Roster::Place> MatchesOf(const Roster& roster, const RosterQuery& query) {
  std::vector<Roster::Place> matches;
  for (const Roster::Place place : roster.by_name()) {
    if (query.Matches(roster.at(place))) matches.push_back(place);
  }
  if (query.is_by_name() && query.is_descending()) std::reverse(matches.begin(), matches.end());
  return matches;
}

// The first so many of `places`, which are in the order of names, in the query's order.
void PutInOrder(const Roster& roster, const RosterQuery& query, size_t count,
                std::vector<Roster::Place>& places) {
  if (!query.is_by_name()) {
    std::vector<std::pair<uint32_t, uint32_t>> ranks;  // and where it stood
    ranks.reserve(places.size());
    for (const Roster::Place place : places) {
      ranks.emplace_back(query.RankOf(roster.at(place)), static_cast<uint32_t>(ranks.size()));
    }
    const auto end = ranks.begin() + static_cast<std::ptrdiff_t>(count);
    std::partial_sort(ranks.begin(), end, ranks.end());
    std::vector<Roster::Place> ordered;
    ordered.reserve(count);
    std::for_each(ranks.begin(), end,
                  [&](const auto& rank) { ordered.push_back(places[rank.second]); });
    places = std::move(ordered);
  }
  places.resize(count);
}

}  // namespace

RosterView::RosterView(const Roster& roster, RosterQuery query)
    : roster_(roster),
      query_(std::move(query)),
      order_(MatchesOf(roster, query_)),
      at_(roster.places(), kNowhere) {
  PutInOrder(roster_, query_, order_.size(), order_);
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
  page.more = matches.size() > count;
  PutInOrder(roster, query, count, matches);
  page.places = std::move(matches);
  return page;
}

}  // namespace service
