// What a test bench asks for over HTTPS (rest/bench.h), once it is known that whoever asks may.
//
// Thread rule: HTTP's thread.
#pragma once

#include <functional>
#include <string>

#include "absl/status/statusor.h"
#include "rest/bench.h"
#include "rest/message.h"
#include "service/commit/errands.h"
#include "service/faults/fault_plans.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"

namespace service {

class Bench {
 public:
  // All outlive it.
  Bench(ShadowClock& clock, Errands& errands, FaultPlans& fault_plans, Log& log)
      : clock_(clock), errands_(errands), fault_plans_(fault_plans), log_(log) {}

  // Where the answer goes: once, on the caller's thread or the one that commits.
  struct Asking {
    std::string request_id;
    std::function<void(rest::Answer)> respond;
  };

  void Ask(const rest::GetClock& get, const Asking& asking);
  void Ask(const rest::SetClock& set, const Asking& asking);
  void Ask(const rest::ResetShadows& reset, const Asking& asking);
  void Ask(const rest::SnapshotCall& call, const Asking& asking);
  void Ask(const rest::ListSnapshots& list, const Asking& asking);

 private:
  // Has `errand` make the body of the answer, on the thread that commits.
  void Put(const Asking& asking, std::function<absl::StatusOr<std::string>(Snapshots&)> errand);
  std::string TellClock() const;

  ShadowClock& clock_;
  Errands& errands_;
  FaultPlans& fault_plans_;
  Log& log_;
};

}  // namespace service
