#include "service/watch/log.h"

#include <gtest/gtest.h>

namespace service {
namespace {

TEST(LogLine, IsKeyValuePairs) {
  EXPECT_EQ(FormatText("link_up", {{"epoch", 7}, {"path", "/a/b"}}), "link_up epoch=7 path=/a/b");
  EXPECT_EQ(FormatText("x", {{"cause", "no space\nleft"}, {"empty", ""}}),
            R"(x cause="no space\nleft" empty="")");
}

TEST(LogLine, IsAJsonObjectsMembers) {
  EXPECT_EQ(FormatJson("x", {{"cause", "a \"b\""}}), R"("event":"x","cause":"a \"b\"")");
}

}  // namespace
}  // namespace service
