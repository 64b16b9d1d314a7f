#include "absl/strings/str_cat.h"
#include "cli/bench/answer.h"
#include "cli/command.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

constexpr char kSnapshotsPath[] = "/_shadow/v1/snapshots";

std::string PathOf(absl::string_view name) {
  return absl::StrCat(kSnapshotsPath, "/", Encoded(name));
}

// What shadowd says to one of: NAME, restore NAME, delete NAME.
absl::StatusOr<std::string> AskFor(const std::vector<std::string>& words, HttpsClient& client) {
  if (words.size() == 1) return client.Put(PathOf(words[0]), "");
  if (words[0] == "restore") return client.Post(PathOf(words[1]) + "/restore", "");
  if (words[0] == "delete") return client.Delete(PathOf(words[1]));
  return absl::InvalidArgumentError(
      absl::StrCat("\"", words[0], "\" is nothing that can be done with a snapshot; there are: ",
                   "list, restore NAME, delete NAME, or NAME to take one"));
}

absl::StatusOr<ExitCode> List(Call& call, HttpsClient& client) {
  const auto answer = client.Get(kSnapshotsPath);
  if (!answer.ok()) return answer.status();
  const auto text = SnapshotsText(*answer);
  if (!text.ok()) return text.status();
  call.out << (call.json ? *answer + "\n" : *text);
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunSnapshot(Call& call) {
  const std::vector<std::string>& words = call.arguments;
  if (words.size() == 1 && (words[0] == "restore" || words[0] == "delete")) {
    return absl::InvalidArgumentError(absl::StrCat("which one? snapshot ", words[0], " NAME"));
  }
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  if (words.size() == 1 && words[0] == "list") return List(call, *client);
  const auto answer = AskFor(words, *client);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << *answer << "\n";
  } else if (words[0] != "delete") {
    const auto count = CountText(*answer);
    if (!count.ok()) return count.status();
    call.out << words.back() << "  " << *count << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kSnapshot;
constexpr Command kSnapshot{
    .path = "snapshot",
    .arguments = "[DO] NAME",
    .summary = "keep all shadows and their history aside, and bring them back",
    .details =
        "  snapshot NAME          keeps them under this name; what is kept under it already goes\n"
        "  snapshot restore NAME  brings them back; what is not in it is removed\n"
        "  snapshot delete NAME   forgets it\n"
        "  snapshot list          tells what is kept\n"
        "There are 16 at most, until shadowd ends. Sessions of the broker stand, and nothing is\n"
        "published. Only with shadowd --faults.",
    .flags = kEndpointFlags,
    .run = RunSnapshot,
};

}  // namespace cli
