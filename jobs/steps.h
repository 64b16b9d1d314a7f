// What concerns all things of a job: it goes on in steps, each a commit of its own, so that none
// takes longer however many there are. The first one is done at once.
#pragma once

#include <cstddef>

#include "absl/strings/string_view.h"
#include "desk/desk.h"
#include "jobs/job.h"

namespace jobs {

// What one step does at most: executions that change, and such that are only looked at.
inline constexpr size_t kStepMax = 100;
inline constexpr size_t kLooksMax = 1000;

// Takes the place of what is going on.
void Begin(absl::string_view job, const Work& work, desk::Desk& desk);

// Goes on with what was begun; with the last step it is over.
void Step(absl::string_view job, desk::Desk& desk);

}  // namespace jobs
