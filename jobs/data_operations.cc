// DataOperations of jobs.h: what a device asks over HTTP (2.3).
#include "absl/strings/str_cat.h"
#include "jobs/device.h"
#include "jobs/jobs.h"

namespace jobs {
namespace {

using control::Call;

desk::Outcome Answered(Told told) {
  if (const auto* const fault = std::get_if<Fault>(&told)) return RefusalOf(*fault);
  return desk::Reply{.body = std::get<control::Json>(told).Finish()};
}

desk::Outcome GetPendingJobExecutions(const Call& call, desk::Desk& desk) {
  return Answered(GetPending(call, desk));
}

desk::Outcome StartNextPendingJobExecution(const Call& call, desk::Desk& desk) {
  return Answered(StartNext(call, Wire::kHttp, desk));
}

desk::Outcome DescribeOwnExecution(const Call& call, desk::Desk& desk) {
  return Answered(Describe(call, Wire::kHttp, desk));
}

desk::Outcome UpdateJobExecution(const Call& call, desk::Desk& desk) {
  return Answered(Update(call, Wire::kHttp, desk));
}

std::string ThingOf(const Call& call) { return absl::StrCat("thing/", call.Label("thingName")); }

constexpr desk::Operation kDataOperations[] = {
    {"GetPendingJobExecutions", "GET", "/things/{thingName}/jobs", ThingOf,
     GetPendingJobExecutions},
    {"StartNextPendingJobExecution", "PUT", "/things/{thingName}/jobs/$next", ThingOf,
     StartNextPendingJobExecution},
    {"DescribeJobExecution", "GET", "/things/{thingName}/jobs/{jobId}", ThingOf,
     DescribeOwnExecution},
    {"UpdateJobExecution", "POST", "/things/{thingName}/jobs/{jobId}", ThingOf, UpdateJobExecution},
};

}  // namespace

absl::Span<const desk::Operation> DataOperations() { return kDataOperations; }

}  // namespace jobs
