#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/command/pages.h"
#include "cli/job/asked.h"

ABSL_DECLARE_FLAG(std::string, status);

namespace cli {
namespace {

constexpr absl::string_view kJobListFlags[] = {
    "status",        "endpoint",          "cafile", "cert",   "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

std::string JobLine(const policy::Node& job) {
  return absl::StrCat(TextIn(job, "jobId"), "  ", TextIn(job, "status"), "  ",
                      TextIn(job, "targetSelection"), "  ", MomentText(TextIn(job, "createdAt")),
                      "  ", MomentText(TextIn(job, "completedAt")));
}

absl::StatusOr<ExitCode> RunJobList(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const std::string status = absl::GetFlag(FLAGS_status);
  const std::string filter = status.empty() ? "" : absl::StrCat("&status=", Encoded(status));
  return ListPages(
      call, "jobs",
      [&](const std::string& token) {
        // In the order of the alphabet, as they are signed.
        return account->Get(absl::StrCat("/jobs?maxResults=250", TokenQuery("&", token), filter));
      },
      JobLine);
}

}  // namespace

extern const Command kJobList;
constexpr Command kJobList{
    .path = "job list",
    .arguments = "",
    .summary = "list jobs, the newest first",
    .details = "Each with its status, and when it was created and ended.",
    .flags = kJobListFlags,
    .run = RunJobList,
};

}  // namespace cli
