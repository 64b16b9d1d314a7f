#include <memory>
#include <utility>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/shadow/call.h"
#include "cli/shadow/document.h"
#include "cli/shadow/watcher.h"

ABSL_DECLARE_FLAG(std::string, broker);

namespace cli {
namespace {

constexpr absl::string_view kShadowWatchFlags[] = {
    "name", "broker", "client_id",     "interval",          "count",  "endpoint", "cafile",
    "cert", "key",    "access_key_id", "secret_access_key", "region", "timeout"};

void Tell(Call& call, const shadow::ShadowId& id, const SeenShadow& before, const SeenShadow& now) {
  if (call.json) {
    call.out << (now.text.empty() ? "null" : now.text) << std::endl;
    return;
  }
  if (now.text.empty()) {
    call.out << ShadowText(id) << "  there is none" << std::endl;
    return;
  }
  const auto& document = now.document;
  call.out << ShadowText(id) << "  version " << document.version << "  "
           << TimeText(document.timestamp) << "\n";
  const int64_t skipped = document.version - before.document.version - 1;
  if (!before.text.empty() && skipped > 0) call.out << "  (" << skipped << " between)\n";
  call.out << ChangesText(before.document, document, WantsColour(call)) << std::flush;
}

absl::StatusOr<ExitCode> RunShadowWatch(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const bool is_live = !absl::GetFlag(FLAGS_broker).empty();
  const auto watcher = is_live ? WatchLive(*id, call.err) : WatchByLooking(*id, call.err);
  if (!watcher.ok()) return watcher.status();
  const int64_t count = absl::GetFlag(FLAGS_count);
  auto before = std::make_unique<SeenShadow>();
  for (int64_t told = 0; (count == 0 || told < count) && call.out; ++told) {
    auto now = (*watcher)->Next();
    if (!now.ok()) return now.status();
    Tell(call, *id, *before, **now);
    before = *std::move(now);
  }
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowWatch;
constexpr Command kShadowWatch{
    .path = "shadow watch",
    .arguments = "THING",
    .summary = "follow a shadow: what each version changed, until interrupted",
    .details =
        "With --broker URL it is told of each version over MQTT, and misses none, though the\n"
        "connection be lost for some minutes. Else it looks every --interval seconds over HTTPS;\n"
        "versions that came and went between two looks are counted and shown as one change. With\n"
        "--json a document a line, null while there is none.",
    .flags = kShadowWatchFlags,
    .run = RunShadowWatch,
};

}  // namespace cli
