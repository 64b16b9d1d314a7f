// How a request is refused that a rule rejects: with AWS's words for its code, as if it had earned
// it.
#pragma once

#include <cstddef>

#include "shadow/id.h"
#include "shadow/refusal.h"

namespace faults {

// `code` is one of RejectCodes (faults/plan.h). `bytes`: of the request's payload, for 413.
shadow::Refusal Rejection(int code, const shadow::ShadowId& id, size_t bytes);

}  // namespace faults
