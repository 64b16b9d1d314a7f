#include "cli/policy/default_policy.h"

#include <gtest/gtest.h>

#include "policy/evaluate.h"
#include "shadow/limits.h"

namespace cli {
namespace {

class DefaultPolicy : public testing::Test {
 protected:
  bool Allows(policy::Action action, absl::string_view name) const {
    const policy::Document* const policies[] = {&*document_};
    return policy::Decide(policies, {action, name, 0}, {}).allowed;
  }

  const absl::StatusOr<policy::Document> document_ =
      policy::ParseDocument("p", DefaultPolicyText("lamp"));
};

TEST_F(DefaultPolicy, AllowsTheThingsOwnShadowsAndCommands) {
  ASSERT_TRUE(document_.ok()) << document_.status();
  for (const char* client : {"lamp", "lamp-2", "auto-6F6C2A", "test-1b9d6bcd", "mqtt5-sample-1b9d",
                             "sdk-java", "sdk-nodejs-v2", "basicPubSub"}) {
    EXPECT_TRUE(Allows(policy::Action::kConnect, client)) << client;
  }
  EXPECT_TRUE(Allows(policy::Action::kPublish, "$aws/things/lamp/shadow/update"));
  EXPECT_TRUE(Allows(policy::Action::kPublish, "$aws/things/lamp/shadow/name/n/get"));
  EXPECT_TRUE(Allows(policy::Action::kReceive, "cmd/lamp/req"));
  EXPECT_TRUE(Allows(policy::Action::kSubscribe, "$aws/things/lamp/shadow/get/+"));
  EXPECT_TRUE(Allows(policy::Action::kGetThingShadow, "lamp"));
  EXPECT_TRUE(Allows(policy::Action::kUpdateThingShadow, "lamp/n"));
}

TEST_F(DefaultPolicy, AllowsNothingOfOthers) {
  EXPECT_FALSE(Allows(policy::Action::kConnect, "lamp2"));
  EXPECT_FALSE(Allows(policy::Action::kConnect, "other"));
  EXPECT_FALSE(Allows(policy::Action::kPublish, "$aws/things/lamp2/shadow/update"));
  EXPECT_FALSE(Allows(policy::Action::kSubscribe, "$aws/things/+/shadow/update"));
  EXPECT_FALSE(Allows(policy::Action::kSubscribe, "#"));
  EXPECT_FALSE(Allows(policy::Action::kReceive, "cmd/lamp2/req"));
  EXPECT_FALSE(Allows(policy::Action::kRetainPublish, "cmd/lamp/req"));
  EXPECT_FALSE(Allows(policy::Action::kGetThingShadow, "lamp2"));
}

TEST_F(DefaultPolicy, FitsTheLongestName) {
  const std::string longest(shadow::kThingNameBytesMax, 'x');
  EXPECT_TRUE(policy::ParseDocument("p", DefaultPolicyText(longest)).ok());
  EXPECT_TRUE(policy::IsPolicyName(DefaultPolicyName(longest)));
  EXPECT_TRUE(policy::IsPolicyName(DefaultPolicyName("a:b")));
}

}  // namespace
}  // namespace cli
