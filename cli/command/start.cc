#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/command/asked.h"

ABSL_FLAG(int64_t, within, 0, "SECONDS: that the device has to end it, 1 to 43200; else 10");
ABSL_FLAG(bool, wait, false, "wait for its end, and tell it");

namespace cli {
namespace {

constexpr absl::string_view kCommandStartFlags[] = {
    "to_thing",      "to_client",         "within", "wait",   "endpoint", "cafile", "cert", "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

constexpr absl::Duration kBetweenLooks = absl::Milliseconds(200);

bool IsEnd(absl::string_view status) { return status != "CREATED" && status != "IN_PROGRESS"; }

ExitCode CodeOf(absl::string_view status) {
  if (status == "SUCCEEDED") return ExitCode::kDone;
  return status == "TIMED_OUT" ? ExitCode::kUnavailable : ExitCode::kFailed;
}

// Looks until the execution has ended. It does, if only by its timeout.
absl::StatusOr<ExitCode> WaitForEnd(Call& call, HttpsClient& account, const std::string& id,
                                    const std::string& target) {
  const std::string path = absl::StrCat("/command-executions/", Encoded(id),
                                        "?includeResult=true&targetArn=", Encoded(target));
  while (true) {
    const auto answer = account.Get(path);
    const auto execution = ReadTree(answer);
    if (!execution.ok()) return execution.status();
    const std::string status = TextIn(*execution, "status");
    if (!IsEnd(status)) {
      absl::SleepFor(kBetweenLooks);
      continue;
    }
    if (call.json) {
      PrintAnswer(call, *answer);
    } else {
      PrintExecution(call, *execution);
    }
    return CodeOf(status);
  }
}

absl::StatusOr<ExitCode> RunCommandStart(Call& call) {
  const auto target = TargetOfFlags();
  if (!target.ok()) return target.status();
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto command = ReadTree(account->Get(CommandPath(call.arguments[0])));
  if (!command.ok()) return command.status();
  const std::string arn = TextIn(*command, "commandArn");
  const std::string target_arn = absl::StrCat(ArnPrefixOf(arn), *target);
  std::vector<JsonText::Member> members = {{"commandArn", JsonText::String(arn)},
                                           {"targetArn", JsonText::String(target_arn)}};
  const int64_t within = absl::GetFlag(FLAGS_within);
  if (within != 0) members.emplace_back("executionTimeoutSeconds", JsonText::Number(within));
  auto jobs = HttpsClient::FromFlags(HttpsClient::kJobsData);
  if (!jobs.ok()) return jobs.status();
  const auto answer = jobs->Post("/command-executions", JsonText::Object(members).text());
  const auto started = ReadTree(answer);
  if (!started.ok()) return started.status();
  const std::string id = TextIn(*started, "executionId");
  if (absl::GetFlag(FLAGS_wait)) return WaitForEnd(call, *account, id, target_arn);
  if (call.json) {
    PrintAnswer(call, *answer);
  } else {
    call.out << id << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kCommandStart;
constexpr Command kCommandStart{
    .path = "command start",
    .arguments = "COMMAND",
    .summary = "send a command to a device; prints the execution's id",
    .details =
        "With --wait it ends as the execution does: 0 if that has SUCCEEDED, 6 if it is "
        "TIMED_OUT,\n"
        "else 1.",
    .flags = kCommandStartFlags,
    .run = RunCommandStart,
};

}  // namespace cli
