// Whatever happened to a shadow, going back finds each version as it stood, and exactly those that
// the bounds let stand. The seed is printed, and taken from SHADOW_SEED.
#include <gtest/gtest.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "history/change.h"
#include "history/walk.h"
#include "shadow/metadata.h"
#include "tests/history/random_past.h"

namespace history {
namespace {

using storage::HistoryBounds;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordKind;

constexpr int kSequences = 10'000;
constexpr int kBoundedSequences = 4'000;
constexpr int kBlamedSequences = 1'000;
constexpr uint64_t kNoBound = UINT64_MAX;

const HistoryBounds kAll = {.wishes = {kNoBound, INT64_MAX},
                            .reports = {kNoBound, INT64_MAX},
                            .events = {kNoBound, INT64_MAX},
                            .lane_bytes_max = kNoBound};

uint64_t Seed() {
  const char* set = std::getenv("SHADOW_SEED");
  return set != nullptr ? std::strtoull(set, nullptr, 10) : std::random_device()();
}

// What the bounds let stand, found the simple way: by looking at all that was written.
class Model {
 public:
  Model(const Past& past, const WalkOptions& options) : past_(past), options_(options) {}

  bool Keeps(size_t at) const {
    const Stood& one = Of(at);
    const bool wish = one.lane == HistoryLane::kWishes;
    const HistoryBounds::Lane& bound = wish ? options_.bounds.wishes : options_.bounds.reports;
    uint64_t younger = 0;
    uint64_t younger_bytes = 0;
    for (size_t i = at + 1; i < past_.stood().size(); ++i) {
      if (Of(i).change == 0 || Of(i).lane != one.lane) continue;
      ++younger;
      younger_bytes += Of(i).stored_bytes;
    }
    return younger < bound.entries_max && younger_bytes < options_.bounds.lane_bytes_max &&
           (options_.now - one.happened) / 86'400.0 <= static_cast<double>(bound.days_max) &&
           one.change >= (wish ? options_.floors.wishes : options_.floors.reports);
  }

  // The newest wish below `at`; nothing: there is none, or it is not known.
  std::optional<size_t> WishBelow(size_t at, bool over_silence) const {
    while (at-- > 0) {
      if (Of(at).change == 0 && !over_silence) return std::nullopt;
      if (Of(at).change != 0 && Of(at).lane == HistoryLane::kWishes) return at;
    }
    return std::nullopt;
  }

  const Stood& Of(size_t at) const { return past_.stood()[at]; }

 private:
  const Past& past_;
  const WalkOptions& options_;
};

void ExpectState(const State& state, const Stood& stood, bool knows_reported) {
  ASSERT_EQ(state.kind, stood.kind);
  const Stood seen = Seen(state.kind, state.document);
  ASSERT_EQ(seen.version, stood.version);
  ASSERT_EQ(seen.time, stood.time);
  ASSERT_EQ(seen.desired, stood.desired);
  ASSERT_TRUE(state.has_reported || !knows_reported);
  if (state.has_reported) {
    ASSERT_EQ(seen.got, stood.got);
  } else {
    ASSERT_TRUE(state.document.reported.empty());
  }
}

// Goes all the way back and holds each step against what stood.
class Follower {
 public:
  Follower(Past& past, const WalkOptions& options)
      : past_(past), options_(options), model_(past, options_) {}

  void Follow() {
    walk_ = Walk::Begin(past_.record(), past_, options_).value();
    ASSERT_NO_FATAL_FAILURE(ExpectNewest());
    while (true) {
      const WalkEnd end = FindNext();
      const auto more = walk_->Next();
      ASSERT_TRUE(more.ok()) << more.status();
      ASSERT_EQ(*more, end == WalkEnd::kNone) << "end " << static_cast<int>(walk_->end());
      if (!*more) {
        ASSERT_EQ(walk_->end(), end);
        return;
      }
      ASSERT_NO_FATAL_FAILURE(ExpectStep());
      ++steps;
    }
  }

  int steps = 0;
  int gaps = 0;

 private:
  void ExpectNewest() {
    at_ = past_.stood().size();
    if (at_ > 0 && walk_->newest().kind != RecordKind::kNone) {
      --at_;
      ASSERT_NO_FATAL_FAILURE(ExpectState(walk_->newest(), model_.Of(at_), true));
      life_ended_ = false;
    } else {
      const bool gone = at_ == 0 || (model_.Of(at_ - 1).kind == RecordKind::kTombstone &&
                                     model_.Of(at_ - 1).time <= options_.now - 48 * 3600);
      ASSERT_TRUE(gone);
    }
  }

  // Moves at_ to the entry that comes next.
  WalkEnd FindNext() {
    gap_ = false;
    if (life_ended_) {
      const auto end = model_.WishBelow(at_, true);
      if (!end || !model_.Keeps(*end)) return WalkEnd::kBegin;
      at_ = *end;
      return model_.Of(at_).kind == RecordKind::kTombstone ? WalkEnd::kNone : WalkEnd::kNotKept;
    }
    if (!maker_known_ || model_.Of(at_).change == 0) return WalkEnd::kNotKept;
    if (model_.Of(at_).lane == HistoryLane::kReports) {
      if (!reports_over_ && model_.Keeps(at_)) return WalkEnd::kNone;
      reports_over_ = true;
      const auto wish = model_.WishBelow(at_, false);
      if (!wish) return WalkEnd::kNotKept;
      at_ = *wish;
      gap_ = true;
      knows_reported_ = false;
      ++gaps;
    }
    return model_.Keeps(at_) ? WalkEnd::kNone : WalkEnd::kNotKept;
  }

  void ExpectStep() {
    const Step& step = walk_->step();
    const Stood& stood = model_.Of(at_);
    ASSERT_EQ(step.change, stood.change);
    ASSERT_EQ(step.lane, stood.lane);
    ASSERT_EQ(step.entry.kind, stood.how);
    ASSERT_EQ(step.entry.version, stood.version);
    ASSERT_EQ(step.entry.time, stood.happened);
    ASSERT_EQ(step.after_gap, gap_);
    const bool is_gone = stood.kind == RecordKind::kTombstone;
    if (gap_ || is_gone) {  // else it is what stood before the step before
      ASSERT_NO_FATAL_FAILURE(ExpectState(step.after, stood, knows_reported_ || is_gone));
    }
    life_ended_ = step.before.kind == RecordKind::kNone;
    if (life_ended_) {
      ASSERT_TRUE(at_ == 0 || model_.Of(at_ - 1).kind == RecordKind::kTombstone);
      knows_reported_ = true;
      return;
    }
    ASSERT_GT(at_, 0u);
    ASSERT_NO_FATAL_FAILURE(
        ExpectState(step.before, model_.Of(at_ - 1), knows_reported_ || is_gone));
    knows_reported_ = step.before.has_reported;
    maker_known_ = model_.Of(at_ - 1).change != 0;
    --at_;
  }

  Past& past_;
  const WalkOptions options_;
  const Model model_;
  std::unique_ptr<Walk> walk_;
  size_t at_ = 0;
  bool life_ended_ = true;
  bool maker_known_ = true;
  bool reports_over_ = false;
  bool knows_reported_ = true;
  bool gap_ = false;
};

WalkOptions SomeBounds(RandomPast& random, const Past& past) {
  WalkOptions options = {.bounds = kAll, .now = past.now};
  if (random.Below(2) == 0) options.bounds.reports.entries_max = random.Below(6);
  if (random.Below(3) == 0) options.bounds.wishes.entries_max = random.Below(9);
  if (random.Below(4) == 0) options.bounds.lane_bytes_max = random.Below(900);
  if (random.Below(4) == 0) options.bounds.reports.days_max = random.Below(3);
  if (random.Below(4) == 0) options.bounds.wishes.days_max = random.Below(5);
  const auto change = [&] { return random.Below(static_cast<unsigned>(past.last_change + 1)); };
  if (random.Below(4) == 0) options.floors.reports = change();
  if (random.Below(5) == 0) options.floors.wishes = change();
  return options;
}

TEST(Walk, FindsEachVersionAsItStood) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  int steps = 0;
  for (int sequence = 0; sequence < kSequences; ++sequence) {
    const uint64_t one = seed + static_cast<uint64_t>(sequence);
    RandomPast random(one);
    Past past({"T", random.Below(2) == 0 ? "" : "S"});
    past.keeps_tombstones = random.Below(2) == 0;
    const unsigned things = random.Below(100) == 0 ? 300 : 2 + random.Below(20);
    for (unsigned i = 0; i < things; ++i) random.Go(past);
    Follower follower(past, {.bounds = kAll, .now = past.now});
    ASSERT_NO_FATAL_FAILURE(follower.Follow()) << "SHADOW_SEED=" << one;
    ASSERT_EQ(static_cast<size_t>(follower.steps), past.stood().size());
    steps += follower.steps;
  }
  std::cout << steps << " steps\n";
}

// Each leaf by its path, with its value and times.
std::map<std::string, std::string> LeavesOf(const State& state) {
  std::map<std::string, std::string> leaves;
  for (const LeafChange& leaf : ListChanges({}, state.document, Listing::kValues)) {
    std::string& text = leaves[absl::StrJoin(leaf.path, ",")];
    shadow::PrintJson(*leaf.after, text);
    shadow::PrintMetadata(*leaf.after, text);
  }
  return leaves;
}

TEST(Walk, LeadsFromEachLeafToTheChangeThatWroteIt) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  for (int sequence = 0; sequence < kBlamedSequences; ++sequence) {
    const uint64_t one = seed + static_cast<uint64_t>(sequence);
    RandomPast random(one);
    Past past;
    for (unsigned i = 2 + random.Below(20); i > 0; --i) random.Go(past);
    const auto walk = Walk::Begin(past.record(), past, {.bounds = kAll, .now = past.now}).value();
    const auto newest = LeavesOf(walk->newest());
    std::map<std::string, uint64_t> standing;  // as far as was gone: which change left it as it is
    std::map<std::string, uint64_t> written;   // what a listing of writes says
    while (walk->Next().value()) {
      const Step& step = walk->step();
      const auto before = LeavesOf(step.before);
      for (const auto& [path, leaf] : newest) {
        const auto same = before.find(path);
        if (same == before.end() || same->second != leaf) standing.try_emplace(path, step.change);
      }
      for (const LeafChange& change :
           ListChanges(step.before.document, step.after.document, Listing::kWrites)) {
        const std::string path = absl::StrJoin(change.path, ",");
        if (newest.contains(path)) written.try_emplace(path, step.change);
      }
    }
    ASSERT_EQ(written, standing) << "SHADOW_SEED=" << one;
    ASSERT_EQ(written.size(), newest.size());
  }
}

TEST(Walk, HoldsTheBoundsExactly) {
  const uint64_t seed = Seed();
  SCOPED_TRACE(absl::StrCat("SHADOW_SEED=", seed));
  std::cout << "SHADOW_SEED=" << seed << "\n";
  int gaps = 0;
  for (int sequence = 0; sequence < kBoundedSequences; ++sequence) {
    const uint64_t one = seed + static_cast<uint64_t>(sequence);
    RandomPast random(one);
    Past past;
    for (unsigned i = 2 + random.Below(30); i > 0; --i) {
      past.history = random.Below(20) != 0;
      random.Go(past);
    }
    Follower follower(past, SomeBounds(random, past));
    ASSERT_NO_FATAL_FAILURE(follower.Follow()) << "SHADOW_SEED=" << one;
    gaps += follower.gaps;
  }
  std::cout << gaps << " gaps\n";
}

}  // namespace
}  // namespace history
