#include "jobs/operations.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "jobs/jobs.h"

namespace jobs {

control::Refusal JobNotFound(absl::string_view job) {
  return control::NotFound(absl::StrCat("Job ", job, " does not exist"));
}

std::string TellIds(const Job& job, const control::Surroundings& here) {
  return control::Json()
      .Text("jobArn", control::Arn(here, "job", job.id))
      .Text("jobId", job.id)
      .TextIfAny("description", job.description)
      .Finish();
}

std::string JobResource(const control::Call& call) {
  return absl::StrCat("job/", call.Label("jobId"));
}

std::string ThingResource(const control::Call& call) {
  return absl::StrCat("thing/", call.Label("thingName"));
}

absl::Span<const desk::Operation> Operations() {
  static const auto* const kAll = [] {
    auto* const all = new std::vector<desk::Operation>;
    for (const auto list :
         {JobOperations(), EndingOperations(), ListOperations(), ExecutionOperations()}) {
      all->insert(all->end(), list.begin(), list.end());
    }
    return all;
  }();
  return *kAll;
}

}  // namespace jobs
