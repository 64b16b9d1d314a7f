#include "cli/bench/clock_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cli {
namespace {

using testing::HasSubstr;

std::string BodyOf(const std::vector<std::string>& words) {
  const auto body = ClockBody(words, absl::FromUnixSeconds(1764000000), absl::UTCTimeZone());
  return body.ok() ? *body : std::string(body.status().message());
}

TEST(ClockWords, NoneAskToShowTheClock) { EXPECT_EQ(BodyOf({}), ""); }

TEST(ClockWords, ALengthIsCountedFromTheMachinesClock) {
  EXPECT_EQ(BodyOf({"+48h"}), R"({"offset_seconds":172800})");
  EXPECT_EQ(BodyOf({"-5m"}), R"({"offset_seconds":-300})");
  EXPECT_EQ(BodyOf({"+1d30s"}), R"({"offset_seconds":86430})");
}

TEST(ClockWords, FreezeTakesATimeOrSeconds) {
  EXPECT_EQ(BodyOf({"freeze", "1764000000"}), R"({"freeze":1764000000})");
  EXPECT_EQ(BodyOf({"freeze", "2026-01-01T00:00:00Z"}), R"({"freeze":1767225600})");
  EXPECT_EQ(BodyOf({"reset"}), R"({"reset":true})");
}

TEST(ClockWords, WhatIsNoneOfThemIsToldWhatWouldBe) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"48h"}, {"+"}, {"+48"}, {"-h"}, {"freeze"}, {"reset", "now"}, {""}, {"+1h", "+1h"}}) {
    EXPECT_THAT(BodyOf(words), HasSubstr("the clock is set by +48h")) << words[0];
  }
  EXPECT_THAT(BodyOf({"freeze", "never"}), HasSubstr("\"never\" is no time"));
}

TEST(ClockWords, AnAnswerIsToldOnALine) {
  EXPECT_EQ(*ClockText(R"({"now":1764000000,"offset_seconds":0,"frozen":false})"),
            "2025-11-24T16:00:00Z  the machine's");
  EXPECT_EQ(*ClockText(R"({"now":1764000000,"offset_seconds":172800,"frozen":false})"),
            "2025-11-24T16:00:00Z  48h ahead of the machine's");
  EXPECT_EQ(*ClockText(R"({"now":1764000000,"offset_seconds":-300,"frozen":false})"),
            "2025-11-24T16:00:00Z  5m behind the machine's");
  EXPECT_EQ(*ClockText(R"({"now":1764000000,"offset_seconds":-300,"frozen":true})"),
            "2025-11-24T16:00:00Z  it stands");
  EXPECT_FALSE(ClockText("[]").ok());
  EXPECT_FALSE(ClockText(R"({"now":"soon"})").ok());
}

}  // namespace
}  // namespace cli
