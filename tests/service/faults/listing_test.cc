#include "service/faults/listing.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "faults/plan.h"

namespace service {
namespace {

std::string List(absl::string_view on, int matched, int fired) {
  return absl::StrCat(R"([{"name":"p","seed":9007199254740992,"endsInMs":1,"rules":[{"id":"a",)"
                      R"("on":")",
                      on, R"(","do":"delay","matched":)", matched, R"(,"fired":)", fired, "}]}]");
}

std::string Plan(absl::string_view id, absl::string_view on) {
  return absl::StrCat(R"({"name":"p","seed":3,"for":"5m","rules":[{"id":")", id, R"(","on":")", on,
                      R"(","at":{"lamp":[1,4]},"do":"delay","ms":5}]})");
}

TEST(FaultListing, OurCountsStandInTheRulesOfHttpsAlone) {
  EXPECT_EQ(JoinLists(List("https", 0, 0), List("https", 7, 2)).value(), List("https", 7, 2));
  EXPECT_EQ(JoinLists(List("answer", 5, 1), List("answer", 0, 0)).value(), List("answer", 5, 1));
  EXPECT_EQ(JoinLists(List("https", 0, 0), "[]").value(), List("https", 0, 0));
  EXPECT_EQ(JoinLists("[]", List("https", 7, 2)).value(), "[]");
}

TEST(FaultListing, WhatIsNoListIsRefused) {
  for (const char* text : {"", "{}", "[1]", "[", "null"}) {
    EXPECT_FALSE(JoinLists(text, "[]").ok()) << text;
  }
}

TEST(FaultListing, ARecordHasTheRulesOfBoth) {
  const auto plan = faults::ParsePlan(JoinRecords(Plan("a", "answer"), Plan("b", "https")).value());
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_EQ(plan->rules.size(), 2u);
  EXPECT_EQ(plan->rules[0].id, "a");
  EXPECT_EQ(plan->rules[1].id, "b");
  EXPECT_EQ(plan->rules[1].at.at("lamp").back(), 4u);
  EXPECT_FALSE(JoinRecords("{}", Plan("b", "https")).ok());
}

}  // namespace
}  // namespace service
