// The fault plans in force, and what they decide. Pure: events and times are handed in, decisions
// come out; who asks carries them out.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "faults/plan.h"
#include "faults/where.h"

namespace faults {

// What one rule does now. Good until plans change.
struct Decision {
  const Rule* rule;
  absl::string_view plan;
  uint64_t k;  // which of its matches, by the event's key
  int64_t ms;  // of delay and reorder: the one that chance chose

  // "late#12:delay:840"
  std::string Text() const;
};

class Plans {
 public:
  static constexpr size_t kPlansMax = 16;
  // Devices and clients that rules count, of all plans. More are left alone.
  static constexpr size_t kKeysMax = 200'000;
  // Faults of a plan that Record can tell of.
  static constexpr size_t kRecordedMax = 100'000;

  // Fails if a plan of that name is in force (AlreadyExists) or too many are (ResourceExhausted).
  absl::Status Start(Plan plan, int64_t now_us);
  // False: there is none of that name.
  bool Stop(absl::string_view name);
  // Those whose time is over; they are stopped.
  std::vector<std::string> StopOverdue(int64_t now_us);

  std::vector<std::string> Names() const;
  bool empty() const { return running_.empty(); }
  size_t size() const { return running_.size(); }
  // Whether a rule looks at such events at all.
  bool Looks(On on) const { return (looks_ >> static_cast<unsigned>(on) & 1) != 0; }

  // All rules that match count it; the first that fires, by the order of plans and rules, acts.
  // `only_plan`: those of other plans are not asked; empty: all are.
  std::optional<Decision> Decide(const Event& event, absl::string_view only_plan = {});

  // As a JSON array, in the order in which they were started: name, seed, how long each still
  // lasts, and of each rule how often it matched and fired.
  std::string List(int64_t now_us) const;
  // A plan that repeats what this one has done so far, or did until it ended. NotFound;
  // ResourceExhausted if it is more than a plan can say.
  absl::StatusOr<std::string> Record(absl::string_view name) const;

 private:
  struct Counted {
    uint64_t matched = 0;
    uint64_t fired = 0;
    std::vector<uint64_t> at{};  // fired, while there is room
  };
  struct RuleCounts {
    uint64_t matched = 0;
    uint64_t fired = 0;
    absl::flat_hash_map<std::string, Counted> by_key{};
  };
  struct Running {
    Plan plan{};
    int64_t ends_us = 0;
    std::vector<RuleCounts> counts{};  // of each rule
    size_t recorded = 0;
    bool is_recorded_whole = true;
  };

  void End(std::vector<std::unique_ptr<Running>>::iterator which);
  void Refresh();
  bool Fires(Running& running, size_t rule, const Event& event, Decision& decision);
  static bool IsPlace(const Rule& rule, const Counted& counted, absl::string_view key, uint64_t k,
                      uint64_t mixed);
  const Running* Find(absl::string_view name) const;

  std::vector<std::unique_ptr<Running>> running_;
  std::deque<std::unique_ptr<Running>> ended_;  // the last few, for Record
  uint32_t looks_ = 0;
  size_t keys_ = 0;
};

}  // namespace faults
