// A scenario: what is done to a device, what it is to do then, and what it must not do
// (docs/advise.md). Parsed once; one with a mistake is refused whole.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "advise/match.h"
#include "faults/plan.h"
#include "policy/json_tree.h"

namespace advise {

inline constexpr size_t kStepsMax = 64;       // of a scenario
inline constexpr int64_t kTimesMax = 10'000;  // that a step is repeated, or something is to come

// What is done to the device, or for it.
struct Deed {
  enum class Kind : uint8_t {
    kStart,     // it begins anew: its command is started, or its connection cut
    kPower,     // its power is cut and comes back
    kDesired,   // of its shadow: `document`
    kReported,  // the same
    kDelete,    // its shadow is deleted
    kReset,     // its shadow is gone as if it had never been
    kPublish,   // `document`, to `topic`
    kFault,     // `plan`
    kCut,       // its connection is cut
    kAway,      // the broker is away for `ms`
    kClock,     // shadowd's clock is moved as `topic` says, "+48h"
    kWait,      // `ms`
  };

  Kind kind = Kind::kWait;
  policy::Node document{};
  std::string topic{};
  faults::Plan plan{};
  int64_t ms = 0;
  int64_t times = 1;
};

struct Expect {
  Match match;
  int64_t within_ms = 0;
  int64_t least = 1;  // times
  std::optional<int64_t> most{};
  int64_t not_before_ms = 0;  // after whatever was awaited, or done, before
};

struct Never {
  Match match;
  int64_t for_ms = 0;
};

// Else the scenario is not applicable.
struct Require {
  Match match;
  int64_t within_ms = 0;
  std::string otherwise{};  // what the device does not do
};

// Its attempts come after pauses that grow, each by chance.
struct JudgeBackoff {
  Match match;
  int64_t attempts = 5;
  int64_t within_ms = 0;
};

// The policies of its certificates allow what it needs, and not everything.
struct JudgePolicies {};

struct Step {
  std::variant<Deed, Expect, Never, Require, JudgeBackoff, JudgePolicies> what{};
  bool only_warns = false;
  std::string text{};  // as it was written
};

// What a scenario needs beside a device.
enum class Need : uint8_t {
  kWire,      // a broker that can be made to fail below MQTT: not there yet
  kJobs,      // AWS IoT Jobs: not there yet
  kPower,     // --power, or --run
  kNamed,     // a named shadow
  kRegistry,  // the registry that knows the device's certificate
};

struct Scenario {
  std::string name{};
  std::string group{};    // "mqtt", "tls", "shadow", "rights", "ours", "jobs"; of a file "own"
  std::string advisor{};  // the id of AWS IoT Device Advisor's test; empty: there is none
  std::string about{};    // what a device does that passes: "acknowledges what it gets at QoS 1"
  std::vector<Need> needs{};
  std::vector<Step> steps{};  // none: it can only be not applicable
};

// Fails with "line:column: reason", which names the step, the member and what would be right.
absl::StatusOr<Scenario> ParseScenario(absl::string_view text);

// Those that are there, in the order in which they are run.
absl::Span<const Scenario> ReadyScenarios();

// Null: there is none of that name.
const Scenario* FindReadyScenario(absl::string_view name);

}  // namespace advise
