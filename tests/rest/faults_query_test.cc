#include "rest/faults_query.h"

#include <gtest/gtest.h>

#include "rest/permission.h"
#include "rest/route.h"

namespace rest {
namespace {

Routed AskFaults(absl::string_view method, absl::string_view target, absl::string_view body = "") {
  const auto parsed = ParseTarget(target);
  EXPECT_TRUE(parsed) << target;
  return Route({.method = method, .target = target, .headers = {}, .body = body}, *parsed);
}

int FaultsStatusOf(const Routed& routed) {
  const auto* const error = std::get_if<Error>(&routed);
  return error == nullptr ? 200 : error->status;
}

Operation AskedFor(const Routed& routed) {
  EXPECT_EQ(FaultsStatusOf(routed), 200);
  return FaultsStatusOf(routed) == 200 ? std::get<Operation>(routed) : Operation();
}

TEST(FaultsQuery, EachPathIsReadIntoWhatItAsksFor) {
  EXPECT_EQ(AskedFor(AskFaults("GET", "/_shadow/v1/faults")), Operation(ListFaults()));
  EXPECT_EQ(AskedFor(AskFaults("HEAD", "/_shadow/v1/faults")), Operation(ListFaults()));
  EXPECT_EQ(AskedFor(AskFaults("GET", "/_shadow/v1/faults/ready")), Operation(ListReadyFaults()));
  EXPECT_EQ(AskedFor(AskFaults("POST", "/_shadow/v1/faults", "no plan")), Operation(StartFaults()));
  EXPECT_EQ(AskedFor(AskFaults("DELETE", "/_shadow/v1/faults")), Operation(StopFaults()));
  EXPECT_EQ(AskedFor(AskFaults("DELETE", "/_shadow/v1/faults/hard-week")),
            Operation(StopFaults{"hard-week"}));
  EXPECT_EQ(AskedFor(AskFaults("GET", "/_shadow/v1/faults/hard-week/record")),
            Operation(RecordFaults{"hard-week"}));
}

TEST(FaultsQuery, WhatIsNotThereIsNotGuessedAt) {
  EXPECT_EQ(FaultsStatusOf(AskFaults("DELETE", "/_shadow/v1/faults/")), 400);  // not all
  EXPECT_EQ(FaultsStatusOf(AskFaults("DELETE", "/_shadow/v1/faults?name=x")), 400);
  EXPECT_EQ(FaultsStatusOf(AskFaults("GET", "/_shadow/v1/faults?thing=x")), 400);
  EXPECT_EQ(FaultsStatusOf(AskFaults("GET", "/_shadow/v1/faults/x")), 405);
  EXPECT_EQ(FaultsStatusOf(AskFaults("PUT", "/_shadow/v1/faults")), 405);
  EXPECT_EQ(FaultsStatusOf(AskFaults("GET", "/_shadow/v1/faults/x/y")), 404);
}

TEST(FaultsQuery, ItIsForATestBenchAndForAccessKeysThatMayDoItToAllThings) {
  const auto action = [](const Operation& operation) {
    EXPECT_TRUE(IsOfBench(operation) && NeedsAccessKey(operation));
    const auto permissions = PermissionsFor(operation);
    EXPECT_EQ(permissions.size(), 1u);
    EXPECT_EQ(permissions[0].name, "*");
    return permissions[0].action;
  };
  EXPECT_EQ(action(ListFaults()), policy::Action::kGetThingShadow);
  EXPECT_EQ(action(ListReadyFaults()), policy::Action::kGetThingShadow);
  EXPECT_EQ(action(RecordFaults{"x"}), policy::Action::kGetThingShadow);
  EXPECT_EQ(action(StartFaults()), policy::Action::kUpdateThingShadow);
  EXPECT_EQ(action(StopFaults()), policy::Action::kUpdateThingShadow);
  EXPECT_FALSE(IsOfBench(ShadowRequest{shadow::Operation::kGet, "lamp", ""}));
}

}  // namespace
}  // namespace rest
