// The things that a query matches, in its order, as they were when it was asked. What changes
// later moves nothing: it is told how many things would be elsewhere. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/types/span.h"
#include "service/live/roster.h"
#include "service/live/roster_query.h"

namespace service {

class RosterView {
 public:
  // The roster outlives it.
  RosterView(const Roster& roster, RosterQuery query);

  const RosterQuery& query() const { return query_; }

  // As it was asked.
  size_t total() const { return order_.size(); }
  size_t connected() const { return connected_; }
  size_t differing() const { return differing_; }

  // Those from `from` up to `to`, as far as there are any.
  absl::Span<const Roster::Place> Window(size_t from, size_t to) const;

  // A row has changed. True: it stands from `from` up to `to`.
  bool Changed(Roster::Place place, size_t from, size_t to);

  // Of the things that match now or did then: that stand wrong among those beside them, or do not
  // match any more, or do now.
  size_t moved() const { return moved_.size(); }

 private:
  static constexpr uint32_t kNowhere = UINT32_MAX;

  bool StandsRight(Roster::Place place, uint32_t at) const;

  const Roster& roster_;
  const RosterQuery query_;
  std::vector<Roster::Place> order_;
  std::vector<uint32_t> at_;  // where each place of the roster stands in the order
  size_t connected_ = 0;
  size_t differing_ = 0;
  absl::flat_hash_set<Roster::Place> moved_;
};

// The things that a query matches behind `after`, no more than `most`, and how many match at all.
struct RosterPage {
  size_t total = 0;
  std::vector<Roster::Place> places{};
  bool more = false;
};
RosterPage PageOf(const Roster& roster, const RosterQuery& query, const RosterRow* after,
                  size_t most);

}  // namespace service
