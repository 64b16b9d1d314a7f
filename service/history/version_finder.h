// Finds one version on a walk back through a shadow's past. A number means a version of the newest
// life, a time one of any.
#pragma once

#include <cstdint>
#include <optional>

#include "history/walk.h"
#include "rest/history.h"

namespace service {

class VersionFinder {
 public:
  // The walk outlives it.
  VersionFinder(const rest::VersionName& wanted, const history::Walk& walk);

  struct Found {
    int64_t version;              // that it has; of one between two wishes not that of `state`
    const history::State* state;  // as it was; of one between two wishes what was desired then
    const history::Step* step;    // that made `state`; null: its entry is not kept
  };

  // The walk has gone a step. What is found holds as long as the step does.
  std::optional<Found> Take(const history::Step& step);

  // The walk has ended.
  std::optional<Found> End() const;

  // Nothing that is older can be it.
  bool has_passed() const { return has_passed_; }

 private:
  std::optional<Found> InGap(const history::Step& step) const;
  bool IsIt(const history::State& state, int64_t back) const;

  const rest::VersionName wanted_;
  const history::Walk& walk_;
  int64_t version_ = 0;    // of the oldest state that was reached
  int64_t back_ = 0;       // how many versions that is before the current one
  bool at_newest_ = true;  // that is the newest one
  bool has_passed_ = false;
};

}  // namespace service
