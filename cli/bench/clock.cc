#include "cli/bench/clock_words.h"
#include "cli/command.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

constexpr char kClockPath[] = "/_shadow/v1/clock";

absl::StatusOr<ExitCode> RunBenchClock(Call& call) {
  const auto body = ClockBody(call.arguments, absl::Now(), absl::LocalTimeZone());
  if (!body.ok()) return body.status();
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto answer = body->empty() ? client->Get(kClockPath) : client->Put(kClockPath, *body);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << *answer << "\n";
    return ExitCode::kDone;
  }
  const auto text = ClockText(*answer);
  if (!text.ok()) return text.status();
  call.out << *text << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kBenchClock;
constexpr Command kBenchClock{
    .path = "bench clock",
    .arguments = "[CHANGE] [TIME]",
    .summary = "show or move the clock that shadowd tells shadows by",
    .details =
        "CHANGE is +48h or -1h30m (d, h, m, s), from the machine's clock; reset; or freeze and the "
        "TIME\n"
        "at which it stands, in RFC 3339 or in seconds since 1970. It is of timestamps, deletions "
        "and\n"
        "history, and lasts until shadowd ends. Only with shadowd --faults.",
    .flags = kEndpointFlags,
    .run = RunBenchClock,
};

}  // namespace cli
