#include "faults/plan.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/ready.h"

namespace faults {
namespace {

constexpr char kWeek[] = R"({"name":"week","seed":42,"for":"10m","rules":[
 {"id":"late","on":"answer","where":{"thing":"lift-*","topic":"update/delta"},"do":"delay","ms":[200,1500],"probability":0.3},
 {"id":"second","on":"request","where":{"thing":"lift-7","operation":"update"},"skip":1,"count":1,"do":"reject","code":409},
 {"id":"lost-ack","on":"request","where":{"client":"lift-7"},"every":20,"do":"cut_before_puback","taken":true},
 {"id":"slow","on":"deliver","where":{"client":"lift-?","topic":"$aws/things/+/shadow/#"},"do":"throttle","per_second":5},
 {"id":"skewed","on":"answer","where":{"shadow":""},"do":"skew","seconds":-60},
 {"id":"again","on":"request","at":{"lift-7":[0,3],"lift-8":[2]},"do":"swallow"}]})";

std::string RuleFault(const std::string& members) {
  const auto plan =
      ParsePlan(absl::StrCat(R"({"name":"p","for":"1m","rules":[{"id":"r",)", members, "}]}"));
  return plan.ok() ? "" : std::string(plan.status().message());
}

TEST(Plan, OfTheDesignIsRead) {
  const auto plan = ParsePlan(kWeek);
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->seed, 42u);
  EXPECT_EQ(plan->for_ms, 600'000);
  ASSERT_EQ(plan->rules.size(), 6u);
  EXPECT_EQ(plan->rules[0].most_ms, 1500);
  EXPECT_EQ(plan->rules[1].code, 409);
  EXPECT_TRUE(plan->rules[2].taken);
  EXPECT_EQ(plan->rules[5].at.at("lift-7"), (std::vector<uint64_t>{0, 3}));
}

TEST(Plan, AsTextIsTheSamePlan) {
  const auto plan = ParsePlan(kWeek);
  ASSERT_TRUE(plan.ok());
  const std::string text = PlanText(*plan);
  const auto again = ParsePlan(text);
  ASSERT_TRUE(again.ok()) << again.status() << text;
  EXPECT_EQ(PlanText(*again), text);
  for (const char* part :
       {R"("ms":[200,1500])", R"("taken":true)", R"("shadow":"")", "\"for\":\"10m\"",
        R"("at":{"lift-7":[0,3],"lift-8":[2]})", R"("probability":0.3)"}) {
    EXPECT_TRUE(absl::StrContains(text, part)) << part << " in " << text;
  }
}

TEST(Plan, WithAFaultIsRefusedNamingRuleMemberAndWhatWouldBeRight) {
  const std::pair<const char*, const char*> kFaults[] = {
      {R"("on":"reqest","do":"drop")",
       R"(rule "r": "on" is "reqest"; it must be "connect", "subscribe")"},
      {R"("do":"drop")", R"(rule "r": "on" is missing: "connect")"},
      {R"("on":"request")", R"("do" is missing: for on request "cut_before_puback")"},
      {R"("on":"answer","do":"reject")",
       R"("do" is "reject"; it must be for on answer "delay", "duplicate")"},
      {R"("on":"request","do":"reject")", R"("code" is missing: do reject needs it)"},
      {R"("on":"request","do":"reject","code":418)",
       R"("code" is 418; it must be 400, 401, 403, 404, 409, 413, 429 or 500)"},
      {R"("on":"request","do":"reject","code":"409")", R"("code" is a string; it must be 400)"},
      {R"("on":"answer","do":"delay","ms":[9,2])", R"("ms" is no range)"},
      {R"("on":"answer","do":"delay","ms":3600001)", "a whole number from 0 to 3600000"},
      {R"("on":"answer","do":"delay","ms":1.5)", "a whole number from 0 to 3600000"},
      {R"("on":"answer","do":"drop","ms":1)", R"(rule "r" with do drop)"},
      {R"("on":"answer","do":"drop","probability":1.1)", "a number from 0 to 1"},
      {R"("on":"answer","do":"drop","probability":"1")", "a number from 0 to 1"},
      {R"("on":"answer","do":"drop","every":0)",
       R"("every" is 0; it must be a whole number from 1)"},
      {R"("on":"answer","do":"drop","where":{"client":"x"})",
       R"(where: "client" does not go with on answer; there can be "thing")"},
      {R"("on":"answer","do":"drop","where":{"topic":"delta/x"})", R"(end of answers' topics)"},
      {R"("on":"answer","do":"drop","where":{"topic":"elta"})", R"(end of answers' topics)"},
      {R"("on":"answer","do":"drop","where":{"topic":"/update/delta"})",
       R"(end of answers' topics)"},
      {R"("on":"deliver","do":"drop","where":{"topic":"a/#/b"})", "an MQTT filter"},
      {R"("on":"request","do":"swallow","where":{"operation":"put"})",
       R"("operation" is "put"; it must be "update", "get" or "delete")"},
      {R"("on":"request","do":"swallow","where":{"thing":"${x}"})", "where: \"thing\": "},
      {R"("on":"request","do":"swallow","where":[])", "an object"},
      {R"("on":"request","do":"swallow","at":{"a":[1,1]})", "whole numbers that rise"},
      {R"("on":"request","do":"swallow","at":{})", "whole numbers that rise"},
      {R"("on":"request","do":"swallow","at":{"a":[1]},"skip":1)",
       R"("skip" does not go with "at")"},
  };
  for (const auto& [members, wanted] : kFaults) {
    EXPECT_TRUE(absl::StrContains(RuleFault(members), wanted))
        << members << " gave: " << RuleFault(members);
  }
  EXPECT_EQ(RuleFault(R"("on":"request","do":"swallow")"), "");
}

TEST(Plan, IsRefusedWholeWithLineAndColumn) {
  const auto fault = [](const char* text) { return ParsePlan(text).status().ToString(); };
  const std::string rules = R"("rules":[{"id":"r","on":"request","do":"swallow"}])";
  EXPECT_TRUE(absl::StrContains(fault("{\n \"name\":\"a b\"}"), "2:9: plan: \"name\" is \"a b\""));
  EXPECT_TRUE(absl::StrContains(fault(R"({"name":"p","rules":[]})"), R"("for" is missing)"));
  EXPECT_TRUE(
      absl::StrContains(fault(R"({"name":"p","for":"25h","rules":[]})"), R"(at most "24h")"));
  EXPECT_TRUE(absl::StrContains(fault(R"({"name":"p","for":"1m","rules":[]})"), "1 to 64 rules"));
  EXPECT_TRUE(
      absl::StrContains(fault(R"({"name":"p","for":"1m","seed":-1,"rules":[]})"), "\"seed\""));
  EXPECT_TRUE(absl::StrContains(fault(R"({"name":"p","for":"1m","x":1,"rules":[]})"), "x"));
  EXPECT_TRUE(absl::StrContains(
      fault(R"({"name":"p","for":"1m","rules":[{"id":"r","on":"request","do":"swallow"},
        {"id":"r","on":"request","do":"swallow"}]})"),
      "rule 2: another rule has the id \"r\""));
  EXPECT_TRUE(absl::StrContains(fault(R"({"name":"p","for":"1m","rules":[{"on":"request"}]})"),
                                "rule 1: \"id\" must be a text"));
  for (const char* text : {"", "[]", "{", "null", "\xff"})
    EXPECT_FALSE(ParsePlan(text).ok()) << text;
  EXPECT_TRUE(ParsePlan(absl::StrCat(R"({"name":"p","for":"24h",)", rules, "}")).ok());
}

TEST(Plan, EachThatIsReadyIsOne) {
  for (const ReadyPlan& ready : ReadyPlans()) {
    const auto plan = ParsePlan(ready.text);
    ASSERT_TRUE(plan.ok()) << ready.name << ": " << plan.status();
    EXPECT_EQ(plan->name, ready.name);
    EXPECT_EQ(FindReadyPlan(ready.name), &ready);
  }
  EXPECT_EQ(FindReadyPlan("nothing"), nullptr);
}

TEST(Duration, IsAWholeNumberAndAUnit) {
  EXPECT_EQ(ParseDuration("500ms"), 500);
  EXPECT_EQ(ParseDuration("90s"), 90'000);
  EXPECT_EQ(ParseDuration("24h"), kDurationMsMax);
  for (const char* text :
       {"", "5", "m", "0s", "1d", "1.5m", "-1s", "25h", "99999999999999999999s", "1 s"}) {
    EXPECT_EQ(ParseDuration(text), std::nullopt) << text;
  }
  for (const char* text : {"500ms", "90s", "5m", "2h"}) {
    EXPECT_EQ(DurationText(*ParseDuration(text)), text);
  }
}

}  // namespace
}  // namespace faults
