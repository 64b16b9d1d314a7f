#include "policy/resource.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

bool Matches(absl::string_view text, ResourceKind kind, absl::string_view name) {
  const auto resource = Resource::Compile(text, true);
  EXPECT_TRUE(resource.ok()) << resource.status();
  return resource.ok() && resource->Matches(kind, name, Connection());
}

std::string RefusalOfResource(absl::string_view text) {
  return std::string(Resource::Compile(text, true).status().message());
}

TEST(Resource, IsOfOneKind) {
  constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:123456789012:topic/a/*";
  EXPECT_TRUE(Matches(kArn, ResourceKind::kTopic, "a/b"));
  EXPECT_FALSE(Matches(kArn, ResourceKind::kTopicFilter, "a/b"));
  EXPECT_FALSE(Matches(kArn, ResourceKind::kClient, "a/b"));
}

TEST(Resource, AWildcardMayStandInItsKind) {
  constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:123456789012:topic*/a";
  EXPECT_TRUE(Matches(kArn, ResourceKind::kTopic, "a"));
  EXPECT_TRUE(Matches(kArn, ResourceKind::kTopicFilter, "a"));
  EXPECT_TRUE(Matches(kArn, ResourceKind::kTopic, "b/a"));
  EXPECT_FALSE(Matches(kArn, ResourceKind::kThing, "a"));
  EXPECT_TRUE(Matches("arn:aws:iot:us-east-1:123456789012:*/a", ResourceKind::kThing, "a"));
}

TEST(Resource, AStarIsEverything) {
  EXPECT_TRUE(Matches("*", ResourceKind::kClient, ""));
  EXPECT_TRUE(Matches("arn:aws:iot:us-east-1:123456789012:*", ResourceKind::kThing, "x/y"));
  EXPECT_TRUE(Matches("arn:aws:iot:us-east-1", ResourceKind::kTopic, "x"));
}

TEST(Resource, KindsThatNothingAsksForMatchNothing) {
  constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:123456789012:rolealias/r";
  EXPECT_FALSE(Matches(kArn, ResourceKind::kThing, "r"));
}

TEST(Resource, LongNamesMatchWhole) {
  const std::string name = std::string(60000, 'x') + "/a";
  EXPECT_TRUE(Matches("arn:aws:iot:us-east-1:123456789012:t*/a", ResourceKind::kTopic, name));
}

TEST(Resource, RefusesWhatCannotBeOne) {
  EXPECT_EQ(RefusalOfResource("topic/a"),
            "\"topic/a\" is not a resource: write \"*\" or an ARN such as "
            "\"arn:aws:iot:REGION:ACCOUNT:topic/NAME\"");
  EXPECT_EQ(RefusalOfResource("arn:aws:s3:::bucket"),
            "\"arn:aws:s3:::bucket\" is not of AWS IoT: its third field must be \"iot\"");
  EXPECT_EQ(RefusalOfResource("arn:azure:iot:::topic/a"),
            "\"arn:azure:iot:::topic/a\" has the partition \"azure\" instead of \"aws\"");
  EXPECT_EQ(RefusalOfResource("arn:aws:iot:::topics/a"),
            "\"arn:aws:iot:::topics/a\" names the resource kind \"topics\"; it must be client/, "
            "topic/, topicfilter/ or thing/");
  EXPECT_FALSE(Resource::Compile("arn:aws:iot:::topic/${iot:ClientId}", false).ok());
  EXPECT_FALSE(Resource::Compile("arn", true).ok());
  EXPECT_FALSE(Resource::Compile("", true).ok());
}

}  // namespace
}  // namespace policy
