#include "proto/notice.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proto {
namespace {

const std::vector<Notice> kNotices = {
    {.thing = "lift-7", .topic = "update/delta", .text = "late#12:delay:840"},
    {.kind = Notice::Kind::kEndSession, .client = "c"}};

TEST(Notices, ComeBackAsTheyWere) {
  const std::string bytes = EncodeNotices(7, kNotices);
  EXPECT_TRUE(IsNotices(bytes));
  const auto decoded = DecodeNotices(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, kNotices);
  EXPECT_EQ(EncodeNotices(7, {kNotices[1]}),
            std::string("SL\x0D\x08\x01\0\0\0\x07\0\0\0\0\0\0\0\x05\0\0\x01\0c\0\0\0\0", 26));
}

TEST(Notices, OfAnyOtherLengthAreRefused) {
  const std::string bytes = EncodeNotices(7, kNotices);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeNotices(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeNotices(bytes + "x").ok());
}

TEST(Notices, ThatMeanNothingAreRefused) {
  EXPECT_FALSE(DecodeNotices(EncodeNotices(0, kNotices)).ok());
  for (const char kind : {'\0', '\x06', '\xff'}) {
    std::string bytes = EncodeNotices(7, kNotices);
    bytes[16] = kind;
    EXPECT_FALSE(DecodeNotices(bytes).ok()) << int{kind};
  }
}

}  // namespace
}  // namespace proto
