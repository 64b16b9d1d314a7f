// The lists that Operations() of jobs.h is made of, and what they have in common.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "desk/operation.h"
#include "jobs/job.h"

namespace jobs {

absl::Span<const desk::Operation> JobOperations();        // one job: make it, see it, change it
absl::Span<const desk::Operation> EndingOperations();     // cancel and delete it
absl::Span<const desk::Operation> ListOperations();       // pages of jobs and executions
absl::Span<const desk::Operation> ExecutionOperations();  // one execution

control::Refusal JobNotFound(absl::string_view job);

// {jobArn, jobId, description}
std::string TellIds(const Job& job, const control::Surroundings& here);

// "job/ID" and "thing/NAME" of the path.
std::string JobResource(const control::Call& call);
std::string ThingResource(const control::Call& call);

}  // namespace jobs
