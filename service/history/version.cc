// GET …/versions
#include <utility>

#include "absl/strings/str_cat.h"
#include "proto/answer.h"
#include "service/history/questions.h"
#include "service/history/version_finder.h"
#include "shadow/delta.h"

namespace service {
namespace {

using history::State;
using rest::VersionName;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordKind;

// What a get gave of `state` at `time`, but for what is not kept.
void PrintDocument(const State& state, int64_t version, int64_t time, std::string& out) {
  if (state.kind != RecordKind::kDocument) {
    out += "null";
    return;
  }
  shadow::Document document = state.document;
  document.version = version;
  shadow::Arena arena;
  const shadow::Value delta = state.has_reported
                                  ? shadow::Delta(document.desired, document.reported, arena)
                                  : shadow::Value();
  proto::WordGetAccepted(document, delta, time, {}, out);
}

class Version : public Looking {
 public:
  Version(const rest::GetVersion& get, const Sources& sources, Historian::Asking asking)
      : Looking(sources, get.of, std::move(asking)), wanted_(get.version) {}

 private:
  bool Begin() override {
    finder_.emplace(wanted_, walk());
    return false;
  }

  bool Take(const history::Step& step) override {
    if (const auto found = finder_->Take(step)) {
      Tell(*found);
      return true;
    }
    if (!finder_->has_passed()) return false;
    Refuse(NotFound());
    return true;
  }

  void End() override {
    if (const auto found = finder_->End()) return Tell(*found);
    const auto nothing = WhyNothing();
    Refuse(nothing ? *nothing : NotFound());
  }

  rest::Error NotFound() const {
    const State& newest = walk().newest();
    const int64_t number = wanted_.number;
    if (wanted_.by == VersionName::By::kTime) {
      return NotKept(walk().end() == history::WalkEnd::kBegin
                         ? "The shadow was not there at this time"
                         : "What the shadow was at this time is not kept");
    }
    if (wanted_.by == VersionName::By::kBack) {
      const absl::string_view which =
          finder_->has_passed() ? "There is no version " : "It is not kept what was version ";
      return NotKept(absl::StrCat(which, number, " before the current one"));
    }
    if (newest.kind != RecordKind::kNone && number > newest.document.version) {
      return NotKept(absl::StrCat("There is no version ", number, " yet: the current one is ",
                                  newest.document.version));
    }
    return NotKept(absl::StrCat("Version ", number, " is not kept"));
  }

  void Tell(const VersionFinder::Found& found) {
    const State& state = *found.state;
    const int64_t made_at =
        found.step != nullptr ? found.step->entry.time : state.document.updated_at;
    const bool by_time = wanted_.by == VersionName::By::kTime;
    std::string body = absl::StrCat(R"({"version":)", found.version, R"(,"timestamp":)", made_at,
                                    R"(,"document":)");
    PrintDocument(state, found.version, by_time ? wanted_.number : made_at, body);
    if (found.step != nullptr) {
      body += R"(,"entry":)";
      PrintStep(*found.step, body);
    }
    body += ReportedNote(state);
    if (by_time) {
      const auto connected = Connected(wanted_.number);
      if (!connected.ok()) return Fail(connected.status());
      body += *connected;
    }
    Answer(body + "}");
  }

  // `,"connected":…`: whether the thing was at `time`, by its newest event until then.
  absl::StatusOr<std::string> Connected(int64_t time) const;

  const VersionName wanted_;
  std::optional<VersionFinder> finder_;
};

absl::StatusOr<std::string> Version::Connected(int64_t time) const {
  StoreEntries entries(sources().store, of().id());
  const Historian::Settings& settings = sources().settings;
  storage::HistoryJudge judge(settings.bounds, floors(), HistoryLane::kEvents, settings.now());
  shadow::Arena arena;
  uint64_t below = UINT64_MAX;
  for (size_t i = 0; i < kSliceEntriesMax; ++i) {
    const auto stored = entries.Next(HistoryLane::kEvents, below);
    if (absl::IsDataLoss(stored.status())) return "";
    if (!stored.ok()) return stored.status();
    if (!*stored) return "";
    below = (*stored)->change;
    arena.Clear();
    const auto event = storage::DecodeHistoryEntry((*stored)->bytes, below, arena);
    if (!event.ok() ||
        judge.Next(below, (*stored)->stored_bytes, event->time) != storage::HistoryLimit::kNone) {
      return "";
    }
    if (event->time > time || event->kind == HistoryKind::kGet) continue;
    return absl::StrCat(R"(,"connected":{")",
                        event->kind == HistoryKind::kConnected ? "since" : "away_since",
                        "\":", event->time, "}");
  }
  return "";
}

}  // namespace

std::unique_ptr<Question> Asked(const rest::GetVersion& get, const Sources& sources,
                                Historian::Asking asking) {
  return std::make_unique<Version>(get, sources, std::move(asking));
}

}  // namespace service
