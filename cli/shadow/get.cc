#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/shadow/call.h"
#include "cli/shadow/document.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunShadowGet(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto text = client->Get(ShadowPath(*id));
  if (!text.ok()) return text.status();
  if (call.json) {
    call.out << *text << "\n";
    return ExitCode::kDone;
  }
  shadow::Arena arena;
  const auto document = ParseShadowDocument(*text, arena);
  if (!document.ok()) {
    return absl::InternalError(absl::StrCat("the answer: ", document.status().message()));
  }
  call.out << ShadowText(*id) << "  version " << document->version << "  "
           << TimeText(document->timestamp) << "\n"
           << TableText(*document, WantsColour(call));
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowGet;
constexpr Command kShadowGet{
    .path = "shadow get",
    .arguments = "THING",
    .summary = "show a shadow: desired, reported, and with ! what differs",
    .details = "With --json the document as the service gives it.",
    .flags = kShadowFlags,
    .run = RunShadowGet,
};

}  // namespace cli
