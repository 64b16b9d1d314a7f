#include <unistd.h>

#include <iostream>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/bench/answer.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/json_text.h"
#include "cli/shadow/https_client.h"

ABSL_FLAG(bool, yes, false, "do not ask at a terminal whether this is meant");

namespace cli {
namespace {

constexpr absl::string_view kResetFlags[] = {
    "thing", "yes",           "endpoint",          "cafile", "cert",
    "key",   "access_key_id", "secret_access_key", "region", "timeout"};

// At a terminal a person is asked; a script has meant it.
bool IsMeant(const Call& call, absl::string_view what) {
  if (absl::GetFlag(FLAGS_yes) || isatty(STDIN_FILENO) == 0) return true;
  call.err << "Remove " << what << ", and their history? [y/N] " << std::flush;
  std::string word;
  std::getline(std::cin, word);
  return word == "y" || word == "yes";
}

absl::StatusOr<ExitCode> RunReset(Call& call) {
  const std::vector<std::string> things = absl::GetFlag(FLAGS_thing).values;
  if (things.size() > 1) {
    return absl::InvalidArgumentError("--thing: one at a time; * and ? are wildcards in it");
  }
  const std::string what =
      things.empty() ? "all shadows" : absl::StrCat("the shadows of ", things[0]);
  if (!IsMeant(call, what)) return ExitCode::kFailed;
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const std::string body =
      things.empty() ? "" : JsonText::Object({{"things", JsonText::String(things[0])}}).text();
  const auto answer = client->Post("/_shadow/v1/reset", body);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << *answer << "\n";
    return ExitCode::kDone;
  }
  const auto count = CountText(*answer);
  if (!count.ok()) return count.status();
  call.out << *count << " removed\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kReset;
constexpr Command kReset{
    .path = "reset",
    .arguments = "",
    .summary = "remove shadows, deleted ones too, with their history",
    .details =
        "Of all things, or of those that --thing names: 'lift-*', in which * and ? are wildcards. "
        "All\n"
        "includes faults and the clock (bench clock). Sessions of the broker stand, and nothing is "
        "published. "
        "Only\n"
        "with shadowd --faults.",
    .flags = kResetFlags,
    .run = RunReset,
};

}  // namespace cli
