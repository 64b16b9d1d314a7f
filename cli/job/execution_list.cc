#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/command/pages.h"
#include "cli/job/asked.h"

ABSL_FLAG(std::string, of_job, "", "JOB: whose executions");
ABSL_FLAG(std::string, of_thing, "", "THING: whose executions");
ABSL_DECLARE_FLAG(std::string, status);

namespace cli {
namespace {

constexpr absl::string_view kJobExecutionListFlags[] = {
    "of_job",        "of_thing",          "status", "endpoint", "cafile", "cert", "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

// "reboot  lamp1  #1  QUEUED …". One of both names is in the summary, the other was asked for.
std::string JobExecutionLine(const std::string& job, const std::string& thing,
                             const policy::Node& listed) {
  const policy::Node* const summary = listed.Find("jobExecutionSummary");
  const policy::Node& told = summary == nullptr ? listed : *summary;
  const std::string arn = TextIn(listed, "thingArn");
  return absl::StrCat(job.empty() ? TextIn(listed, "jobId") : job, "  ",
                      arn.empty() ? thing : arn.substr(arn.rfind('/') + 1), "  #",
                      TextIn(told, "executionNumber"), "  ", ExecutionTimes(told));
}

absl::StatusOr<ExitCode> RunJobExecutionList(Call& call) {
  const std::string job = absl::GetFlag(FLAGS_of_job);
  const std::string thing = absl::GetFlag(FLAGS_of_thing);
  if (job.empty() && thing.empty()) {
    return absl::InvalidArgumentError("whose? Give --of-job JOB or --of-thing THING, or both");
  }
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  // Parameters in the order of the alphabet, as they are signed.
  const std::string path =
      thing.empty() ? absl::StrCat(JobPath(job), "/things?maxResults=250")
                    : absl::StrCat("/things/", Encoded(thing), "/jobs?",
                                   job.empty() ? "" : absl::StrCat("jobId=", Encoded(job), "&"),
                                   "maxResults=250");
  const std::string status = absl::GetFlag(FLAGS_status);
  const std::string filter = status.empty() ? "" : absl::StrCat("&status=", Encoded(status));
  return ListPages(
      call, "executionSummaries",
      [&](const std::string& token) {
        return account->Get(absl::StrCat(path, TokenQuery("&", token), filter));
      },
      [&](const policy::Node& listed) { return JobExecutionLine(job, thing, listed); });
}

}  // namespace

extern const Command kJobExecutionList;
constexpr Command kJobExecutionList{
    .path = "job-execution list",
    .arguments = "",
    .summary = "list what the things of a job, or the jobs of a thing, have come to",
    .details = "Each with its number, status, and when it was queued, started and last updated.",
    .flags = kJobExecutionListFlags,
    .run = RunJobExecutionList,
};

}  // namespace cli
