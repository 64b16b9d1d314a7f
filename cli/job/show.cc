#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "cli/command/asked.h"
#include "cli/job/asked.h"

namespace cli {
namespace {

// The counts of those statuses in which there is a thing: "2 queued, 1 failed".
std::string CountsText(const policy::Node& job) {
  constexpr std::pair<absl::string_view, absl::string_view> kCounts[] = {
      {"numberOfQueuedThings", "queued"},       {"numberOfInProgressThings", "in progress"},
      {"numberOfSucceededThings", "succeeded"}, {"numberOfFailedThings", "failed"},
      {"numberOfRejectedThings", "rejected"},   {"numberOfTimedOutThings", "timed out"},
      {"numberOfCanceledThings", "canceled"},   {"numberOfRemovedThings", "removed"}};
  const policy::Node* const counts = job.Find("jobProcessDetails");
  std::vector<std::string> texts;
  for (const auto& [name, word] : kCounts) {
    const std::string count = counts == nullptr ? "" : TextIn(*counts, name);
    if (!count.empty() && count != "0") texts.push_back(absl::StrCat(count, " ", word));
  }
  return texts.empty() ? "none" : absl::StrJoin(texts, ", ");
}

std::string TargetsText(const policy::Node& job) {
  std::vector<std::string> names;
  const policy::Node* const targets = job.Find("targets");
  for (const policy::Node& arn :
       targets == nullptr ? std::vector<policy::Node>() : targets->elements) {
    names.push_back(arn.text.substr(arn.text.rfind(':') + 1));
  }
  return absl::StrJoin(names, ", ");
}

absl::StatusOr<ExitCode> RunJobShow(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const std::string path = JobPath(call.arguments[0]);
  const auto answer = account->Get(path);
  const auto described = ReadTree(answer);
  if (!described.ok()) return described.status();
  if (call.json) {
    PrintAnswer(call, *answer);
    return ExitCode::kDone;
  }
  const policy::Node* const job = described->Find("job");
  if (job == nullptr) return absl::InternalError("the answer holds no \"job\"");
  const auto document = ReadTree(account->Get(absl::StrCat(path, "/job-document")));
  if (!document.ok()) return document.status();
  const std::string comment = TextIn(*job, "comment");
  call.out << "job          " << TextIn(*job, "jobId") << "\n"
           << "status       " << TextIn(*job, "status") << (comment.empty() ? "" : ": ") << comment
           << "\n"
           << "description  " << TextIn(*job, "description") << "\n"
           << "selection    " << TextIn(*job, "targetSelection") << "\n"
           << "targets      " << TargetsText(*job) << "\n"
           << "things       " << CountsText(*job) << "\n"
           << "created      " << MomentText(TextIn(*job, "createdAt")) << "\n"
           << "ended        " << MomentText(TextIn(*job, "completedAt")) << "\n"
           << TextIn(*document, "document") << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kJobShow;
constexpr Command kJobShow{
    .path = "job show",
    .arguments = "JOB",
    .summary = "show a job, how its things stand, and its document",
    .details = "With --json the job as the service describes it.",
    .flags = kEndpointFlags,
    .run = RunJobShow,
};

}  // namespace cli
