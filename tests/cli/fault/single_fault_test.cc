#include "cli/fault/single_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/fault/plan_words.h"

namespace cli {
namespace {

using testing::HasSubstr;

// The rule as JSON, without what all have.
std::string RuleOf(const SingleFault& fault) {
  const auto plan = PlanOf(fault, "once-3");
  if (!plan.ok()) return std::string(plan.status().message());
  EXPECT_EQ(plan->name, "once-3");
  EXPECT_EQ(plan->for_ms, 5 * 60 * 1000);
  EXPECT_EQ(plan->rules.size(), 1u);
  EXPECT_EQ(plan->rules[0].count, 1u);
  EXPECT_EQ(plan->rules[0].where.thing->text, fault.thing);
  return RuleWords(plan->rules[0]);
}

std::string Lamp(absl::string_view act, absl::string_view what = "", absl::string_view on = "") {
  return RuleOf({.thing = "lamp", .act = act, .what = what, .on = on});
}

TEST(SingleFault, TakesTheWordThatItsActNeeds) {
  EXPECT_EQ(Lamp("reject", "409"), "requests of lamp: rejected with 409; 1 for each");
  EXPECT_EQ(Lamp("drop", "update/delta"), "answers of lamp, update/delta: lost; 1 for each");
  EXPECT_EQ(Lamp("drop"), "answers of lamp: lost; 1 for each");
  EXPECT_EQ(Lamp("cut_before_puback"),
            "requests of lamp: the connection is cut before PUBACK, and the request is lost; "
            "1 for each");
  EXPECT_EQ(Lamp("cut_before_puback", "taken"),
            "requests of lamp: the connection is cut before PUBACK, and the request is carried "
            "out; 1 for each");
  EXPECT_EQ(Lamp("delay", "1s"), "answers of lamp: held for 1000 ms; 1 for each");
  EXPECT_EQ(Lamp("delay", "500ms", "https"),
            "requests over HTTPS of lamp: held for 500 ms; 1 for each");
  EXPECT_EQ(Lamp("reorder", "update/delta"),
            "answers of lamp, update/delta: come after the next one, at the latest after 1000 ms; "
            "1 for each");
  EXPECT_EQ(Lamp("token", "other"), "answers of lamp: come with another's clientToken; 1 for each");
  EXPECT_EQ(Lamp("skew", "-3600"),
            "answers of lamp: come with times that are off by -3600 s; 1 for each");
  EXPECT_EQ(Lamp("lose"), "sessions of lamp: gone at the next connect; 1 for each");
  EXPECT_EQ(Lamp("refuse"), "connects of lamp: refused, as by a policy; 1 for each");
  EXPECT_EQ(Lamp("refuse", "", "subscribe"),
            "subscriptions of lamp: refused, as by a policy; 1 for each");
}

TEST(SingleFault, SaysWhatWouldBeRight) {
  EXPECT_THAT(Lamp("explode"), HasSubstr("\"explode\" is nothing that can go wrong once; there "
                                         "are close, refuse, "));
  EXPECT_THAT(Lamp("throttle", "5"), HasSubstr("\"throttle\" is nothing"));
  EXPECT_EQ(Lamp("reject"), "reject needs a code, such as 409 behind it");
  EXPECT_EQ(Lamp("reject", "418"), "\"418\" does not go with reject, but a code, such as 409");
  EXPECT_EQ(Lamp("drop", "delta/x"),
            "\"delta/x\" does not go with drop, but the end of a topic, such as update/delta");
  EXPECT_EQ(Lamp("delay", "500"), Lamp("delay", "500ms"));
  EXPECT_EQ(Lamp("delay", "soon"), "\"soon\" does not go with delay, but a time, such as 500ms");
  EXPECT_EQ(Lamp("close", "now"), "\"now\" does not go with close, but nothing");
  EXPECT_EQ(Lamp("drop", "", "request"),
            "--on: drop does not go with \"request\", but with answer, deliver");
}

TEST(PlanWords, TellWhomWhatAndWhen) {
  const auto plan = faults::ParsePlan(R"({"name":"p","for":"5m","rules":[
    {"id":"late","on":"answer","where":{"thing":"lift-*","shadow":"","topic":"update/delta"},
     "do":"delay","ms":[200,1500],"skip":1,"every":20,"count":2,"probability":0.3},
    {"id":"x","on":"deliver","where":{"client":"c"},"do":"throttle","per_second":5},
    {"id":"again","on":"https","where":{"operation":"get"},"at":{"lamp":[1,4]},"do":"reject",
     "code":429}]})");
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(PlanWords(*plan),
            "  late   answers of lift-*, the classic shadow, update/delta: held for 200 to 1500 ms;"
            " one of every 20; not the first 1; 2 for each; with probability 0.3\n"
            "  x      deliveries of every thing, client c: no more than 5 a second\n"
            "  again  requests over HTTPS of every thing, get: rejected with 429; exactly as "
            "recorded of 1\n");
}

}  // namespace
}  // namespace cli
