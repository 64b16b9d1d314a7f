// What is awaited of a device, or must not come: one observation, any or all of several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "advise/observation.h"
#include "advise/subject.h"
#include "policy/json_tree.h"
#include "shadow/id.h"

namespace advise {

// What is not given does not matter.
struct Match {
  enum class Kind : uint8_t {
    kConnect,
    kDisconnect,
    kSubscribe,
    kUnsubscribe,
    kPublish,
    kGet,     // a request, over MQTT
    kUpdate,  // the same
    kAnyOf,
    kAllOf,
  };

  Kind kind = Kind::kConnect;
  std::vector<Match> parts{};  // of any_of and all_of

  // Connect: "accepted" unless it says something else; "any" is any.
  std::string result = "accepted";
  std::optional<bool> clean{};
  std::optional<int64_t> keep_alive_least_s{};
  std::optional<int64_t> keep_alive_most_s{};
  std::string client_id{};  // connect

  std::string reason{};  // disconnect

  // Subscribe: a topic that the device's filter covers. Publish: a filter that covers its topic.
  std::string topic{};
  std::optional<int64_t> qos{};
  std::optional<bool> allowed{};
  std::optional<policy::Node> contains{};  // publish: members of its payload

  // Update.
  std::optional<policy::Node> reported{};
  std::optional<policy::Node> desired{};
  std::optional<bool> version{};  // whether it names one
};

// Fails as ParseScenario does. `what` it is called in faults.
absl::StatusOr<Match> ParseMatch(const policy::Node& node, const std::string& what);

// Whether it is an update of the device's shadow that reports the members of `state`.
bool Reports(const Observation& observation, absl::string_view state, const Subject& subject);

// Counts how often a match is met by observations that are shown one after the other: of any_of the
// times that one of its parts is, of all_of those that each of them is.
class Tally {
 public:
  // Both outlive it.
  Tally(const Match& match, const Subject& subject);

  // True: this one counts. Of all_of that is the one that a part was missing for.
  bool Add(const Observation& observation);
  int64_t count() const { return count_; }

 private:
  const Match& match_;
  const Subject& subject_;
  std::vector<Tally> parts_;
  int64_t count_ = 0;
};

}  // namespace advise
