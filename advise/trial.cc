#include "advise/trial.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "advise/backoff.h"
#include "faults/plan.h"
#include "faults/where.h"

namespace advise {
namespace {

int64_t Us(int64_t ms) { return ms * 1000; }

// How long a plan that only cuts a connection lasts.
constexpr int64_t kCutMs = 20;

bool IsAboutShadows(faults::On on) {
  return on == faults::On::kRequest || on == faults::On::kAnswer || on == faults::On::kHttps;
}

// The plan for this device alone.
std::string PlanFor(faults::Plan plan, const Subject& subject) {
  for (faults::Rule& rule : plan.rules) {
    // Names of things and shadows have no wildcards.
    if (auto thing = faults::Glob::Of(subject.thing); thing.ok()) {
      rule.where.thing = *std::move(thing);
    }
    auto shadow = faults::Glob::Of(subject.shadow);
    if (IsAboutShadows(rule.on) && shadow.ok()) rule.where.shadow = *std::move(shadow);
  }
  return faults::PlanText(plan);
}

faults::Plan AwayPlan(int64_t ms) {
  return {.name = "",
          .for_ms = ms,
          .rules = {{.id = "away", .on = faults::On::kSession, .act = faults::Do::kAway}}};
}

// What a step looks for, and how long.
struct Awaited {
  const Match* match = nullptr;
  int64_t ms = 0;
  bool can_be_late = false;
};
Awaited AwaitedBy(const Deed& deed) { return {nullptr, deed.ms}; }
Awaited AwaitedBy(const Expect& expect) { return {&expect.match, expect.within_ms, true}; }
Awaited AwaitedBy(const Never& never) { return {&never.match, never.for_ms}; }
Awaited AwaitedBy(const Require& require) { return {&require.match, require.within_ms, true}; }
Awaited AwaitedBy(const JudgeBackoff& judge) { return {&judge.match, judge.within_ms, true}; }
Awaited AwaitedBy(const JudgePolicies&) { return {}; }

std::string Times(int64_t count) { return count == 1 ? "once" : absl::StrCat(count, " times"); }

}  // namespace

absl::string_view VerdictText(Verdict::Kind kind) {
  constexpr absl::string_view kTexts[] = {"pass", "warn", "fail", "not applicable", "error"};
  return kTexts[static_cast<size_t>(kind)];
}

Trial::Trial(const Scenario& scenario, Subject subject, Settings settings, int64_t now_us)
    : scenario_(scenario),
      subject_(std::move(subject)),
      settings_(std::move(settings)),
      anchor_us_(now_us) {
  verdict_.began_us = now_us;
}

std::optional<Action> Trial::Next(int64_t now_us) {
  if (is_over_ || is_acting_) return std::nullopt;
  Follow(now_us);
  if (is_over_) return std::nullopt;
  const Step& step = scenario_.steps[step_];
  const auto* const deed = std::get_if<Deed>(&step.what);
  if (std::holds_alternative<JudgePolicies>(step.what)) {
    is_acting_ = true;
    return Action{.kind = Action::Kind::kPolicies};
  }
  if (deed == nullptr || deed->kind == Deed::Kind::kWait) return std::nullopt;
  is_acting_ = true;
  return ActionOf(*deed);
}

// Goes on with steps as far as they are over.
void Trial::Follow(int64_t now_us) {
  size_t before;
  do {
    before = step_;
    if (!has_begun_) Begin(now_us);
    std::visit([&](const auto& what) { Look(what, now_us); }, scenario_.steps[step_].what);
  } while (!is_over_ && step_ != before);
}

void Trial::Begin(int64_t now_us) {
  has_begun_ = true;
  step_began_us_ = now_us;
  repeats_ = 0;
  hits_.clear();
  tally_.reset();
  const auto& what = scenario_.steps[step_].what;
  if (std::holds_alternative<Deed>(what)) SetCursor(now_us);
  looked_ = cursor_;
  const Awaited awaited = std::visit([](const auto& step) { return AwaitedBy(step); }, what);
  if (awaited.match != nullptr) tally_.emplace(*awaited.match, subject_);
  const int64_t patience = awaited.can_be_late ? settings_.patience : 1;
  until_us_ = now_us + Us(awaited.ms * patience) + kLagUs;
}

// What has come until now does not count any more.
void Trial::SetCursor(int64_t now_us) {
  cursor_ = seen_.size();
  anchor_us_ = now_us;
}

// By what the device has reported last, of what it can be.
void Trial::Choose() {
  if (std::exchange(has_chosen_, true)) return;
  for (auto seen = seen_.rbegin(); seen != seen_.rend(); ++seen) {
    if (Reports(*seen, subject_.other, subject_)) return;
    if (Reports(*seen, subject_.state, subject_)) return std::swap(subject_.state, subject_.other);
  }
}

Action Trial::ActionOf(const Deed& deed) {
  using Does = Deed::Kind;
  const auto update = [&](absl::string_view section) {
    return Action{.kind = Action::Kind::kUpdate,
                  .text = absl::StrCat("{\"state\":{\"", section,
                                       "\":", DocumentOf(deed.document, subject_, deeds_), "}}")};
  };
  const auto fault = [&](faults::Plan plan) {
    plan.name = absl::StrCat(settings_.plans, "-", deeds_);
    plan.seed = settings_.seed;
    return Action{
        .kind = Action::Kind::kFault, .topic = plan.name, .text = PlanFor(plan, subject_)};
  };
  ++deeds_;
  if (deed.kind == Does::kDesired || deed.kind == Does::kReported) Choose();
  switch (deed.kind) {
    case Does::kDesired:
      return update("desired");
    case Does::kReported:
      return update("reported");
    case Does::kFault:
      return fault(deed.plan);
    case Does::kAway:
      return fault(AwayPlan(deed.ms));
    case Does::kCut:
      return fault(AwayPlan(kCutMs));
    case Does::kPublish:
      return {.kind = Action::Kind::kPublish,
              .topic = TopicOf(deed.topic, subject_),
              .text = ValueOf(deed.document, subject_, deeds_)};
    case Does::kDelete:
      return {.kind = Action::Kind::kDelete};
    case Does::kReset:
      return {.kind = Action::Kind::kReset};
    case Does::kClock:
      return {.kind = Action::Kind::kClock, .text = deed.topic};
    case Does::kPower:
      return {.kind = Action::Kind::kPower};
    default:
      break;
  }
  if (!settings_.can_start) return fault(AwayPlan(kCutMs));
  return {.kind = Action::Kind::kStart};
}

void Trial::Done(const absl::Status& status, const std::vector<std::string>& found,
                 int64_t now_us) {
  is_acting_ = false;
  if (is_over_) return;
  const auto& what = scenario_.steps[step_].what;
  if (!status.ok()) {
    const bool has_none = std::holds_alternative<JudgePolicies>(what) && absl::IsNotFound(status);
    return End(has_none ? Verdict::Kind::kNotApplicable : Verdict::Kind::kError,
               std::string(status.message()), now_us);
  }
  if (!found.empty()) return End(Verdict::Kind::kFail, absl::StrJoin(found, "; "), now_us);
  const auto* const deed = std::get_if<Deed>(&what);
  if (deed != nullptr && (deed->kind == Deed::Kind::kStart || deed->kind == Deed::Kind::kPower)) {
    SetCursor(now_us);  // what came until now the device did before
  }
  if (deed == nullptr || ++repeats_ >= deed->times) Pass(now_us);
}

void Trial::Observe(Observation observation) { seen_.push_back(std::move(observation)); }

std::optional<size_t> Trial::NextHit() {
  while (looked_ < seen_.size()) {
    const Observation& observation = seen_[looked_++];
    if (observation.us > until_us_) continue;
    if (tally_->Add(observation)) {
      hits_.push_back(looked_ - 1);
      return hits_.back();
    }
  }
  return std::nullopt;
}

// The others are over when they are done.
void Trial::Look(const Deed& deed, int64_t now_us) {
  if (deed.kind != Deed::Kind::kWait || now_us < until_us_) return;
  SetCursor(now_us);
  Pass(now_us);
}

void Trial::Look(const JudgePolicies&, int64_t) {}

void Trial::Look(const Expect& expect, int64_t now_us) {
  while (const auto hit = NextHit()) {
    const int64_t after_us = seen_[*hit].us - anchor_us_;
    if (expect.not_before_ms > 0 && after_us < Us(expect.not_before_ms)) {
      return Fail(
          absl::StrCat("came ", SecondsText(after_us), " after what was before it, awaited ",
                       "not before ", faults::DurationText(expect.not_before_ms)),
          now_us);
    }
    const int64_t count = tally_->count();
    if (expect.most && count > *expect.most) {
      return Fail(absl::StrCat("came ", Times(count), ", awaited at most ", *expect.most), now_us);
    }
    if (count == expect.least && !expect.most) return Pass(now_us);
  }
  if (now_us < until_us_) return;
  if (tally_->count() >= expect.least) return Pass(now_us);
  Fail(absl::StrCat(tally_->count() == 0 ? "did not come"
                                         : absl::StrCat("came only ", Times(tally_->count())),
                    Within(expect.within_ms)),
       now_us);
}

void Trial::Look(const Never& never, int64_t now_us) {
  if (const auto hit = NextHit()) {
    return Fail(absl::StrCat("came, and must not within ", faults::DurationText(never.for_ms), ": ",
                             ObservationText(seen_[*hit], step_began_us_)),
                now_us);
  }
  if (now_us >= until_us_) Pass(now_us);
}

void Trial::Look(const Require& require, int64_t now_us) {
  if (NextHit()) return Pass(now_us);
  if (now_us >= until_us_) End(Verdict::Kind::kNotApplicable, require.otherwise, now_us);
}

void Trial::Look(const JudgeBackoff& judge, int64_t now_us) {
  while (static_cast<int64_t>(hits_.size()) < judge.attempts && NextHit()) {
  }
  if (static_cast<int64_t>(hits_.size()) < judge.attempts) {
    if (now_us < until_us_) return;
    return Fail(absl::StrCat("was tried ", Times(static_cast<int64_t>(hits_.size())), ", awaited ",
                             judge.attempts, " attempts", Within(judge.within_ms)),
                now_us);
  }
  std::vector<int64_t> at_us;
  for (const size_t hit : hits_) at_us.push_back(seen_[hit].us);
  const BackoffVerdict verdict = JudgePauses(at_us);
  if (verdict.kind == BackoffVerdict::Kind::kBad) return Fail(verdict.why, now_us);
  if (verdict.kind == BackoffVerdict::Kind::kWithoutJitter) Warn(verdict.why);
  Pass(now_us);
}

std::string Trial::Within(int64_t ms) const {
  return absl::StrCat(" within ", faults::DurationText(ms * settings_.patience));
}

// The step is over, and the next one follows.
void Trial::Pass(int64_t now_us) {
  if (!hits_.empty()) {
    cursor_ = hits_.back() + 1;
    anchor_us_ = seen_[hits_.back()].us;
  }
  has_begun_ = false;
  if (++step_ < scenario_.steps.size()) return;
  --step_;
  is_over_ = true;
  verdict_.took_us = now_us - verdict_.began_us;
}

void Trial::Fail(std::string why, int64_t now_us) {
  if (!scenario_.steps[step_].only_warns) return End(Verdict::Kind::kFail, std::move(why), now_us);
  Warn(std::move(why));
  Pass(now_us);
}

// The first warning is the one that is told, and the trial goes on.
void Trial::Warn(std::string why) {
  if (verdict_.kind == Verdict::Kind::kPass) Note(Verdict::Kind::kWarn, std::move(why));
}

void Trial::End(Verdict::Kind kind, std::string why, int64_t now_us) {
  if (is_over_) return;
  Note(kind, std::move(why));
  is_over_ = true;
  verdict_.took_us = now_us - verdict_.began_us;
}

void Trial::Note(Verdict::Kind kind, std::string why) {
  verdict_.kind = kind;
  verdict_.step = step_ + 1;
  verdict_.text = scenario_.steps[step_].text;
  verdict_.why = std::move(why);
  const size_t from = seen_.size() - std::min(seen_.size(), kLastObservations);
  verdict_.last.assign(seen_.begin() + static_cast<std::ptrdiff_t>(from), seen_.end());
}

void Trial::DeviceEnded(absl::string_view how, int64_t now_us) {
  End(Verdict::Kind::kFail, absl::StrCat("the device's command ", how), now_us);
}

void Trial::Broken(absl::string_view why, int64_t now_us) {
  End(Verdict::Kind::kError, std::string(why), now_us);
}

}  // namespace advise
