#include "service/history/forgetting.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace service {
namespace {

using testing::ElementsAre;

TEST(Forgetting, ThingsAreForgottenInTheirOrderAndEachIsToldWhatBecameOfIt) {
  int wakes = 0;
  std::vector<std::string> told;
  const auto done = [&told](std::string name) {
    return [&told, name](const absl::Status& status) {
      told.push_back(name + ": " + std::string(status.message()));
    };
  };
  Forgetting forgetting([&wakes] { ++wakes; });
  forgetting.Put("a", done("a"));
  forgetting.Put("b", done("b"));
  EXPECT_EQ(wakes, 2);
  EXPECT_TRUE(told.empty());
  std::vector<std::string> forgotten;
  forgetting.Serve([&](absl::string_view thing) {
    forgotten.emplace_back(thing);
    return thing == "a" ? absl::OkStatus() : absl::DataLossError("broken");
  });
  EXPECT_THAT(forgotten, ElementsAre("a", "b"));
  EXPECT_THAT(told, ElementsAre("a: ", "b: broken"));
  forgetting.Serve([](absl::string_view) { return absl::InternalError("asked again"); });
  EXPECT_EQ(told.size(), 2u);
}

TEST(Forgetting, WhoWaitsIsToldThatTheServiceEnds) {
  absl::Status waiting;
  absl::Status late;
  Forgetting forgetting([] {});
  forgetting.Put("a", [&](const absl::Status& status) { waiting = status; });
  forgetting.Close();
  EXPECT_TRUE(absl::IsUnavailable(waiting));
  forgetting.Put("b", [&](const absl::Status& status) { late = status; });
  EXPECT_TRUE(absl::IsUnavailable(late));
}

}  // namespace
}  // namespace service
