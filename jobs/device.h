// What a device asks about its executions (2.1, 2.3): the same four requests over MQTT and HTTP.
// Members stand in the call, the thing's name and the job's id in its labels.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>

#include "control/call.h"
#include "control/json.h"
#include "desk/desk.h"
#include "jobs/fault.h"
#include "jobs/tell.h"

namespace jobs {

// The members of the answer, but for what MQTT adds. After a fault nothing on the desk counts.
using Told = std::variant<control::Json, Fault>;

// inProgressJobs and queuedJobs.
Told GetPending(const control::Call& call, desk::Desk& desk);

// The next one, in progress now (J6).
Told StartNext(const control::Call& call, Wire wire, desk::Desk& desk);

// One, by its job or "$next". Over HTTP the query has what stands in the payload over MQTT.
Told Describe(const control::Call& call, Wire wire, desk::Desk& desk);

// A new status (J5, J7, J8).
Told Update(const control::Call& call, Wire wire, desk::Desk& desk);

}  // namespace jobs
