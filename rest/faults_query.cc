#include "rest/faults_query.h"

#include <utility>

namespace rest {
namespace {

Routed Plain(const Call& call, Operation operation) {
  if (auto wrong = GivenWrong(call.target, {})) return *std::move(wrong);
  return operation;
}

}  // namespace

Routed ToListFaults(const Call& call) { return Plain(call, ListFaults()); }

Routed ToListReadyFaults(const Call& call) { return Plain(call, ListReadyFaults()); }

Routed ToStartFaults(const Call& call) { return Plain(call, StartFaults()); }

// A slash at the end is no wish to stop all.
Routed ToStopFaults(const Call& call) {
  if (call.names[0].empty()) return InvalidRequest("The name of the plan is missing");
  return Plain(call, StopFaults{.name = call.names[0]});
}

Routed ToStopAllFaults(const Call& call) { return Plain(call, StopFaults()); }

Routed ToRecordFaults(const Call& call) { return Plain(call, RecordFaults{.name = call.names[0]}); }

}  // namespace rest
