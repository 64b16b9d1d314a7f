#include "service/api/bench.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/pattern.h"
#include "rest/error.h"

namespace service {
namespace {

rest::Answer Done(std::string body) {
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

rest::Answer Refused(const absl::Status& status, absl::string_view request_id) {
  const auto error = [&] {
    switch (status.code()) {
      case absl::StatusCode::kInvalidArgument:
      case absl::StatusCode::kResourceExhausted:
        return rest::InvalidRequest(status.message());
      case absl::StatusCode::kNotFound:
        return rest::NotFound(status.message());
      case absl::StatusCode::kUnavailable:
        return rest::Unavailable(status.message());
      default:
        return rest::InternalFailure();
    }
  }();
  return rest::WordError(error, request_id);
}

std::string Word(const Snapshots::Count& count) {
  return absl::StrCat(R"("shadows":)", count.shadows, R"(,"tombstones":)", count.tombstones);
}

std::string Word(absl::string_view name, const Snapshots::Kept& kept) {
  return absl::StrCat(R"({"name":")", name, R"(",)", Word(kept.count), R"(,"bytes":)", kept.bytes,
                      R"(,"takenAt":)", kept.taken_at, "}");
}

// Null: of all.
absl::StatusOr<std::function<bool(absl::string_view)>> Matching(absl::string_view things) {
  if (things.find_first_not_of('*') == things.npos) return nullptr;
  auto pattern = policy::Pattern::Compile(things, policy::Pattern::Syntax::kWildcardsOnly);
  if (!pattern.ok()) return pattern.status();
  return [pattern = *std::move(pattern)](absl::string_view thing) {
    return pattern.Matches(thing, policy::Connection());
  };
}

}  // namespace

std::string Bench::TellClock() const {
  const ShadowClock::Reading reading = clock_.Read();
  return absl::StrCat(R"({"now":)", reading.now, R"(,"offset_seconds":)", reading.offset_seconds,
                      R"(,"frozen":)", reading.frozen ? "true" : "false", "}");
}

void Bench::Ask(const rest::GetClock&, const Asking& asking) { asking.respond(Done(TellClock())); }

void Bench::Ask(const rest::SetClock& set, const Asking& asking) {
  absl::Status status;
  switch (set.to) {
    case rest::SetClock::To::kOffset:
      status = clock_.SetOffset(set.seconds);
      break;
    case rest::SetClock::To::kFrozen:
      status = clock_.Freeze(set.seconds);
      break;
    case rest::SetClock::To::kReset:
      clock_.Reset();
      break;
  }
  if (!status.ok()) return asking.respond(Refused(status, asking.request_id));
  const ShadowClock::Reading reading = clock_.Read();
  log_.Info("clock_set", {{"now", reading.now},
                          {"offset_seconds", reading.offset_seconds},
                          {"frozen", reading.frozen ? "yes" : "no"}});
  asking.respond(Done(TellClock()));
}

void Bench::Put(const Asking& asking,
                std::function<absl::StatusOr<std::string>(Snapshots&)> errand) {
  errands_.Put([asking, errand = std::move(errand)](Snapshots* snapshots) {
    if (snapshots == nullptr) {
      return asking.respond(
          Refused(absl::UnavailableError("shadowd is about to end"), asking.request_id));
    }
    auto body = errand(*snapshots);
    asking.respond(body.ok() ? Done(*std::move(body)) : Refused(body.status(), asking.request_id));
  });
}

void Bench::Ask(const rest::ResetShadows& reset, const Asking& asking) {
  auto is_meant = Matching(reset.things);
  if (!is_meant.ok()) return asking.respond(Refused(is_meant.status(), asking.request_id));
  const bool is_all = *is_meant == nullptr;
  const auto go_on = [this, asking, things = reset.things, is_meant = *std::move(is_meant)] {
    Put(asking, [this, things, is_meant](Snapshots& snapshots) -> absl::StatusOr<std::string> {
      const auto gone = snapshots.Reset(is_meant);
      if (!gone.ok()) return gone.status();
      if (is_meant == nullptr) clock_.Reset();
      log_.Info("shadows_reset", {{"things", things.empty() ? "*" : things},
                                  {"shadows", gone->shadows},
                                  {"tombstones", gone->tombstones}});
      return absl::StrCat("{", Word(*gone), "}");
    });
  };
  if (!is_all || !fault_plans_.IsAnyInForce()) return go_on();
  // If it cannot be asked for, the broker is gone, and all plans with it.
  fault_plans_.Stop("", [go_on](const auto&) { go_on(); });
}

void Bench::Ask(const rest::SnapshotCall& call, const Asking& asking) {
  using Do = rest::SnapshotCall::Do;
  Put(asking, [this, call](Snapshots& snapshots) -> absl::StatusOr<std::string> {
    if (call.what == Do::kDelete) {
      const absl::Status deleted = snapshots.Delete(call.name);
      if (!deleted.ok()) return deleted;
      return "{}";
    }
    const bool restores = call.what == Do::kRestore;
    const auto kept = restores ? snapshots.Restore(call.name) : snapshots.Take(call.name);
    if (!kept.ok()) return kept.status();
    log_.Info(restores ? "snapshot_restored" : "snapshot_taken",
              {{"name", call.name}, {"shadows", kept->count.shadows}, {"bytes", kept->bytes}});
    return Word(call.name, *kept);
  });
}

void Bench::Ask(const rest::ListSnapshots&, const Asking& asking) {
  Put(asking, [](Snapshots& snapshots) -> absl::StatusOr<std::string> {
    std::vector<std::string> words;
    for (const auto& [name, kept] : snapshots.List()) words.push_back(Word(name, kept));
    return absl::StrCat(R"({"snapshots":[)", absl::StrJoin(words, ","), "]}");
  });
}

}  // namespace service
