#include "rest/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace rest {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Target, IsSplitFirstAndDecodedAfter) {
  const auto target = ParseTarget("/topics/a%2Fb/c?x=1&y=%26%3D&z&w=a+b=c");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/topics/a%2Fb/c");
  EXPECT_THAT(target->segments, ElementsAre("topics", "a/b", "c"));
  EXPECT_THAT(target->parameters,
              ElementsAre(Pair("x", "1"), Pair("y", "&="), Pair("z", ""), Pair("w", "a+b=c")));
  EXPECT_EQ(target->Find("y"), "&=");
  EXPECT_EQ(target->Find("Y"), std::nullopt);
}

TEST(Target, KeepsEmptySegments) {
  EXPECT_THAT(ParseTarget("/")->segments, ElementsAre(""));
  EXPECT_THAT(ParseTarget("//a/")->segments, ElementsAre("", "a", ""));
}

TEST(Target, RefusesWhatIsNone) {
  for (const absl::string_view text : {"", "a", "*", "http://a/b", "/a b", "/a%", "/a%2", "/%2g",
                                       "/a?x=%", "/a#b", "/\x7f", "/\xc3\xa4", "/a\r", "/a\tb"}) {
    EXPECT_FALSE(ParseTarget(text)) << text;
  }
}

TEST(Target, IsBounded) {
  EXPECT_TRUE(ParseTarget(absl::StrCat("/", std::string(kTargetBytesMax - 1, 'a'))));
  EXPECT_FALSE(ParseTarget(absl::StrCat("/", std::string(kTargetBytesMax, 'a'))));
  EXPECT_FALSE(ParseTarget(std::string(kSegmentsMax + 1, '/')));
  std::string many = "/?";
  for (size_t i = 0; i <= kParametersMax; ++i) absl::StrAppend(&many, "&a=", i);
  EXPECT_FALSE(ParseTarget(many));
}

TEST(Target, EncodesAndDecodesEveryByte) {
  std::string all;
  for (int c = 0; c < 256; ++c) all += static_cast<char>(c);
  EXPECT_EQ(PercentDecode(PercentEncode(all, false)), all);
  EXPECT_EQ(PercentEncode("a/b c~", true), "a/b%20c~");
  EXPECT_EQ(PercentEncode("a/b", false), "a%2Fb");
}

}  // namespace
}  // namespace rest
