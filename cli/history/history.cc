#include <unistd.h>

#include <iostream>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/command.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/telling.h"
#include "cli/progress.h"
#include "cli/shadow/call.h"
#include "cli/shadow/terminal.h"

ABSL_FLAG(std::string, since, "", "TIME: from then on; 2026-11-22T14:03:00Z, 14:03 or -2h");
ABSL_FLAG(std::string, until, "", "TIME: up to then");
ABSL_FLAG(std::string, path, "", "PATH: only changes there or below, such as desired.fw");
ABSL_FLAG(std::string, by, "", "WHO: only changes of this client id or principal");
ABSL_FLAG(bool, wishes, false, "only changes of desired, creations and deletions");
ABSL_FLAG(int64_t, limit, 100, "N: entries at most");

namespace cli {
namespace {

constexpr absl::string_view kShadowHistoryFlags[] = {"name",
                                                     "since",
                                                     "until",
                                                     "path",
                                                     "by",
                                                     "wishes",
                                                     "limit",
                                                     "endpoint",
                                                     "cafile",
                                                     "cert",
                                                     "key",
                                                     "access_key_id",
                                                     "secret_access_key",
                                                     "region",
                                                     "timeout"};

constexpr int64_t kLimitMax = 1'000'000;

absl::StatusOr<std::optional<int64_t>> MomentFrom(absl::string_view flag, const std::string& word) {
  if (word.empty()) return std::nullopt;
  const auto moment = ReadMoment(word, absl::Now(), absl::LocalTimeZone());
  if (moment.ok()) return absl::ToUnixSeconds(*moment);
  return absl::InvalidArgumentError(absl::StrCat(flag, ": ", moment.status().message()));
}

absl::StatusOr<HistoryQuery> QueryFromFlags() {
  HistoryQuery query{.by = absl::GetFlag(FLAGS_by),
                     .lanes = absl::GetFlag(FLAGS_wishes) ? "w" : "",
                     .limit = absl::GetFlag(FLAGS_limit)};
  const auto since = MomentFrom("--since", absl::GetFlag(FLAGS_since));
  if (!since.ok()) return since.status();
  const auto until = MomentFrom("--until", absl::GetFlag(FLAGS_until));
  if (!until.ok()) return until.status();
  query.since = *since;
  query.until = *until;
  if (const std::string text = absl::GetFlag(FLAGS_path); !text.empty()) {
    auto path = ReadPath(text);
    if (!path.ok()) return path.status();
    query.path = *std::move(path);
  }
  if (query.limit < 1 || query.limit > kLimitMax) {
    return absl::InvalidArgumentError(absl::StrCat("--limit: 1 to ", kLimitMax, " entries"));
  }
  return query;
}

// What a page holds, for people; `columns` are those of the pages before.
absl::Status TellPage(Call& call, absl::Span<const shadow::Value> entries, const EntryStyle& style,
                      Columns& columns) {
  std::vector<std::vector<std::string>> rows;
  for (const shadow::Value& json : entries) {
    const auto entry = ReadEntry(json);
    if (!entry.ok()) {
      return absl::InternalError(absl::StrCat("the answer's entry: ", entry.status().message()));
    }
    for (auto& row : EntryRows(*entry, style)) rows.push_back(std::move(row));
  }
  call.out << columns.Text(rows) << std::flush;
  return absl::OkStatus();
}

void TellEnd(Call& call, const HistoryEnd& end, const HistoryQuery& query,
             const EntryStyle& style) {
  const bool is_all = query.since && end.kept_version != 0 && end.kept_timestamp < *query.since;
  if (end.at_limit) {
    call.err << "there may be older ones: --limit\n";
  } else if (is_all) {
    return;
  } else if (end.why == "damaged") {
    call.err << "what is older cannot be read: it is damaged on the disk\n";
  } else if (end.why == "not_kept" && end.kept_version > 0) {
    call.err << "what is older than " << VersionText(end.kept_version) << " of "
             << MomentText(end.kept_timestamp, style.zone) << " is not kept\n";
  } else if (end.why == "not_kept") {
    call.err << "older versions are not kept\n";
  }
}

absl::StatusOr<ExitCode> RunShadowHistory(Call& call) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  const auto query = QueryFromFlags();
  if (!query.ok()) return query.status();
  const EntryStyle style{absl::LocalTimeZone(), WantsColour(call), query->path};
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  Columns columns;
  // What goes to a terminal shows by itself how far it is.
  Progress progress(call.err, "entries", call.json && isatty(STDOUT_FILENO) == 0);
  const auto take = [&](absl::Span<const shadow::Value> entries) -> absl::StatusOr<bool> {
    if (!call.json) {
      if (auto told = TellPage(call, entries, style, columns); !told.ok()) return told;
      return call.out.good();
    }
    for (const shadow::Value& entry : entries) {
      call.out << JsonOf(entry) << "\n";
      progress.Step();
    }
    return call.out.good();
  };
  const auto end = past->History(*query, take);
  progress.End();
  if (!end.ok()) return end.status();
  TellEnd(call, *end, *query, style);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowHistory;
constexpr Command kShadowHistory{
    .path = "shadow history",
    .arguments = "THING",
    .summary = "list what changed a shadow: when, who, and from what to what",
    .details =
        "  shadowctl shadow history lamp1 --path desired.fw --since -2h\n\n"
        "Newest first, with the thing's connections between. Times are of this machine's zone "
        "(TZ).\n"
        "With --json an entry a line, whole: an incident file, which shadow replay takes.",
    .flags = kShadowHistoryFlags,
    .run = RunShadowHistory,
};

}  // namespace cli
