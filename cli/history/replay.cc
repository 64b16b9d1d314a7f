#include <chrono>
#include <fstream>
#include <iostream>
#include <thread>
#include <utility>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "cli/command.h"
#include "cli/flags.h"
#include "cli/history/incident.h"
#include "cli/history/moment.h"
#include "cli/history/past.h"
#include "cli/history/plan.h"
#include "cli/history/telling.h"
#include "cli/json_text.h"
#include "cli/progress.h"
#include "cli/shadow/call.h"

ABSL_FLAG(std::string, from, "", "@VERSION: from this one on");
ABSL_FLAG(std::string, to, "", "@VERSION: up to this one");
ABSL_FLAG(bool, same_thing, false, "on the thing that it happened to");
ABSL_FLAG(double, speed, 1, "N: so many times as fast; 0: all at once");
ABSL_FLAG(std::string, side, "cloud",
          "SIDE: whose changes: cloud (desired, deletions), device (reported) or both");
ABSL_DECLARE_FLAG(bool, dry_run);

namespace cli {
namespace {

constexpr absl::string_view kShadowReplayFlags[] = {
    "name",    "from",     "to",     "thing", "same_thing", "speed",         "side",
    "dry_run", "endpoint", "cafile", "cert",  "key",        "access_key_id", "secret_access_key",
    "region",  "timeout"};

constexpr double kSpeedMax = 1e6;

absl::StatusOr<int64_t> VersionFrom(absl::string_view flag, const std::string& word) {
  if (word.empty()) return 0;
  const auto version = ReadVersion(word);
  if (version.ok()) return *version;
  return absl::InvalidArgumentError(absl::StrCat(flag, ": ", version.status().message()));
}

absl::StatusOr<ReplaySide> SideFromFlag() {
  const std::string side = absl::GetFlag(FLAGS_side);
  if (side == "cloud") return ReplaySide::kCloud;
  if (side == "device") return ReplaySide::kDevice;
  if (side == "both") return ReplaySide::kBoth;
  return absl::InvalidArgumentError(
      absl::StrCat("--side: \"", side, "\" is none of cloud, device and both"));
}

// The thing to play on; empty: each on the one that it happened to.
absl::StatusOr<std::string> TargetFromFlags() {
  const auto things = absl::GetFlag(FLAGS_thing).values;
  if (things.size() + (absl::GetFlag(FLAGS_same_thing) ? 1 : 0) != 1) {
    return absl::InvalidArgumentError(
        "on which thing? Give --thing OTHER, or --same-thing for the one that it happened to");
  }
  if (things.empty() || shadow::IsThingName(things.front())) {
    return things.empty() ? "" : things.front();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--thing: \"", things.front(), "\" cannot name a thing"));
}

absl::StatusOr<ReplayWishes> WishesFromFlags() {
  ReplayWishes wishes{.speed = absl::GetFlag(FLAGS_speed)};
  const auto side = SideFromFlag();
  if (!side.ok()) return side.status();
  const auto from = VersionFrom("--from", absl::GetFlag(FLAGS_from));
  if (!from.ok()) return from.status();
  const auto to = VersionFrom("--to", absl::GetFlag(FLAGS_to));
  if (!to.ok()) return to.status();
  auto thing = TargetFromFlags();
  if (!thing.ok()) return thing.status();
  if (!(wishes.speed >= 0 && wishes.speed <= kSpeedMax)) {
    return absl::InvalidArgumentError("--speed: 0 to 1000000, such as 10 for ten times as fast");
  }
  wishes.side = *side;
  wishes.from = *from;
  wishes.to = *to;
  wishes.thing = *std::move(thing);
  return wishes;
}

// What cannot name a thing, as every name with a dot or a slash, is a file.
absl::StatusOr<std::vector<Entry>> EntriesOfFile(const std::string& file) {
  if (!absl::GetFlag(FLAGS_name).empty()) {
    return absl::InvalidArgumentError("--name does not go with a file, whose lines name shadows");
  }
  if (file == "-") return ReadIncident(std::cin, "standard input");
  std::ifstream opened(file);
  if (!opened) {
    return absl::NotFoundError(
        absl::StrCat(file, " cannot be read (and cannot name a thing, either)"));
  }
  return ReadIncident(opened, file);
}

absl::StatusOr<std::vector<Entry>> EntriesOfThing(const Call& call, const ReplayWishes& wishes) {
  std::string name;
  const auto id = ShadowOf(call, name);
  if (!id.ok()) return id.status();
  auto past = Past::Of(*id);
  if (!past.ok()) return past.status();
  std::vector<Entry> entries;
  const HistoryQuery query{.lanes = wishes.side == ReplaySide::kCloud ? "w" : "w,r",
                           .limit = static_cast<int64_t>(kIncidentEntriesMax)};
  const auto end = past->History(query, [&](absl::Span<const shadow::Value> page) {
    for (const shadow::Value& json : page) {
      auto entry = ReadEntry(json);
      if (!entry.ok()) return absl::StatusOr<bool>(entry.status());
      entries.push_back(*std::move(entry));
    }
    const bool is_enough =
        wishes.from > 0 && !entries.empty() && entries.back().version < wishes.from;
    return absl::StatusOr<bool>(!is_enough);
  });
  if (!end.ok()) return end.status();
  if (entries.size() >= kIncidentEntriesMax) {
    return absl::InvalidArgumentError(absl::StrCat("there are more than ", kIncidentEntriesMax,
                                                   " changes: say from which on, with --from"));
  }
  if (end->why != "begin" && end->kept_version >= wishes.from && wishes.from > 0) {
    return absl::NotFoundError(absl::StrCat("the change that made ", VersionText(wishes.from),
                                            " is not kept; the oldest that is kept made ",
                                            VersionText(end->kept_version + 1), " or a later one"));
  }
  return entries;
}

// The request, for who wants to see it before it is made.
void TellStep(Call& call, const ReplayStep& step) {
  const double seconds = absl::ToDoubleSeconds(step.after);
  if (call.json) {
    std::vector<JsonText::Member> members = {
        {"after", JsonText::Raw(absl::StrFormat("%.3f", seconds))},
        {"request", JsonText::String(step.body.empty() ? "delete" : "update")},
        {"thing", JsonText::String(step.thing)}};
    if (!step.name.empty()) members.push_back({"name", JsonText::String(step.name)});
    if (!step.body.empty()) members.push_back({"body", JsonText::Raw(step.body)});
    call.out << JsonText::Object(members).text() << "\n";
    return;
  }
  call.out << absl::StrFormat("%+.3fs", seconds) << "  " << ShadowText(step.id()) << "  "
           << (step.body.empty() ? "delete" : step.body) << "\n";
}

absl::Status Make(HttpsClient& client, const ReplayStep& step) {
  if (!step.body.empty()) return client.Post(ShadowPath(step.id()), step.body).status();
  const absl::Status deleted = client.Delete(ShadowPath(step.id())).status();
  return absl::IsNotFound(deleted) ? absl::OkStatus() : deleted;  // it is not there, as it shall be
}

absl::StatusOr<ExitCode> Play(Call& call, const std::vector<ReplayStep>& steps) {
  auto client = HttpsClient::FromFlags();
  if (!client.ok()) return client.status();
  if (!call.json) {
    call.err << steps.size() << " changes in " << absl::FormatDuration(steps.back().after) << "\n";
  }
  Progress progress(call.err, "played", !call.json);
  const auto begun = std::chrono::steady_clock::now();
  for (const ReplayStep& step : steps) {
    std::this_thread::sleep_until(begun + absl::ToChronoNanoseconds(step.after));
    if (const absl::Status made = Make(*client, step); !made.ok()) {
      progress.End();
      return absl::Status(
          made.code(),
          absl::StrCat("the change that made ", VersionText(step.version), ": ", made.message()));
    }
    progress.Step();
  }
  progress.End();
  if (call.json) {
    call.out << JsonText::Object({{"played", JsonText::Number(progress.count())}}).text() << "\n";
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunShadowReplay(Call& call) {
  const auto wishes = WishesFromFlags();
  if (!wishes.ok()) return wishes.status();
  const std::string& source = call.arguments[0];
  const bool is_thing = source != "-" && shadow::IsThingName(source);
  auto entries = is_thing ? EntriesOfThing(call, *wishes) : EntriesOfFile(source);
  if (!entries.ok()) return entries.status();
  const auto steps = PlanReplay(*std::move(entries), *wishes);
  if (!steps.ok()) return steps.status();
  if (!absl::GetFlag(FLAGS_dry_run)) return Play(call, *steps);
  for (const ReplayStep& step : *steps) TellStep(call, step);
  return ExitCode::kDone;
}

}  // namespace

extern const Command kShadowReplay;
constexpr Command kShadowReplay{
    .path = "shadow replay",
    .arguments = "THING|FILE",
    .summary = "make the changes of a history again, in their order and with their distances",
    .details =
        "  shadowctl shadow history lamp1 --json > incident.ndjson\n"
        "  shadowctl shadow replay incident.ndjson --thing bench --speed 10\n\n"
        "Of a thing, or of an incident file (- is standard input; a file that is called like a "
        "thing\n"
        "is ./NAME). A file is read whole first, and nothing is done if a line of it is wrong. "
        "Only\n"
        "what the cloud did unless --side says otherwise. With --dry-run the requests are shown.",
    .flags = kShadowReplayFlags,
    .run = RunShadowReplay,
};

}  // namespace cli
