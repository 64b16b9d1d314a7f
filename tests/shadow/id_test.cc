#include "shadow/id.h"

#include <gtest/gtest.h>

namespace shadow {
namespace {

TEST(Id, ThingNamesFollowTheirPattern) {
  EXPECT_TRUE(IsThingName("a:b_c-D9"));
  EXPECT_TRUE(IsThingName(std::string(128, 'x')));
  for (const std::string& name :
       {std::string(), std::string(129, 'x'), std::string("a b"), std::string("a/b"),
        std::string("$a"), std::string("caf\xC3\xA9"), std::string("a\0b", 3), std::string("a+")}) {
    EXPECT_FALSE(IsThingName(name)) << name;
  }
}

TEST(Id, ShadowNamesMayHoldADollar) {
  EXPECT_TRUE(IsShadowName("$package"));
  EXPECT_TRUE(IsShadowName(std::string(64, 'x')));
  EXPECT_FALSE(IsShadowName(std::string(65, 'x')));
  EXPECT_FALSE(IsShadowName(""));
  EXPECT_FALSE(IsShadowName("a.b"));
}

TEST(Id, NamedShadowsAreShownWithATilde) {
  EXPECT_EQ(DisplayName({.thing = "T", .name = ""}), "T");
  EXPECT_EQ(DisplayName({.thing = "T", .name = "S"}), "T~S");
}

}  // namespace
}  // namespace shadow
