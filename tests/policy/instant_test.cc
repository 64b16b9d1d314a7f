#include "policy/instant.h"

#include <gtest/gtest.h>

namespace policy {
namespace {

TEST(Instant, IsReadFromEveryFormOfDate) {
  EXPECT_EQ(ParseInstant("2026"), 1767225600);
  EXPECT_EQ(ParseInstant("2026-11"), 1793491200);
  EXPECT_EQ(ParseInstant("2026-11-22"), 1795305600);
  EXPECT_EQ(ParseInstant("2026-11-22T10:00Z"), 1795341600);
  EXPECT_EQ(ParseInstant("2026-11-22T10:00:07Z"), 1795341607);
  EXPECT_EQ(ParseInstant("2026-11-22T10:00:07.25Z"), 1795341607);
  EXPECT_EQ(ParseInstant("2026-11-22T10:00:07+01:30"), 1795336207);
  EXPECT_EQ(ParseInstant("2026-11-22T10:00:07-01:30"), 1795347007);
}

TEST(Instant, IsReadFromEpochSeconds) {
  EXPECT_EQ(ParseInstant("1795341607"), 1795341607);
  EXPECT_EQ(ParseInstant("0"), 0);
}

TEST(Instant, IsNotReadFromAnythingElse) {
  for (const auto* const text :
       {"", "now", "2026-13-01", "2026-02-30", "2026-11-22T10:00", "2026-11-22T25:00Z",
        "2026-11-22T10:61Z", "2026-11-22T10:00:07.Z", "2026-11-22T10:00Zx", "2026-11-22 10:00Z",
        "26-11-22", "2026-11-22T10:00+1:00", "2026-1-2", "12.5"}) {
    EXPECT_EQ(ParseInstant(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace policy
