#include "proto/newcomers.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace proto {
namespace {

const std::vector<Newcomer> kNewcomers = {{"lamp", "\x30\x03\x02\x01\x05"}, {"", "D"}};

TEST(Newcomers, ComeBackAsTheyWere) {
  const std::string bytes = EncodeNewcomers(7, kNewcomers);
  EXPECT_TRUE(IsNewcomers(bytes));
  const auto decoded = DecodeNewcomers(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, kNewcomers);
  EXPECT_EQ(bytes, std::string("SL\x0D\x0A\x02\0\0\0\x07\0\0\0\0\0\0\0"
                               "\x04\0lamp\x05\0\x30\x03\x02\x01\x05"
                               "\0\0\x01\0D",
                               34));
}

TEST(Newcomers, OfAnyOtherLengthAreRefused) {
  const std::string bytes = EncodeNewcomers(7, kNewcomers);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeNewcomers(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeNewcomers(bytes + "x").ok());
}

TEST(Newcomers, WithoutAnEpochOrACertificateAreRefused) {
  EXPECT_FALSE(DecodeNewcomers(EncodeNewcomers(0, kNewcomers)).ok());
  EXPECT_FALSE(DecodeNewcomers(EncodeNewcomers(7, {{"lamp", ""}})).ok());
}

TEST(Newcomers, HaveCertificatesOfABoundedSize) {
  const std::string largest(kNewcomerBytesMax, 'D');
  EXPECT_TRUE(DecodeNewcomers(EncodeNewcomers(7, {{"lamp", largest}})).ok());
  EXPECT_FALSE(DecodeNewcomers(EncodeNewcomers(7, {{"lamp", largest + "D"}})).ok());
}

}  // namespace
}  // namespace proto
