#include "bench/shadowbench/token.h"

#include <gtest/gtest.h>

#include <string>

namespace bench {
namespace {

std::string Answer(const Token& token) {
  std::string text(kTokenBytes, '?');
  WriteToken(token, text.data());
  return "{\"version\":1,\"timestamp\":2,\"clientToken\":\"" + text + "\"}";
}

TEST(Token, ComesBackFromAnAnswer) {
  const Token sent{
      .run = kRunMax, .device = 0xfffff, .slot = kSlotsMax - 1, .sequence = 0xfedcba98};
  Token read;
  ASSERT_TRUE(ReadToken(Answer(sent), read));
  EXPECT_EQ(read.run, sent.run);
  EXPECT_EQ(read.device, sent.device);
  EXPECT_EQ(read.slot, sent.slot);
  EXPECT_EQ(read.sequence, sent.sequence);
}

TEST(Token, MayBeTheOnlyMember) {
  Token read;
  EXPECT_TRUE(ReadToken("{\"clientToken\":\"00010000200300000004\"}", read));
  EXPECT_EQ(read.sequence, 4u);
}

TEST(Token, IsNotFoundWhereItDoesNotEndThePayload) {
  Token read;
  EXPECT_FALSE(ReadToken("", read));
  EXPECT_FALSE(ReadToken("{\"version\":1,\"timestamp\":2}", read));
  EXPECT_FALSE(ReadToken(Answer({}) + " ", read));
  EXPECT_FALSE(ReadToken("{\"clientToken\":\"00010000200300000004\",\"version\":1}", read));
  EXPECT_FALSE(ReadToken("{\"clientTaken\":\"00010000200300000004\"}", read));
  EXPECT_FALSE(ReadToken("{\"clientToken\":\"00010000200300000004\"]", read));
  EXPECT_FALSE(ReadToken("{\"clientToken\":\"somebody-elses-token\"}", read));
}

}  // namespace
}  // namespace bench
