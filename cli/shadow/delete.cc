#include "cli/command.h"
#include "cli/shadow/call.h"
#include "cli/shadow/https_client.h"

namespace cli {
namespace {

absl::StatusOr<ExitCode> RunShadowDelete(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const auto answer = client->Delete(ShadowPath(*id));
  if (!answer.ok()) return answer.status();
  if (call.json) call.out << *answer << "\n";
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowDelete;
constexpr Command kShadowDelete{
    .path = "shadow delete",
    .arguments = "THING",
    .summary = "delete a shadow",
    .details = "",
    .flags = kShadowFlags,
    .run = RunShadowDelete,
};

}  // namespace cli
