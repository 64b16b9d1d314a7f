#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command/asked.h"
#include "cli/job/asked.h"

namespace cli {
namespace {

constexpr absl::string_view kJobAddFlags[] = {
    "thing", "group",         "comment",           "endpoint", "cafile", "cert",
    "key",   "access_key_id", "secret_access_key", "region",   "timeout"};

absl::StatusOr<ExitCode> RunJobAdd(Call& call) {
  auto account = HttpsClient::FromFlags(HttpsClient::kAccount);
  if (!account.ok()) return account.status();
  const auto targets = TargetsOfFlags(*account);
  if (!targets.ok()) return targets.status();
  std::vector<JsonText::Member> members = {{"targets", *targets}};
  const std::string comment = absl::GetFlag(FLAGS_comment);
  if (!comment.empty()) members.emplace_back("comment", JsonText::String(comment));
  const auto answer = account->Post(absl::StrCat(JobPath(call.arguments[0]), "/targets"),
                                    JsonText::Object(members).text());
  if (!answer.ok()) return answer.status();
  if (call.json) PrintAnswer(call, *answer);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kJobAdd;
constexpr Command kJobAdd{
    .path = "job add",
    .arguments = "JOB",
    .summary = "give a continuous job to more things or groups",
    .details = "--thing and --group say to whom.",
    .flags = kJobAddFlags,
    .run = RunJobAdd,
};

}  // namespace cli
