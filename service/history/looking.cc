#include "service/history/looking.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "service/history/words.h"
#include "shadow/refusal.h"
#include "storage/history_bounds.h"
#include "storage/key.h"

namespace service {

using history::State;
using history::Step;
using storage::RecordKind;

Looking::Looking(const Sources& sources, rest::HistoryOf of, Historian::Asking asking)
    : sources_(sources),
      of_(std::move(of)),
      asking_(std::move(asking)),
      entries_(sources.store, of_.id()) {}

bool Looking::GoOn(Slice slice) {
  if (walk_ == nullptr) {
    if (const absl::Status begun = BeginWalk(); !begun.ok()) {
      Fail(begun);
      return true;
    }
    Reach(walk_->newest());
    if (Begin()) return true;
  }
  do {
    const auto goes_on = walk_->Next();
    if (!goes_on.ok()) {
      Fail(goes_on.status());
      return true;
    }
    if (!*goes_on) {
      End();
      return true;
    }
    const Step& step = walk_->step();
    has_stepped_ = true;
    if (!storage::IsEvent(step.entry.kind)) Reach(step.after);
    if (Take(step)) return true;
    if (!storage::IsEvent(step.entry.kind)) Reach(step.before);
  } while (slice.Take());
  return Pause();
}

void Looking::GiveUp() {
  Refuse(rest::Unavailable("This goes back further than can be read for one request"));
}

absl::Status Looking::BeginWalk() {
  const std::vector<std::string> keys = {storage::RecordKey(of_.id())};
  std::vector<std::optional<std::string>> stored;
  if (absl::Status read = sources_.store.Read(keys, stored); !read.ok()) return read;
  floors_ = sources_.store.Floors();
  const history::WalkOptions options = {.bounds = sources_.settings.bounds,
                                        .floors = floors_,
                                        .now = sources_.settings.now(),
                                        .events = WantsEvents()};
  auto walk = history::Walk::Begin(stored[0].value_or(""), entries_, options);
  if (!walk.ok()) return walk.status();
  walk_ = *std::move(walk);
  return absl::OkStatus();
}

void Looking::Reach(const State& state) {
  if (state.kind == RecordKind::kNone) return;
  kept_.Reach(state);
  if (state.has_reported) reported_.Reach(state);
}

void Looking::Answer(std::string body) const {
  asking_.respond({.status = 200, .body = std::move(body), .error_type = {}, .allow = {}});
}

void Looking::Refuse(const rest::Error& error) const {
  asking_.respond(rest::WordError(error, asking_.request_id));
}

void Looking::Fail(const absl::Status& cause) const {
  sources_.log.Error("history_unreadable",
                     {{"shadow", shadow::DisplayName(of_.id())}, {"cause", cause.ToString()}});
  Refuse(rest::InternalFailure());
}

std::optional<rest::Error> Looking::WhyNothing() const {
  if (has_stepped_) return std::nullopt;
  if (walk_->newest().kind == RecordKind::kNone) {
    return rest::NotFound(shadow::NoSuchShadow(of_.id()).message);
  }
  if (sources_.settings.records) return std::nullopt;
  return NotKept("No history of this shadow is kept");
}

rest::Error Looking::NotKept(absl::string_view what) const {
  const bool off = !sources_.settings.records;
  rest::Error error =
      rest::NotFound(absl::StrCat(what, off ? ": shadowd runs with --history=off" : ""));
  error.more_json = KeptFrom();
  return error;
}

std::string Looking::KeptFrom() const {
  if (kept_.version == 0) return {};
  return absl::StrCat(R"(,"kept_from":{"version":)", kept_.version, R"(,"timestamp":)", kept_.time,
                      "}");
}

std::string Looking::ReportedNote(const State& state) const {
  if (state.has_reported || reported_.version == 0) return {};
  return absl::StrCat(R"(,"reported":"not kept before version )", reported_.version, " of ",
                      absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(reported_.time),
                                       absl::UTCTimeZone()),
                      "\"");
}

std::vector<history::LeafChange> Looking::ChangesOf(const Step& step, history::Listing listing) {
  shadow::Document before = step.before.document;
  shadow::Document after = step.after.document;
  // Where one of them is not known there is nothing to compare.
  if (!step.before.has_reported || !step.after.has_reported) before.reported = after.reported = {};
  return history::ListChanges(before, after, listing);
}

void Looking::PrintStep(const Step& step, std::string& out) const {
  // Events are a thing's; they lie under its classic shadow.
  const bool is_event = storage::IsEvent(step.entry.kind);
  const shadow::ShadowId id = {of_.thing, is_event ? absl::string_view() : of_.name};
  const auto changes = ChangesOf(step, history::Listing::kValues);
  PrintEntry({{id, step.lane, step.change}, step.entry}, Changes(changes), asking_.provenance, out);
}

}  // namespace service
