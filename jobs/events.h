// What an account is told of its jobs, if it asked for that (J17): UpdateEventConfigurations, kinds
// JOB and JOB_EXECUTION.
//
//   $aws/events/job/JOB/{completed|canceled|deleted|cancellation_in_progress|deletion_in_progress}
//   $aws/events/jobExecution/JOB/{succeeded|failed|rejected|canceled|timed_out|removed|deleted}
#pragma once

#include "absl/strings/string_view.h"
#include "desk/desk.h"
#include "jobs/execution.h"
#include "jobs/job.h"

namespace jobs {

// `operation` is the topic's last word; the status is the same in capitals.
void TellJobEvent(const Job& job, absl::string_view operation, desk::Desk& desk);
void TellExecutionEvent(const Execution& execution, absl::string_view operation, desk::Desk& desk);

}  // namespace jobs
