#include <memory>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/history/kept_version.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/telling.h"
#include "cli/shadow/call.h"
#include "cli/shadow/terminal.h"

ABSL_FLAG(std::string, at, "", "TIME: as it was then; 2026-11-22T14:03:00Z, 14:03 or -2h");

namespace cli {
namespace {

constexpr absl::string_view kShadowShowFlags[] = {
    "name",   "at",     "endpoint", "cafile", "cert", "key", "access_key_id", "secret_access_key",
    "region", "timeout"};

constexpr int64_t kEventsLookedAtMax = 1000;

// The moment of --at, in epoch seconds; nothing: the line names a version.
absl::StatusOr<std::optional<int64_t>> MomentAsked(const Call& call) {
  const std::string at = absl::GetFlag(FLAGS_at);
  if ((call.arguments.size() == 2) != at.empty()) {
    return absl::InvalidArgumentError(
        "which version? Give one, such as @12 or @-1, or --at TIME, such as --at 14:03");
  }
  if (at.empty()) return std::nullopt;
  const auto moment = ReadMoment(at, absl::Now(), absl::LocalTimeZone());
  if (moment.ok()) return absl::ToUnixSeconds(*moment);
  return absl::InvalidArgumentError(absl::StrCat("--at: ", moment.status().message()));
}

absl::StatusOr<std::unique_ptr<Answer>> VersionAt(Past& past, int64_t at) {
  return past.Get("versions", {{"at", absl::StrCat(at)}});
}

absl::StatusOr<std::unique_ptr<Answer>> VersionAsked(const Call& call, Past& past) {
  const auto version = ReadVersion(call.arguments[1]);
  if (!version.ok()) return version.status();
  return past.Get(absl::StrCat("versions/", *version));
}

// The version that the shadow had when the device went away; 0: none that is known.
absl::StatusOr<int64_t> LastPublished(Past& past, const KeptVersion& kept) {
  if (kept.timestamp <= *kept.away_since) return kept.version;
  const auto answer = VersionAt(past, *kept.away_since);
  if (absl::IsNotFound(answer.status())) return 0;
  if (!answer.ok()) return answer.status();
  const auto then = ReadKeptVersion((*answer)->json);
  if (!then.ok()) return then.status();
  return then->version;
}

// What the device was told when it asked for this shadow; 0: it is not known that it did.
absl::StatusOr<int64_t> Got(Past& past, const shadow::ShadowId& id, int64_t since, int64_t until) {
  const HistoryQuery query{
      .since = since, .until = until, .lanes = "e", .limit = kEventsLookedAtMax};
  int64_t version = 0;
  const auto end = past.History(query, [&](absl::Span<const shadow::Value> events) {
    for (const shadow::Value& json : events) {
      const auto event = ReadEntry(json);
      if (!event.ok()) return absl::StatusOr<bool>(absl::InternalError(event.status().message()));
      const bool is_it = event->kind == "get" && event->name == id.name;
      if (version == 0 && is_it) version = event->version;
    }
    return absl::StatusOr<bool>(version == 0);
  });
  if (!end.ok()) return end.status();
  return version;
}

absl::StatusOr<Deliveries> DeliveriesOf(Past& past, const shadow::ShadowId& id,
                                        const KeptVersion& kept, int64_t at) {
  Deliveries deliveries;
  absl::StatusOr<int64_t> version = 0;
  if (kept.away_since) {
    version = LastPublished(past, kept);
    deliveries.last_published = version.value_or(0);
  } else if (kept.connected_since && kept.timestamp <= *kept.connected_since) {
    version = Got(past, id, *kept.connected_since, at);
    deliveries.got = version.value_or(0);
  }
  if (!version.ok()) return version.status();
  return deliveries;
}

// Words beside the document, so that the document alone is what can be kept.
absl::Status Remark(Call& call, const shadow::ShadowId& id, const KeptVersion& kept, Past& past,
                    std::optional<int64_t> at) {
  const absl::TimeZone zone = absl::LocalTimeZone();
  call.err << ShadowText(id) << "  " << VersionText(kept.version) << "  "
           << MomentText(kept.timestamp, zone);
  if (kept.entry) call.err << "  " << WhoText(kept.entry->author);
  if (kept.document == "null") call.err << "  deleted";
  call.err << "\n";
  if (!kept.reported.empty()) call.err << "reported: " << Shown(kept.reported) << "\n";
  if (!at) return absl::OkStatus();
  const auto deliveries = DeliveriesOf(past, id, kept, *at);
  if (!deliveries.ok()) return deliveries.status();
  call.err << KnowledgeText(kept, *at, *deliveries, zone) << "\n";
  return absl::OkStatus();
}

absl::StatusOr<ExitCode> RunShadowShow(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const auto at = MomentAsked(call);
  if (!at.ok()) return at.status();
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  const auto answer = *at ? VersionAt(*past, **at) : VersionAsked(call, *past);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << (*answer)->text << "\n";
    return ExitCode::kDone;
  }
  const auto kept = ReadKeptVersion((*answer)->json);
  if (!kept.ok()) return kept.status();
  call.out << kept->document << "\n" << std::flush;
  return DoneIf(Remark(call, *id, *kept, *past, *at));
}

}  // namespace

extern const Command kShadowShow;
constexpr Command kShadowShow{
    .path = "shadow show",
    .arguments = "THING [@VERSION]",
    .summary = "show a shadow as it was, and what the device can have known of it",
    .details =
        "  shadowctl shadow show lamp1 @12\n"
        "  shadowctl shadow show lamp1 --at 14:03\n\n"
        "The document is what get gave at that time, to the byte. Beside it, on standard error: "
        "who\n"
        "made the version, and with --at whether the device was connected, and so what can have\n"
        "reached it. With --json all of it as the service gives it.",
    .flags = kShadowShowFlags,
    .run = RunShadowShow,
};

}  // namespace cli
