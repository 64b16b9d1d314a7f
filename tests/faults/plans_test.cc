#include "faults/plans.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "faults/topic_filter.h"

namespace faults {
namespace {

Plan PlanOf(const std::string& rules, uint64_t seed = 42, const std::string& name = "p") {
  auto plan = ParsePlan(absl::StrCat(R"({"name":")", name, R"(","seed":)", seed,
                                     R"(,"for":"10s","rules":[)", rules, "]}"));
  EXPECT_TRUE(plan.ok()) << plan.status();
  return *std::move(plan);
}

Event Request(absl::string_view thing) {
  return {.on = On::kRequest,
          .thing = thing,
          .shadow = "",
          .operation = shadow::Operation::kUpdate,
          .client = "c"};
}

// "0.1..": fired for the first and third of so many.
std::string Fired(Plans& plans, const Event& event, int times) {
  std::string fired;
  for (int i = 0; i < times; ++i) fired += plans.Decide(event) ? '1' : '.';
  return fired;
}

Plans Running(const std::string& rules) {
  Plans plans;
  EXPECT_TRUE(plans.Start(PlanOf(rules), 0).ok());
  return plans;
}

TEST(Plans, FireBySkipEveryAndCountForEachKey) {
  Plans plans = Running(R"({"id":"r","on":"request","skip":1,"every":3,"count":2,"do":"swallow"})");
  EXPECT_EQ(Fired(plans, Request("a"), 9), ".1..1....");
  EXPECT_EQ(Fired(plans, Request("b"), 3), ".1.");
}

TEST(Plans, WithProbabilityZeroOrNoMatchDoNothing) {
  Plans never = Running(R"({"id":"r","on":"request","probability":0,"do":"swallow"})");
  EXPECT_EQ(Fired(never, Request("a"), 50), std::string(50, '.'));
  Plans other = Running(R"({"id":"r","on":"request","where":{"thing":"lift-*"},"do":"swallow"})");
  EXPECT_EQ(Fired(other, Request("a"), 3), "...");
  EXPECT_EQ(Fired(other, Request("lift-1"), 3), "111");
}

TEST(Plans, AllRulesCountAndTheFirstThatFiresActs) {
  Plans plans = Running(R"({"id":"first","on":"request","every":2,"do":"swallow"},
                           {"id":"second","on":"request","do":"reject","code":409})");
  const auto event = Request("a");
  EXPECT_EQ(plans.Decide(event)->Text(), "first#0:swallow");
  EXPECT_EQ(plans.Decide(event)->Text(), "second#1:reject:409");
  EXPECT_EQ(plans.Decide(event)->Text(), "first#2:swallow");
}

TEST(Plans, LookAtWhatTheRuleNames) {
  Plans plans = Running(
      R"({"id":"d","on":"answer","where":{"topic":"delta","shadow":"?*"},"do":"drop"},
         {"id":"t","on":"deliver","where":{"topic":"a/+/#","client":"x*"},"do":"drop"},
         {"id":"c","on":"connect","where":{"certificate":"12*"},"do":"close"})");
  Event answer = {
      .on = On::kAnswer, .thing = "a", .shadow = "s", .answer = proto::AnswerTopic::kUpdateDelta};
  EXPECT_TRUE(plans.Decide(answer));
  answer.shadow = "";
  EXPECT_FALSE(plans.Decide(answer));
  answer.shadow = "s";
  answer.answer = proto::AnswerTopic::kUpdateDocuments;
  EXPECT_FALSE(plans.Decide(answer));
  EXPECT_TRUE(plans.Decide({.on = On::kDeliver, .topic = "a/b/c", .client = "x1"}));
  EXPECT_FALSE(plans.Decide({.on = On::kDeliver, .topic = "a", .client = "x1"}));
  EXPECT_FALSE(plans.Decide({.on = On::kDeliver, .topic = "a/b/c", .client = "y"}));
  EXPECT_TRUE(plans.Decide({.on = On::kConnect, .client = "x", .certificate = "1234"}));
  EXPECT_FALSE(plans.Decide({.on = On::kConnect, .client = "x"}));
  EXPECT_FALSE(plans.Looks(On::kHttps));
  EXPECT_FALSE(plans.Decide(Request("a")));
}

TEST(Plans, EndByThemselvesAndByName) {
  Plans plans;
  ASSERT_TRUE(plans.Start(PlanOf(R"({"id":"r","on":"request","do":"swallow"})", 1, "a"), 0).ok());
  ASSERT_TRUE(plans.Start(PlanOf(R"({"id":"r","on":"request","do":"swallow"})", 1, "b"), 5).ok());
  EXPECT_TRUE(absl::IsAlreadyExists(
      plans.Start(PlanOf(R"({"id":"r","on":"request","do":"swallow"})", 1, "a"), 0)));
  EXPECT_TRUE(plans.StopOverdue(9'999'999).empty());
  EXPECT_EQ(plans.StopOverdue(10'000'000), std::vector<std::string>{"a"});
  EXPECT_TRUE(plans.Stop("b"));
  EXPECT_FALSE(plans.Stop("b"));
  EXPECT_TRUE(plans.empty());
  EXPECT_FALSE(plans.Looks(On::kRequest));
  EXPECT_FALSE(plans.Decide(Request("a")));
}

TEST(Plans, AreBounded) {
  Plans plans;
  const std::string rule = R"({"id":"r","on":"request","do":"swallow"})";
  for (size_t i = 0; i < Plans::kPlansMax; ++i) {
    ASSERT_TRUE(plans.Start(PlanOf(rule, 1, absl::StrCat("p", i)), 0).ok());
  }
  EXPECT_TRUE(absl::IsResourceExhausted(plans.Start(PlanOf(rule, 1, "more"), 0)));
  for (const std::string& name : plans.Names()) EXPECT_TRUE(plans.Stop(name));
  ASSERT_TRUE(plans.Start(PlanOf(rule), 0).ok());
  for (size_t i = 0; i < Plans::kKeysMax; ++i) {
    ASSERT_TRUE(plans.Decide(Request(absl::StrCat(i))));
  }
  EXPECT_FALSE(plans.Decide(Request("one more")));
  EXPECT_TRUE(plans.Decide(Request("7")));
}

// Rules with everything that counts, over ten devices whose messages interleave anew each time.
using Told = std::map<std::string, std::vector<std::string>>;
constexpr char kRules[] =
    R"({"id":"late","on":"request","probability":0.3,"do":"delay","ms":[200,1500]},
       {"id":"some","on":"request","skip":5,"every":7,"do":"swallow"},
       {"id":"few","on":"request","count":3,"probability":0.1,"do":"reject","code":429})";

Told RunOf(Plans& plans, std::mt19937& random) {
  std::vector<std::string> order;
  for (int i = 0; i < 1000; ++i) order.push_back(absl::StrCat("lift-", i % 10));
  std::shuffle(order.begin(), order.end(), random);
  Told run;
  for (const std::string& thing : order) {
    const auto decision = plans.Decide(Request(thing));
    run[thing].push_back(decision ? decision->Text() : "");
  }
  return run;
}

TEST(Plans, WithTheSameSeedDoTheSameToEachDeviceHoweverTheyInterleave) {
  std::mt19937 random(2026);
  Plans first = Running(kRules);
  const Told wanted = RunOf(first, random);
  for (int i = 0; i < 100; ++i) {
    Plans plans = Running(kRules);
    EXPECT_EQ(RunOf(plans, random), wanted);
  }
  Plans other;
  ASSERT_TRUE(other.Start(PlanOf(kRules, 43), 0).ok());
  EXPECT_NE(RunOf(other, random), wanted);
}

TEST(Plans, RecordARunThatRepeatsExactly) {
  std::mt19937 random(2027);
  Plans plans = Running(kRules);
  const Told wanted = RunOf(plans, random);
  ASSERT_TRUE(plans.Stop("p"));  // what ended is known for a while
  const auto record = plans.Record("p");
  ASSERT_TRUE(record.ok()) << record.status();
  EXPECT_FALSE(absl::StrContains(*record, "probability"));
  auto plan = ParsePlan(*record);
  ASSERT_TRUE(plan.ok()) << plan.status();
  Plans again;
  ASSERT_TRUE(again.Start(*std::move(plan), 0).ok());
  EXPECT_EQ(RunOf(again, random), wanted);
}

TEST(Plans, SayWhatCannotBeRecorded) {
  Plans plans = Running(R"({"id":"r","on":"request","probability":0,"do":"swallow"})");
  EXPECT_TRUE(absl::IsNotFound(plans.Record("q").status()));
  EXPECT_TRUE(absl::IsNotFound(plans.Record("p").status()));
  Plans busy = Running(R"({"id":"r","on":"request","do":"swallow"})");
  for (int i = 0; i < 20'000; ++i) busy.Decide(Request("a"));
  EXPECT_TRUE(absl::IsResourceExhausted(busy.Record("p").status()));
}

TEST(Plans, ListHowOftenEachRuleMatchedAndFired) {
  Plans plans = Running(R"({"id":"r","on":"request","every":2,"do":"swallow"})");
  Fired(plans, Request("a"), 3);
  EXPECT_EQ(plans.List(4'000'000),
            R"([{"name":"p","seed":42,"endsInMs":6000,"rules":[{"id":"r","on":"request",)"
            R"("do":"swallow","matched":3,"fired":2}]}])");
}

TEST(TopicFilter, MatchesAsMqttSays) {
  for (const auto& [filter, topic] : {std::pair("a/+/c", "a/b/c"),
                                      {"#", "a"},
                                      {"a/#", "a"},
                                      {"a/#", "a/b/c"},
                                      {"+", "a"},
                                      {"a/+", "a/"},
                                      {"$aws/things/+/shadow/#", "$aws/things/t/shadow/get"}}) {
    EXPECT_TRUE(FilterMatches(filter, topic)) << filter << " " << topic;
  }
  for (const auto& [filter, topic] :
       {std::pair("a/+", "a"), {"a/b", "a"}, {"a", "a/b"}, {"a/+/c", "a/b/d"}, {"+", "a/b"}}) {
    EXPECT_FALSE(FilterMatches(filter, topic)) << filter << " " << topic;
  }
  for (const char* text : {"", "a/#/b", "a#", "a+/b"}) EXPECT_FALSE(IsTopicFilter(text)) << text;
}

}  // namespace
}  // namespace faults
