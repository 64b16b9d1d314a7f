// The words of a test bench's request, read into what it asks for (rest/bench.h).
#pragma once

#include "rest/call.h"

namespace rest {

Routed ToGetClock(const Call& call);
Routed ToSetClock(const Call& call);
Routed ToReset(const Call& call);
template <SnapshotCall::Do kWhat>
Routed ToSnapshotCall(const Call& call);
Routed ToListSnapshots(const Call& call);

}  // namespace rest
