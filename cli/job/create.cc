#include "absl/flags/flag.h"
#include "cli/command/asked.h"
#include "cli/job/asked.h"
#include "cli/text_file.h"

ABSL_FLAG(bool, continuous, false, "things that join a group later get the job, too");
ABSL_FLAG(int64_t, in_progress_minutes, 0,
          "N: a thing that has not ended it N minutes after its start is TIMED_OUT, 1 to 10080");
ABSL_FLAG(int64_t, retries, 0, "N: how often what fails or times out is tried again, 1 to 10");
ABSL_DECLARE_FLAG(std::string, about);

namespace cli {
namespace {

constexpr absl::string_view kJobCreateFlags[] = {
    "thing",   "group",  "continuous",    "in_progress_minutes",
    "retries", "about",  "endpoint",      "cafile",
    "cert",    "key",    "access_key_id", "secret_access_key",
    "region",  "timeout"};

std::vector<JsonText::Member> MembersOf(const std::string& document, const JsonText& targets) {
  std::vector<JsonText::Member> members = {{"targets", targets},
                                           {"document", JsonText::String(document)}};
  const std::string about = absl::GetFlag(FLAGS_about);
  if (!about.empty()) members.emplace_back("description", JsonText::String(about));
  if (absl::GetFlag(FLAGS_continuous)) {
    members.emplace_back("targetSelection", JsonText::String("CONTINUOUS"));
  }
  if (const int64_t minutes = absl::GetFlag(FLAGS_in_progress_minutes); minutes != 0) {
    members.emplace_back(
        "timeoutConfig",
        JsonText::Object({{"inProgressTimeoutInMinutes", JsonText::Number(minutes)}}));
  }
  if (const int64_t retries = absl::GetFlag(FLAGS_retries); retries != 0) {
    const JsonText criterion = JsonText::Object(
        {{"failureType", JsonText::String("ALL")}, {"numberOfRetries", JsonText::Number(retries)}});
    members.emplace_back("jobExecutionsRetryConfig",
                         JsonText::Object({{"criteriaList", JsonText::Array({criterion})}}));
  }
  return members;
}

absl::StatusOr<ExitCode> RunJobCreate(Call& call) {
  const auto document = ReadTextFile(call.arguments[1]);
  if (!document.ok()) return document.status();
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto targets = TargetsOfFlags(*account);
  if (!targets.ok()) return targets.status();
  const auto answer = account->Put(JobPath(call.arguments[0]),
                                   JsonText::Object(MembersOf(*document, *targets)).text());
  const auto made = ReadTree(answer);
  if (!made.ok()) return made.status();
  if (call.json) {
    PrintAnswer(call, *answer);
  } else {
    call.out << TextIn(*made, "jobArn") << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kJobCreate;
constexpr Command kJobCreate{
    .path = "job create",
    .arguments = "JOB FILE",
    .summary = "have things work off a document; prints the job's ARN",
    .details =
        "FILE is JSON of 32 KiB at most; - is standard input. --thing and --group say for whom. A "
        "job\n"
        "of that name is left as it is (4).",
    .flags = kJobCreateFlags,
    .run = RunJobCreate,
};

}  // namespace cli
