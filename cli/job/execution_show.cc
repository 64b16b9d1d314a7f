#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/job/asked.h"

ABSL_FLAG(int64_t, number, 0, "N: of the execution; else the newest");

namespace cli {
namespace {

constexpr absl::string_view kJobExecutionShowFlags[] = {
    "number",        "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

absl::StatusOr<ExitCode> RunJobExecutionShow(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const int64_t number = absl::GetFlag(FLAGS_number);
  const auto answer =
      account->Get(absl::StrCat(JobOfThingPath(call.arguments[1], call.arguments[0]),
                                number == 0 ? "" : absl::StrCat("?executionNumber=", number)));
  const auto described = ReadTree(answer);
  if (!described.ok()) return described.status();
  if (call.json) {
    PrintAnswer(call, *answer);
    return ExitCode::kDone;
  }
  const policy::Node* const execution = described->Find("execution");
  if (execution == nullptr) return absl::InternalError("the answer holds no \"execution\"");
  call.out << call.arguments[0] << "  " << call.arguments[1] << "  #"
           << TextIn(*execution, "executionNumber") << "  " << ExecutionTimes(*execution) << "\n";
  const policy::Node* const details = execution->Find("statusDetails");
  const policy::Node* const map = details == nullptr ? nullptr : details->Find("detailsMap");
  for (size_t i = 0; map != nullptr && i < map->names.size(); ++i) {
    call.out << "  " << map->names[i].text << "  " << map->elements[i].text << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kJobExecutionShow;
constexpr Command kJobExecutionShow{
    .path = "job-execution show",
    .arguments = "JOB THING",
    .summary = "show what a thing has come to with a job",
    .details = "Its number, status, and when it was queued, started and last updated; details.",
    .flags = kJobExecutionShowFlags,
    .run = RunJobExecutionShow,
};

}  // namespace cli
