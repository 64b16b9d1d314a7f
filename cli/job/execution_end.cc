#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/job/asked.h"

namespace cli {
namespace {

constexpr absl::string_view kJobExecutionEndFlags[] = {
    "force",         "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

absl::StatusOr<ExitCode> RunJobExecutionCancel(Call& call) {
  return CancelAt(call, JobOfThingPath(call.arguments[1], call.arguments[0]), {});
}

absl::StatusOr<ExitCode> RunJobExecutionDelete(Call& call) {
  return DeleteAt(call, absl::StrCat(JobOfThingPath(call.arguments[1], call.arguments[0]),
                                     "/executionNumber/", Encoded(call.arguments[2])));
}

}  // namespace

extern const Command kJobExecutionCancel;
constexpr Command kJobExecutionCancel{
    .path = "job-execution cancel",
    .arguments = "JOB THING",
    .summary = "end a job for one thing",
    .details = "With --force also if the thing is at it (else 4).",
    .flags = kJobExecutionEndFlags,
    .run = RunJobExecutionCancel,
};

extern const Command kJobExecutionDelete;
constexpr Command kJobExecutionDelete{
    .path = "job-execution delete",
    .arguments = "JOB THING NUMBER",
    .summary = "forget an execution that has ended",
    .details = "With --force also one that has not (else 4).",
    .flags = kJobExecutionEndFlags,
    .run = RunJobExecutionDelete,
};

}  // namespace cli
