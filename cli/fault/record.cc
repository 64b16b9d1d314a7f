#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunFaultRecord(Call& call) {
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto plan =
      client->Get(absl::StrCat("/_shadow/v1/faults/", Encoded(call.arguments[0]), "/record"));
  if (!plan.ok()) return plan.status();
  call.out << *plan << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kFaultRecord;
constexpr Command kFaultRecord{
    .path = "fault record",
    .arguments = "NAME",
    .summary = "print a plan that repeats what a fault plan has done, message by message",
    .details =
        "  shadowctl fault record hard-week > again.json\n\n"
        "Of a plan in force, or one of the last that ended.",
    .flags = kEndpointFlags,
    .run = RunFaultRecord,
};

}  // namespace cli
