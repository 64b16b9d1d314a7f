#include "service/watch/log.h"

#include <gtest/gtest.h>

namespace service {
namespace {

TEST(LogLine, IsKeyValuePairs) {
  EXPECT_EQ(FormatText("link_up", {{"epoch", 7}, {"path", "/a/b"}}), "link_up epoch=7 path=/a/b");
  EXPECT_EQ(FormatText("x", {{"cause", "no space\nleft"}, {"empty", ""}}),
            R"(x cause="no space\nleft" empty="")");
}

TEST(LogLine, ShowsAllItHolds) {
  const std::string turned = "a\u202eb\xff";
  EXPECT_EQ(FormatText("x", {{"who", turned}}), R"(x who="a\u202eb\ufffd")");
  EXPECT_EQ(FormatJson("x", {{"who", turned}}), R"("event":"x","who":"a\u202eb\ufffd")");
}

TEST(LogLine, IsAJsonObjectsMembers) {
  EXPECT_EQ(FormatJson("x", {{"cause", "a \"b\""}}), R"("event":"x","cause":"a \"b\"")");
}

}  // namespace
}  // namespace service
