#include "cli/job/asked.h"

namespace cli {
namespace {

constexpr absl::string_view kJobDeleteFlags[] = {
    "force",         "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

absl::StatusOr<ExitCode> RunJobDelete(Call& call) {
  return DeleteAt(call, JobPath(call.arguments[0]));
}

}  // namespace

extern const Command kJobDelete;
constexpr Command kJobDelete{
    .path = "job delete",
    .arguments = "JOB",
    .summary = "delete a job that has ended, with all its executions",
    .details = "With --force also one that goes on (else 4).",
    .flags = kJobDeleteFlags,
    .run = RunJobDelete,
};

}  // namespace cli
