#include "absl/flags/flag.h"
#include "cli/job/asked.h"

ABSL_FLAG(std::string, reason_code, "", "CODE: why, of capitals, digits and _");

namespace cli {
namespace {

constexpr absl::string_view kJobCancelFlags[] = {
    "force", "reason_code",   "comment",           "endpoint", "cafile", "cert",
    "key",   "access_key_id", "secret_access_key", "region",   "timeout"};

absl::StatusOr<ExitCode> RunJobCancel(Call& call) {
  std::vector<JsonText::Member> members;
  const std::string reason = absl::GetFlag(FLAGS_reason_code);
  const std::string comment = absl::GetFlag(FLAGS_comment);
  if (!reason.empty()) members.emplace_back("reasonCode", JsonText::String(reason));
  if (!comment.empty()) members.emplace_back("comment", JsonText::String(comment));
  return CancelAt(call, JobPath(call.arguments[0]), members);
}

}  // namespace

extern const Command kJobCancel;
constexpr Command kJobCancel{
    .path = "job cancel",
    .arguments = "JOB",
    .summary = "end a job: who has not begun it does not",
    .details = "With --force it ends for those, too, that are at it.",
    .flags = kJobCancelFlags,
    .run = RunJobCancel,
};

}  // namespace cli
