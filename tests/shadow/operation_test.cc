#include "shadow/operation.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/shadow/text.h"

namespace shadow {
namespace {

constexpr int64_t kNow = 1'000'000;
constexpr ShadowId kId = {.thing = "T", .name = ""};

class OperationTest : public testing::Test {
 protected:
  Outcome<Document> Apply(const std::optional<Record>& current, absl::string_view state,
                          std::optional<int64_t> version = std::nullopt) {
    return ApplyUpdate(current, {.state = Tree(state, arena_, kNow), .version = version}, kNow,
                       limits_, arena_);
  }

  Document Live(absl::string_view desired, int64_t version) {
    return {.desired = Tree(desired, arena_), .reported = Value(), .version = version};
  }

  Arena arena_;
  Limits limits_;
};

TEST_F(OperationTest, VersionsCountFromOne) {  // G1, G2
  const auto first = std::get<Document>(Apply(std::nullopt, R"({"desired":{"a":1}})"));
  EXPECT_EQ(first.version, 1);
  EXPECT_EQ(first.updated_at, kNow);
  EXPECT_EQ(std::get<Document>(Apply(Record(first), "{}")).version, 2);
}

TEST_F(OperationTest, AStaleVersionConflicts) {  // G3, G4
  EXPECT_EQ(std::get<Document>(Apply(Live("{}", 10), "{}", 10)).version, 11);
  EXPECT_EQ(std::get<Refusal>(Apply(Live("{}", 10), "{}", 9)), VersionConflict());
  EXPECT_EQ(std::get<Document>(Apply(std::nullopt, "{}", 0)).version, 1);
  EXPECT_EQ(std::get<Refusal>(Apply(std::nullopt, "{}", 1)), VersionConflict());
}

TEST_F(OperationTest, ATombstoneKeepsTheVersionLine) {  // G6, G11, Q13
  const auto tombstone = std::get<Tombstone>(ApplyDelete(Live("{}", 7), kId, kNow));
  EXPECT_EQ(tombstone.version, 8);
  EXPECT_EQ(tombstone.deleted_at, kNow);
  EXPECT_EQ(std::get<Document>(Apply(tombstone, "{}")).version, 9);
  EXPECT_EQ(std::get<Document>(Apply(tombstone, "{}", 8)).version, 9);
  EXPECT_EQ(std::get<Refusal>(Apply(tombstone, "{}", 7)), VersionConflict());
}

TEST_F(OperationTest, ATombstoneExpiresAfterTwoDays) {  // G7
  const Record tombstone = Tombstone{.version = 8, .deleted_at = kNow};
  EXPECT_TRUE(AsOf(tombstone, kNow + kTombstoneSeconds - 1).has_value());
  EXPECT_FALSE(AsOf(tombstone, kNow + kTombstoneSeconds).has_value());
}

TEST_F(OperationTest, NullClearsASectionOrBoth) {  // B7, B12
  Document both = Live(R"({"a":1})", 3);
  both.reported = Tree(R"({"b":2})", arena_);
  const auto one = std::get<Document>(Apply(both, R"({"desired":null})"));
  EXPECT_TRUE(one.desired.empty());
  EXPECT_EQ(Text(one.reported), R"({"b":2})");
  const auto none = std::get<Document>(Apply(both, "null"));
  EXPECT_TRUE(none.desired.empty() && none.reported.empty());
}

TEST_F(OperationTest, WhatIsNotThereCannotBeReadOrDeleted) {  // G9, G10
  const std::optional<Record> tombstone = Tombstone{.version = 8, .deleted_at = kNow};
  for (const auto& current : {std::optional<Record>(), tombstone}) {
    EXPECT_EQ(std::get<Refusal>(ApplyGet(current, kId)), NoSuchShadow(kId));
    EXPECT_EQ(std::get<Refusal>(ApplyDelete(current, kId, kNow)), NoSuchShadow(kId));
  }
}

TEST_F(OperationTest, SizeCountsBothSectionsAfterTheMerge) {  // I1
  const auto filled = [](size_t bytes) {
    return absl::StrCat(R"({"desired":{"a":")", std::string(bytes - 8, 'x'), R"("}})");
  };
  const auto full = Apply(std::nullopt, filled(8192));
  ASSERT_TRUE(std::holds_alternative<Document>(full));
  EXPECT_EQ(std::get<Refusal>(Apply(std::nullopt, filled(8193))), TooLarge(8193, 8192));
  EXPECT_EQ(std::get<Refusal>(Apply(std::get<Document>(full), R"({"reported":{"b":1}})")),
            TooLarge(8199, 8192));
}

TEST_F(OperationTest, NullsInArraysAreRefusedBeforeDepthAndVersion) {  // B17, B18, B20
  EXPECT_EQ(std::get<Refusal>(Apply(Live("{}", 5), R"({"desired":{"l":[null]}})", 1)),
            NullInArray());
  limits_.depth_max = 2;
  EXPECT_EQ(std::get<Refusal>(Apply(Live("{}", 5), R"({"desired":{"a":{"b":{"c":1}}}})", 1)),
            TooDeep(2));
}

}  // namespace
}  // namespace shadow
