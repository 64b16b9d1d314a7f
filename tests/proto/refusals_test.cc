#include "proto/refusals.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "shadow/json.h"

namespace proto {
namespace {

const std::vector<AccessRefusal> kRefusals = {{.at_ms = 0x0102,
                                               .client_id = "c",
                                               .principal = "p",
                                               .address = "a",
                                               .thing = "t",
                                               .action = "iot:X",
                                               .name = "topic/n",
                                               .reason = "why"},
                                              {.at_ms = 0}};

TEST(Refusals, ComeBackAsTheyWere) {
  const std::string bytes = EncodeRefusals(7, kRefusals);
  EXPECT_TRUE(IsRefusals(bytes));
  const auto decoded = DecodeRefusals(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ(*decoded, kRefusals);
  EXPECT_EQ(bytes, std::string("SL\x0D\x0B\x02\0\0\0\x07\0\0\0\0\0\0\0"
                               "\x02\x01\0\0\0\0\0\0"
                               "\x01\0c\x01\0p\x01\0"
                               "a\x01\0t\x05\0iot:X\x07\0topic/n\x03\0why"
                               "\0\0\0\0\0\0\0\0"
                               "\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
                               79));
}

TEST(Refusals, OfAnyOtherLengthAreRefused) {
  const std::string bytes = EncodeRefusals(7, kRefusals);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeRefusals(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeRefusals(bytes + "x").ok());
}

TEST(Refusals, OfNoEpochAnotherTypeOrATimeBefore1970AreRefused) {
  EXPECT_FALSE(DecodeRefusals(EncodeRefusals(0, kRefusals)).ok());
  EXPECT_FALSE(DecodeRefusals(EncodeRefusals(7, {{.at_ms = -1}})).ok());
  std::string other = EncodeRefusals(7, kRefusals);
  other[3] = 10;
  EXPECT_FALSE(IsRefusals(other));
  EXPECT_FALSE(DecodeRefusals(other).ok());
}

TEST(Refusals, MoreThanThereAreMakeNothing) {
  std::string bytes = EncodeRefusals(7, kRefusals);
  for (int i = 4; i < 8; ++i) bytes[static_cast<size_t>(i)] = '\xFF';
  EXPECT_FALSE(DecodeRefusals(bytes).ok());
}

TEST(Refusals, AreCutAtTheEndOfACharacter) {
  const std::string fits(kRefusalTextBytesMax, 'x');
  const std::string half = std::string(kRefusalTextBytesMax - 1, 'x') + "\xC3\xA4";
  const std::string bytes = EncodeRefusals(7, {{.client_id = fits, .name = half}});
  const auto decoded = DecodeRefusals(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_EQ((*decoded)[0].client_id, fits);
  EXPECT_EQ((*decoded)[0].name, std::string(kRefusalTextBytesMax - 1, 'x'));
}

TEST(Refusals, AreUtf8WhateverAClientCallsItself) {
  const std::string bytes = EncodeRefusals(7, {{.client_id = "a\xFF"}});
  const auto decoded = DecodeRefusals(bytes);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  EXPECT_TRUE(shadow::IsUtf8((*decoded)[0].client_id));
  std::string forged = EncodeRefusals(7, {{.client_id = "ab"}});
  forged[forged.find("ab")] = '\xFF';
  EXPECT_FALSE(DecodeRefusals(forged).ok());
}

TEST(Refusals, OfLongerTextsAreRefused) {
  std::string bytes = EncodeRefusals(7, {{.reason = std::string(kRefusalTextBytesMax, 'x')}});
  ASSERT_TRUE(DecodeRefusals(bytes).ok());
  bytes += "x";
  ++bytes[bytes.size() - kRefusalTextBytesMax - 3];
  EXPECT_FALSE(DecodeRefusals(bytes).ok());
}

}  // namespace
}  // namespace proto
