#include <memory>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/https_client.h"
#include "cli/json_text.h"
#include "cli/shadow_call.h"
#include "cli/shadow_document.h"

ABSL_FLAG(double, interval, 1, "SECONDS: between two looks");

namespace cli {
namespace {

constexpr absl::string_view kFlags[] = {
    "name",          "interval",          "count",  "endpoint", "cafile", "cert", "key",
    "access_key_id", "secret_access_key", "region", "timeout"};

// One look: the answer's text, the document with views into it, and the arena of both.
struct Seen {
  std::string text;
  shadow::Arena arena;
  ShadowDocument document;  // of version 0 while there is no shadow
};

absl::StatusOr<std::unique_ptr<Seen>> Look(HttpsClient& client, const shadow::ShadowId& id) {
  auto seen = std::make_unique<Seen>();
  auto text = client.Get(ShadowPath(id));
  if (absl::IsNotFound(text.status())) return seen;
  if (!text.ok()) return text.status();
  seen->text = *std::move(text);
  const auto document = ParseShadowDocument(seen->text, seen->arena);
  if (!document.ok()) return document.status();
  seen->document = *document;
  return seen;
}

void Tell(Call& call, const shadow::ShadowId& id, const Seen& before, const Seen& now) {
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

absl::StatusOr<ExitCode> Run(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const double interval = absl::GetFlag(FLAGS_interval);
  if (!(interval >= 0.05 && interval <= 3600)) {
    return absl::InvalidArgumentError("--interval: 0.05 to 3600 seconds");
  }
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  const int64_t count = absl::GetFlag(FLAGS_count);
  auto before = std::make_unique<Seen>();
  bool is_first = true;
  bool was_away = false;
  for (int64_t told = 0; (count == 0 || told < count) && call.out;
       absl::SleepFor(absl::Seconds(interval))) {
    auto now = Look(*client, *id);
    if (absl::IsUnavailable(now.status()) && !is_first) {
      if (!was_away) call.err << now.status().message() << "; trying again\n";
      was_away = true;
      continue;
    }
    if (!now.ok()) return now.status();
    was_away = false;
    const bool is_new = is_first || (*now)->document.version != before->document.version;
    is_first = false;
    if (!is_new) continue;
    Tell(call, *id, *before, **now);
    before = *std::move(now);
    ++told;
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
        "Looks every --interval seconds; versions that came and went between two looks are "
        "counted\n"
        "and shown as one change. With --json a document a line, null while there is none.",
    .flags = kFlags,
    .run = Run,
};

}  // namespace cli
