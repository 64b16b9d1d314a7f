// Any bytes as a scenario and as an observation. A scenario that is taken comes to a verdict on a
// device that does a little of everything, whatever time passes; what it asks for is well formed.
#include <cstdlib>

#include "advise/trial.h"
#include "faults/plan.h"
#include "shadow/json.h"

namespace {

using advise::Observation;

const advise::Subject kLamp = {
    .thing = "lamp", .state = R"({"power":"on"})", .other = R"({"power":"off"})"};
constexpr int64_t kHourUs = 3'600'000'000;

std::vector<Observation> Deeds() {
  using What = Observation::What;
  return {{.what = What::kConnect, .client = "lamp", .result = "accepted"},
          {.what = What::kSubscribe, .topic = "$aws/things/lamp/shadow/#", .qos = 1},
          {.what = What::kPublish, .topic = "$aws/things/lamp/shadow/get"},
          {.what = What::kPublish,
           .topic = "$aws/things/lamp/shadow/update",
           .payload = R"({"state":{"reported":{"power":"on"}},"version":1})"},
          {.what = What::kDisconnect, .client = "lamp", .reason = "CONNECTION_LOST"}};
}

bool IsWellFormed(const advise::Action& action) {
  using Kind = advise::Action::Kind;
  shadow::Arena arena;
  if (action.kind == Kind::kFault) return faults::ParsePlan(action.text).ok();
  if (action.kind == Kind::kUpdate || action.kind == Kind::kPublish) {
    return shadow::ParseWholeJson(action.text, 0, arena).has_value();
  }
  return true;
}

void Try(const advise::Scenario& scenario, int64_t step_us) {
  advise::Trial trial(scenario, kLamp, {.plans = "p"}, 0);
  const auto deeds = Deeds();
  int64_t now_us = 0;
  for (size_t turn = 0; !trial.is_over(); ++turn) {
    if (turn > 3 * advise::kStepsMax * advise::kTimesMax) std::abort();  // it ends by itself
    if (const auto action = trial.Next(now_us)) {
      if (!IsWellFormed(*action)) std::abort();
      trial.Done(absl::OkStatus(), {}, now_us);
      continue;
    }
    if (trial.is_over()) break;
    Observation deed = deeds[turn % deeds.size()];
    deed.us = now_us;
    trial.Observe(std::move(deed));
    now_us += step_us;
  }
  for (const Observation& seen : trial.verdict().last) advise::ObservationText(seen, 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto seen = advise::ParseObservation(text); seen.ok()) {
    advise::ObservationText(*seen, 0);
    advise::Reports(*seen, kLamp.state, kLamp);
  }
  const auto scenario = advise::ParseScenario(text);
  if (!scenario.ok() || scenario->steps.empty()) return 0;
  Try(*scenario, 24 * kHourUs);  // longer than a step can last
  return 0;
}
