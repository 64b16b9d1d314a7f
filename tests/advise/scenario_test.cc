#include "advise/scenario.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/str_cat.h"

namespace advise {
namespace {

std::string FaultOf(absl::string_view text) {
  const auto scenario = ParseScenario(text);
  return scenario.ok() ? "" : std::string(scenario.status().message());
}

std::string StepFault(absl::string_view step) {
  return FaultOf(absl::StrCat(R"({"name":"n","steps":[)", step, "]}"));
}

TEST(Scenario, ThoseThatAreThereAreRightAndHaveNamesOfTheirOwn) {
  std::set<std::string> names;
  for (const Scenario& scenario : ReadyScenarios()) {
    EXPECT_TRUE(names.insert(scenario.name).second) << scenario.name;
    EXPECT_FALSE(scenario.about.empty()) << scenario.name;
    EXPECT_EQ(FindReadyScenario(scenario.name), &scenario);
  }
  EXPECT_EQ(names.size(), 43u);
  EXPECT_EQ(FindReadyScenario("no-such"), nullptr);
}

TEST(Scenario, StepsKeepWhatTheySay) {
  const auto scenario =
      ParseScenario(R"({"name":"mine","about":"it obeys","needs":["named"],"steps":[
    {"cloud":{"desired":"$state"},"times":3},
    {"expect":{"update":{"reported":"$state"}},"within":"10s","times":[1,3],"not_before":"50ms"},
    {"never":{"disconnect":{}},"for":"3s","warn":true},
    {"cloud":{"fault":{"for":"5s","rules":[{"id":"r","on":"answer","do":"drop"}]}}},
    {"judge":"backoff","of":{"connect":{}},"attempts":6,"within":"1m"}]})");
  ASSERT_TRUE(scenario.ok()) << scenario.status();
  EXPECT_EQ(scenario->group, "own");
  ASSERT_EQ(scenario->steps.size(), 5u);
  EXPECT_EQ(std::get<Deed>(scenario->steps[0].what).times, 3);
  const auto& expect = std::get<Expect>(scenario->steps[1].what);
  EXPECT_EQ(expect.within_ms, 10'000);
  EXPECT_EQ(expect.most, 3);
  EXPECT_EQ(expect.not_before_ms, 50);
  EXPECT_TRUE(scenario->steps[2].only_warns);
  EXPECT_EQ(std::get<Deed>(scenario->steps[3].what).plan.rules.size(), 1u);
  EXPECT_EQ(std::get<JudgeBackoff>(scenario->steps[4].what).attempts, 6);
  EXPECT_EQ(scenario->steps[2].text, R"({"never":{"disconnect":{}},"for":"3s","warn":true})");
}

TEST(Scenario, FaultsNameThePlaceTheStepAndWhatWouldBeRight) {
  EXPECT_EQ(FaultOf("{"), "1:2: not JSON: Missing a name for object member.");
  EXPECT_NE(FaultOf(R"({"steps":[]})").find("\"name\" is missing"), std::string::npos);
  EXPECT_NE(FaultOf(R"({"name":"a b"})").find("\"a b\""), std::string::npos);
  EXPECT_NE(FaultOf(R"({"name":"n"})").find("\"steps\" is missing"), std::string::npos);
  EXPECT_NE(FaultOf(R"({"name":"n","steps":[]})").find("a list of 1 to 64 steps"),
            std::string::npos);
  EXPECT_NE(FaultOf(R"({"name":"n","needs":["luck"],"steps":[]})").find("wire, jobs, power"),
            std::string::npos);
  EXPECT_NE(FaultOf(R"({"name":"n","color":1})").find("color"), std::string::npos);
  EXPECT_EQ(StepFault("{}"),
            "1:22: step 1 must have one of \"cloud\", \"expect\", \"never\", \"require\" and "
            "\"judge\"");
  EXPECT_NE(StepFault(R"({"cloud":{"dance":true}})").find("\"dance\" is nothing that can be done"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"cloud":{"cut":false}})").find("must be true"), std::string::npos);
  EXPECT_NE(StepFault(R"({"cloud":{"away":"soon"}})").find("\"soon\""), std::string::npos);
  EXPECT_NE(StepFault(R"({"cloud":{"fault":{"rules":[]}}})").find("\"for\" is missing"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"cloud":{"publish":{"topic":"a/#","payload":1}}})").find("wildcards"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"cloud":{"wait":"1s"},"times":0})").find("from 1 to 10000"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"expect":{"connect":{}}})").find("\"within\" is missing"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"expect":{"connect":{}},"within":"1s","times":[3,1]})").find("no range"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"never":{"connect":{}}})").find("\"for\" is missing"), std::string::npos);
  EXPECT_NE(StepFault(R"({"require":{"connect":{}},"within":"1s"})").find("\"else\" is missing"),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"judge":"luck"})").find("\"backoff\" or \"policies\""),
            std::string::npos);
  EXPECT_NE(StepFault(R"({"judge":"backoff","of":{"connect":{}},"attempts":2,"within":"1s"})")
                .find("from 4 to 20"),
            std::string::npos);
}

}  // namespace
}  // namespace advise
