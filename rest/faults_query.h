// The words of the routes below /_shadow/v1/faults (rest/faults.h). None has parameters.
#pragma once

#include "rest/call.h"

namespace rest {

Routed ToListFaults(const Call& call);
Routed ToListReadyFaults(const Call& call);
Routed ToStartFaults(const Call& call);
Routed ToStopFaults(const Call& call);
Routed ToStopAllFaults(const Call& call);
Routed ToRecordFaults(const Call& call);

}  // namespace rest
