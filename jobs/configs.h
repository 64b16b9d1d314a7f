// Members of a job that are checked and told again: the configurations of its rollout, of what
// aborts it, of retries and of presigned URLs. Of these only retries have an effect.
#pragma once

#include "control/call.h"
#include "control/members.h"
#include "jobs/job.h"

namespace jobs {

// Those that are given replace the job's.
void ReadConfigs(const control::Call& call, control::Members& in, Job& job);

}  // namespace jobs
