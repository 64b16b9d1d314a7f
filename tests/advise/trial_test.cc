#include "advise/trial.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace advise {
namespace {

using What = Observation::What;
using Kind = Verdict::Kind;

constexpr int64_t kSecond = 1'000'000;

// A trial of steps, with hands that do everything at once, and a clock that is moved by hand.
class Bench {
 public:
  explicit Bench(absl::string_view steps, bool can_start = true)
      : scenario_(ParseScenario(absl::StrCat(R"({"name":"s","steps":[)", steps, "]}")).value()),
        trial_(scenario_, kLamp, {.seed = 7, .plans = "p", .can_start = can_start}, 0) {
    Go();
  }

  // What the device does now.
  void See(Observation observation) {
    observation.us = now_us;
    trial_.Observe(std::move(observation));
    Go();
  }
  void Pass(int64_t us) {
    now_us += us;
    Go();
  }
  const Verdict& verdict() const { return trial_.verdict(); }
  bool is_over() const { return trial_.is_over(); }
  Trial& trial() { return trial_; }

  int64_t now_us = 0;
  std::vector<Action> actions{};
  absl::Status outcome = absl::OkStatus();
  std::vector<std::string> found{};

 private:
  void Go() {
    while (auto action = trial_.Next(now_us)) {
      actions.push_back(*std::move(action));
      trial_.Done(outcome, found, now_us);
    }
  }

  const Subject kLamp = {
      .thing = "lamp", .state = R"({"power":"on"})", .other = R"({"power":"off"})"};
  const Scenario scenario_;
  Trial trial_;
};

Observation Connect(const char* result = "accepted") {
  return {.what = What::kConnect, .client = "lamp", .result = result};
}

Observation Report(const char* power) {
  return {.what = What::kPublish,
          .topic = "$aws/things/lamp/shadow/update",
          .payload = absl::StrCat(R"({"state":{"reported":{"power":")", power, "\"}}}")};
}

TEST(Trial, ADeviceThatObeysPasses) {
  Bench bench(
      R"({"cloud":{"desired":"$state"}},{"expect":{"update":{"reported":"$state"}},"within":"10s"})");
  ASSERT_EQ(bench.actions.size(), 1u);
  EXPECT_EQ(bench.actions[0].kind, Action::Kind::kUpdate);
  EXPECT_EQ(bench.actions[0].text, R"({"state":{"desired":{"power":"on"}}})");
  bench.Pass(kSecond);
  EXPECT_FALSE(bench.is_over());
  bench.See(Report("on"));
  EXPECT_TRUE(bench.is_over());
  EXPECT_EQ(bench.verdict().kind, Kind::kPass);
  EXPECT_EQ(bench.verdict().took_us, kSecond);
}

TEST(Trial, WhatDoesNotComeFailsAndIsNamed) {
  Bench bench(R"({"expect":{"update":{"reported":"$state"}},"within":"10s"})");
  bench.See(Report("off"));
  bench.Pass(9 * kSecond);
  EXPECT_FALSE(bench.is_over());
  bench.Pass(2 * kSecond);
  EXPECT_EQ(bench.verdict().kind, Kind::kFail);
  EXPECT_EQ(bench.verdict().step, 1u);
  EXPECT_EQ(bench.verdict().text, R"({"expect":{"update":{"reported":"$state"}},"within":"10s"})");
  EXPECT_EQ(bench.verdict().why, "did not come within 10s");
  ASSERT_EQ(bench.verdict().last.size(), 1u);
}

TEST(Trial, WhatComesBeforeTheDeedDoesNotCount) {
  Bench bench(R"({"expect":{"connect":{}},"within":"10s"},{"cloud":{"desired":"$state"}},
                 {"expect":{"update":{}},"within":"1s"})");
  bench.trial().Observe(Report("on"));
  bench.See(Connect());
  EXPECT_EQ(bench.actions.size(), 1u);
  bench.Pass(2 * kSecond);
  EXPECT_EQ(bench.verdict().kind, Kind::kFail);
}

TEST(Trial, WhatIsExpectedNextComesAfterWhatCameLast) {
  Bench bench(R"({"expect":{"connect":{}},"within":"10s"},{"expect":{"update":{}},"within":"1s"})");
  bench.trial().Observe(Report("on"));
  bench.trial().Observe(Connect());
  bench.See(Report("on"));
  EXPECT_EQ(bench.verdict().kind, Kind::kPass);
  Bench other(R"({"expect":{"connect":{}},"within":"10s"},{"expect":{"update":{}},"within":"1s"})");
  other.trial().Observe(Report("on"));
  other.See(Connect());
  other.Pass(2 * kSecond);
  EXPECT_EQ(other.verdict().kind, Kind::kFail);
}

TEST(Trial, WhatMustNotComeFailsAtOnce) {
  Bench bench(R"({"never":{"update":{}},"for":"3s"})");
  bench.Pass(kSecond);
  bench.See(Report("on"));
  EXPECT_EQ(bench.verdict().kind, Kind::kFail);
  EXPECT_EQ(bench.verdict().why.substr(0, 34), "came, and must not within 3s: +1.0");
  Bench calm(R"({"never":{"update":{}},"for":"3s"})");
  calm.Pass(4 * kSecond);
  EXPECT_EQ(calm.verdict().kind, Kind::kPass);
}

TEST(Trial, TimesHaveALeastAndAMost) {
  constexpr char kSteps[] = R"({"expect":{"update":{}},"within":"5s","times":[2,3]})";
  Bench one(kSteps);
  one.See(Report("on"));
  one.Pass(6 * kSecond);
  EXPECT_EQ(one.verdict().why, "came only once within 5s");
  Bench two(kSteps);
  two.See(Report("on"));
  two.See(Report("on"));
  EXPECT_FALSE(two.is_over()) << "more may come";
  two.Pass(6 * kSecond);
  EXPECT_EQ(two.verdict().kind, Kind::kPass);
  Bench four(kSteps);
  for (int i = 0; i < 4; ++i) four.See(Report("on"));
  EXPECT_EQ(four.verdict().why, "came 4 times, awaited at most 3");
}

TEST(Trial, TooEarlyIsMeasuredFromWhatCameBefore) {
  constexpr char kSteps[] = R"({"expect":{"disconnect":{}},"within":"5s"},
      {"expect":{"connect":{"result":"any"}},"within":"5s","not_before":"50ms"})";
  Bench early(kSteps);
  early.See({.what = What::kDisconnect});
  early.Pass(20'000);
  early.See(Connect("closed"));
  EXPECT_EQ(early.verdict().why, "came 0.020 s after what was before it, awaited not before 50ms");
  Bench patient(kSteps);
  patient.See({.what = What::kDisconnect});
  patient.Pass(60'000);
  patient.See(Connect());
  EXPECT_EQ(patient.verdict().kind, Kind::kPass);
}

TEST(Trial, WhatIsDesiredIsWhatTheDeviceIsNotNow) {
  Bench bench(R"({"expect":{"update":{}},"within":"5s"},{"cloud":{"desired":"$state"}},
                 {"cloud":{"desired":"$other"}},{"cloud":{"wait":"1s"}})");
  bench.See(Report("on"));
  ASSERT_EQ(bench.actions.size(), 2u);
  EXPECT_EQ(bench.actions[0].text, R"({"state":{"desired":{"power":"off"}}})");
  EXPECT_EQ(bench.actions[1].text, R"({"state":{"desired":{"power":"on"}}})");
}

TEST(Trial, WhatCameWhileItWaitedIsOver) {
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"},{"cloud":{"wait":"1s"}},
                 {"never":{"update":{}},"for":"3s"})");
  bench.See(Connect());
  bench.See(Report("on"));
  bench.Pass(kSecond);
  bench.Pass(4 * kSecond);
  EXPECT_EQ(bench.verdict().kind, Kind::kPass);
}

TEST(Trial, WhatIsRequiredAndMissingMakesItNotApplicable) {
  Bench bench(
      R"({"require":{"connect":{"clean":true}},"within":"1s","else":"its sessions are kept"})");
  bench.See(Connect());
  bench.Pass(2 * kSecond);
  EXPECT_EQ(bench.verdict().kind, Kind::kNotApplicable);
  EXPECT_EQ(bench.verdict().why, "its sessions are kept");
}

TEST(Trial, AWarningIsKeptAndTheTrialGoesOn) {
  constexpr char kSteps[] = R"({"never":{"subscribe":{}},"for":"2s","warn":true},
                               {"expect":{"update":{}},"within":"5s"})";
  Bench warned(kSteps);
  warned.See({.what = What::kSubscribe, .topic = "a"});
  EXPECT_FALSE(warned.is_over());
  warned.See(Report("on"));
  EXPECT_EQ(warned.verdict().kind, Kind::kWarn);
  EXPECT_EQ(warned.verdict().step, 1u);
  Bench failed(kSteps);
  failed.See({.what = What::kSubscribe, .topic = "a"});
  failed.Pass(6 * kSecond);
  EXPECT_EQ(failed.verdict().kind, Kind::kFail) << "worse than a warning";
  EXPECT_EQ(failed.verdict().step, 2u);
}

TEST(Trial, AttemptsAreJudgedByTheirPauses) {
  constexpr char kSteps[] =
      R"({"judge":"backoff","of":{"connect":{"result":"any"}},"attempts":5,"within":"60s"})";
  const auto judged = [&](const std::vector<int64_t>& pauses_ms) {
    Bench bench(kSteps);
    bench.See(Connect("closed"));
    for (const int64_t pause : pauses_ms) {
      bench.Pass(pause * 1000);
      bench.See(Connect("closed"));
    }
    bench.Pass(61 * kSecond);
    return bench.verdict();
  };
  EXPECT_EQ(judged({310, 180, 1240, 2110}).kind, Kind::kPass);
  EXPECT_EQ(judged({500, 1000, 2000, 4000}).kind, Kind::kWarn);
  EXPECT_EQ(judged({500, 500, 500, 500}).kind, Kind::kFail);
  EXPECT_EQ(judged({500}).why, "was tried 2 times, awaited 5 attempts within 1m");
}

TEST(Trial, FaultPlansAreForThisDeviceAlone) {
  Bench bench(R"({"cloud":{"fault":{"for":"5s","rules":[
      {"id":"r","on":"answer","where":{"topic":"update/delta"},"do":"drop","count":1}]}}},
      {"cloud":{"away":"2s"}})");
  ASSERT_EQ(bench.actions.size(), 2u);
  EXPECT_EQ(bench.actions[0].kind, Action::Kind::kFault);
  EXPECT_EQ(bench.actions[0].topic, "p-1");
  const auto plan = faults::ParsePlan(bench.actions[0].text);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->seed, 7u);
  EXPECT_EQ(plan->rules[0].where.thing->text, "lamp");
  EXPECT_EQ(plan->rules[0].where.shadow->text, "");
  const auto away = faults::ParsePlan(bench.actions[1].text);
  ASSERT_TRUE(away.ok()) << away.status();
  EXPECT_EQ(away->for_ms, 2000);
  EXPECT_EQ(away->rules[0].act, faults::Do::kAway);
}

TEST(Trial, ADeviceThatCannotBeStartedIsCut) {
  EXPECT_EQ(Bench(R"({"cloud":{"start":true}})").actions[0].kind, Action::Kind::kStart);
  EXPECT_EQ(Bench(R"({"cloud":{"start":true}})", /*can_start=*/false).actions[0].kind,
            Action::Kind::kFault);
}

TEST(Trial, DeedsAreRepeatedAndCounted) {
  Bench bench(R"({"cloud":{"desired":{"advise":{"n":"$n"}}},"times":3},{"cloud":{"wait":"1s"}})");
  ASSERT_EQ(bench.actions.size(), 3u);
  EXPECT_NE(bench.actions[0].text, bench.actions[1].text);
  EXPECT_FALSE(bench.is_over());
  bench.Pass(2 * kSecond);
  EXPECT_EQ(bench.verdict().kind, Kind::kPass);
}

TEST(Trial, WhatTheBenchCannotDoIsAnErrorOfTheBench) {
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"},{"cloud":{"delete":true}})");
  bench.outcome = absl::UnavailableError("nobody answers");
  bench.See(Connect());
  EXPECT_EQ(bench.verdict().kind, Kind::kError);
  EXPECT_EQ(bench.verdict().why, "nobody answers");
}

TEST(Trial, PoliciesThatAllowTooMuchFail) {
  Bench good(R"({"judge":"policies"})");
  EXPECT_EQ(good.verdict().kind, Kind::kPass);
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"},{"judge":"policies"})");
  bench.found = {"everything is allowed"};
  bench.See(Connect());
  EXPECT_EQ(bench.verdict().kind, Kind::kFail);
  EXPECT_EQ(bench.verdict().why, "everything is allowed");
}

TEST(Trial, ADeviceWithoutPoliciesIsNotJudgedByThem) {
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"},{"judge":"policies"})");
  bench.outcome = absl::NotFoundError("no certificate");
  bench.See(Connect());
  EXPECT_EQ(bench.verdict().kind, Kind::kNotApplicable);
  EXPECT_EQ(bench.verdict().why, "no certificate");
}

TEST(Trial, ACommandThatEndsByItselfFails) {
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"})");
  bench.trial().DeviceEnded("ended with exit code 1", 1);
  EXPECT_EQ(bench.verdict().why, "the device's command ended with exit code 1");
}

TEST(Trial, TheLastTwentyObservationsAreShown) {
  Bench bench(R"({"expect":{"connect":{}},"within":"5s"})");
  for (int i = 0; i < 30; ++i) bench.See({.what = What::kSubscribe, .topic = absl::StrCat("t", i)});
  bench.Pass(6 * kSecond);
  ASSERT_EQ(bench.verdict().last.size(), 20u);
  EXPECT_EQ(bench.verdict().last.front().topic, "t10");
  EXPECT_EQ(bench.verdict().last.back().topic, "t29");
}

}  // namespace
}  // namespace advise
