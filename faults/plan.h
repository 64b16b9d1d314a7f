// A fault plan: what goes wrong on purpose, for whom, how often and for how long (docs/faults.md).
// Parsed once; a plan with an error is refused whole.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "faults/where.h"
#include "policy/json_tree.h"

namespace faults {

inline constexpr size_t kRulesMax = 64;  // of a plan
inline constexpr int64_t kDurationMsMax = 24 * 60 * 60 * int64_t{1000};
inline constexpr int64_t kDelayMsMax = 60 * 60 * int64_t{1000};
inline constexpr int64_t kSkewSecondsMax = 10 * 366 * 24 * 60 * int64_t{60};

// What it does. The numbers stand in the link's status.
enum class Do : uint8_t {
  kClose,     // connect: closed without CONNACK
  kRefuse,    // connect, subscribe: as by a policy
  kInactive,  // connect: as if the certificate were, and who is connected is cut
  kCutBeforeSuback,
  kCutAfterSuback,
  kCutBeforePuback,
  kCutAfterPuback,
  kSwallow,    // request: acknowledged and lost
  kReject,     // request, https
  kDelay,      // request, answer, deliver, https
  kDuplicate,  // request, answer, deliver
  kDrop,       // answer, deliver
  kReorder,    // answer: comes after the next one of its topic
  kToken,      // answer: clientToken is missing, or another's
  kSkew,       // answer: timestamps are off
  kTruncate,   // answer
  kThrottle,   // deliver
  kCut,        // deliver: cut after it
  kLose,       // session: is gone at the next connect
  kAway,       // session: all are cut, and closed until it ends
};
inline constexpr size_t kDos = 20;

absl::string_view DoText(Do act);  // "cut_before_puback"

struct Rule {
  static constexpr uint64_t kNoEnd = UINT64_MAX;

  std::string id;
  On on = On::kRequest;
  Do act = Do::kDrop;
  Where where{};

  // Which of its matches it acts on, counted from 0 for each key.
  uint64_t skip = 0;
  uint64_t count = kNoEnd;
  uint64_t every = 1;
  double probability = 1;
  // Instead of those four: exactly these, by key, each list rising. What Plans::Record writes.
  std::map<std::string, std::vector<uint64_t>, std::less<>> at{};

  // What `act` needs of these.
  int64_t least_ms = 0;  // delay, reorder
  int64_t most_ms = 0;
  int code = 0;              // reject
  bool taken = false;        // cut_before_puback: it is applied all the same
  bool other_token = false;  // token: another's; else missing
  int64_t seconds = 0;       // skew
  int64_t bytes = 0;         // truncate: what is left
  int64_t per_second = 0;    // throttle
};

struct Plan {
  std::string name;
  uint64_t seed = 0;
  int64_t for_ms = 0;
  std::vector<Rule> rules;
};

// Fails with "line:column: reason" that names the rule, the member, and what would be right.
absl::StatusOr<Plan> ParsePlan(absl::string_view text);

// The same of an object that is part of something else, whose plan has neither name nor seed.
absl::StatusOr<Plan> ParseNamelessPlan(const policy::Node& node);

// As JSON that ParsePlan reads as the same plan.
std::string PlanText(const Plan& plan);

// "90s", "5m", "500ms", "2h": a whole number and a unit; at least 1 ms, at most 24 h.
std::optional<int64_t> ParseDuration(absl::string_view text);
std::string DurationText(int64_t ms);

// [a-zA-Z0-9_-], 1 to 64.
bool IsPlanName(absl::string_view text);

// The codes that a request can be rejected with.
absl::Span<const int> RejectCodes();

// What is told of a rule's members, for ParsePlan and PlanText: which `do` goes with which `on`,
// and what it needs.
struct Ability {
  Do act;
  absl::string_view name;
  std::vector<On> on;
  absl::string_view needs;     // a member; empty: none
  absl::string_view may_have;  // a member; empty: none
};
const std::vector<Ability>& Abilities();
const Ability& AbilityOf(Do act);

}  // namespace faults
