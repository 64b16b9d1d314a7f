#include "faults/alteration.h"

#include <gtest/gtest.h>

#include <string>

namespace faults {
namespace {

constexpr char kAccepted[] =
    R"({"state":{"reported":{"timestamp":7,"clientToken":"mine","a":"\"timestamp\":5"}},)"
    R"("metadata":{"reported":{"timestamp":{"timestamp":100},"clientToken":{"timestamp":100},)"
    R"("a":[{"timestamp":100}]}},"version":3,"timestamp":100,"clientToken":"t-\"1"})";

std::string WithToken(bool other, std::string payload) {
  AlterToken(other, payload);
  return payload;
}

std::string Skewed(int64_t seconds, std::string payload) {
  SkewTimes(seconds, payload);
  return payload;
}

TEST(Alteration, TakesTheTokenAwayAndLeavesThatOfTheState) {
  const std::string payload = kAccepted;
  const std::string rest = payload.substr(0, payload.rfind(",\"clientToken\""));
  EXPECT_EQ(WithToken(false, payload), rest + "}");
  EXPECT_EQ(WithToken(true, payload), rest + R"(,"clientToken":"another-client"})");
}

TEST(Alteration, LeavesAnAnswerWithoutATokenAsItIs) {
  for (const std::string payload :
       {R"({"state":{"clientToken":"x","b":1},"version":1})",
        R"({"state":{"a":1,"clientToken":"x"}})",
        R"({"code":404,"message":",\"clientToken\":\"x\"}","timestamp":1})", "", "{}"}) {
    EXPECT_EQ(WithToken(true, payload), payload);
  }
}

TEST(Alteration, SkewsTheTimesOfAnAnswerAndOfItsMetadataAlone) {
  EXPECT_EQ(
      Skewed(-40, kAccepted),
      R"({"state":{"reported":{"timestamp":7,"clientToken":"mine","a":"\"timestamp\":5"}},)"
      R"("metadata":{"reported":{"timestamp":{"timestamp":60},"clientToken":{"timestamp":60},)"
      R"("a":[{"timestamp":60}]}},"version":3,"timestamp":60,"clientToken":"t-\"1"})");
}

TEST(Alteration, SkewsBothDocumentsOfUpdateDocuments) {
  EXPECT_EQ(
      Skewed(10, R"({"previous":{"state":{"desired":{"metadata":{"timestamp":1}}},"metadata":)"
                 R"({"desired":{"metadata":{"timestamp":{"timestamp":5}}}},"version":1},)"
                 R"("current":{"state":{"desired":{"timestamp":2}},"metadata":{"desired":)"
                 R"({"timestamp":{"timestamp":6}}},"version":2},"timestamp":6})"),
      R"({"previous":{"state":{"desired":{"metadata":{"timestamp":1}}},"metadata":)"
      R"({"desired":{"metadata":{"timestamp":{"timestamp":15}}}},"version":1},)"
      R"("current":{"state":{"desired":{"timestamp":2}},"metadata":{"desired":)"
      R"({"timestamp":{"timestamp":16}}},"version":2},"timestamp":16})");
}

TEST(Alteration, SkewsTheTimesOfADeltaWhoseStateHasAMemberCalledMetadata) {
  EXPECT_EQ(Skewed(1, R"({"version":1,"timestamp":5,"state":{"metadata":{"timestamp":5}},)"
                      R"("metadata":{"metadata":{"timestamp":{"timestamp":5}}}})"),
            R"({"version":1,"timestamp":6,"state":{"metadata":{"timestamp":5}},)"
            R"("metadata":{"metadata":{"timestamp":{"timestamp":6}}}})");
}

TEST(Alteration, NoTimeBecomesNegative) {
  EXPECT_EQ(Skewed(-1000, R"({"code":404,"message":"x","timestamp":10})"),
            R"({"code":404,"message":"x","timestamp":0})");
}

TEST(Alteration, WhatIsNoAnswerIsOnlyCopied) {
  for (const std::string payload : {"", "{", "\"", "}}}", "\"\\", "{\"timestamp\":", "[[[\"a"}) {
    EXPECT_EQ(Skewed(5, payload), payload);
  }
}

}  // namespace
}  // namespace faults
