#include "plugin/gate.h"

#include <gtest/gtest.h>

namespace plugin {
namespace {

TEST(Gate, OnlyTheServicePublishesAnswers) {  // A11
  EXPECT_FALSE(MayPublish("$aws/things/T/shadow/update/accepted", false));
  EXPECT_FALSE(MayPublish("$aws/things/T/shadow/name/S/update/delta", false));
  EXPECT_TRUE(MayPublish("$aws/things/T/shadow/update", false));
  EXPECT_TRUE(MayPublish("$aws/things/T/shadow/update/other", false));
}

TEST(Gate, RequestsAreNotRetained) {  // A13
  EXPECT_FALSE(MayPublish("$aws/things/T/shadow/get", true));
  EXPECT_TRUE(MayPublish("a/b", true));
}

TEST(Gate, TheLinkIsNobodysElse) {
  for (const absl::string_view topic : {"$shadow", "$shadow/link/answers", "$shadow/x"}) {
    EXPECT_FALSE(MayPublish(topic, false)) << topic;
    EXPECT_FALSE(MaySubscribe(topic)) << topic;
    EXPECT_FALSE(MayReceive(topic)) << topic;
  }
  EXPECT_FALSE(MaySubscribe("$shadow/#"));
  EXPECT_FALSE(MaySubscribe("$share/group/$shadow/link/requests"));
  EXPECT_TRUE(MaySubscribe("$shadows/x"));
  EXPECT_TRUE(MaySubscribe("#"));
  EXPECT_TRUE(MaySubscribe("$share/group/a/b"));
}

TEST(Gate, ASecretIsTheSameToTheLastByte) {
  EXPECT_TRUE(SameSecret("0123", "0123"));
  for (const absl::string_view other : {"", "012", "01234", "0124", "1123"}) {
    EXPECT_FALSE(SameSecret(other, "0123")) << other;
  }
}

TEST(Gate, ASharedFilterIsReadWithoutItsGroup) {
  EXPECT_EQ(WithoutShare("$share/g/a/b"), "a/b");
  EXPECT_EQ(WithoutShare("a/b"), "a/b");
  EXPECT_EQ(WithoutShare("$share/g"), "$share/g");
}

}  // namespace
}  // namespace plugin
