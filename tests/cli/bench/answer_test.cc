#include "cli/bench/answer.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(BenchAnswer, CountsAreTold) {
  EXPECT_EQ(*CountText(R"({"shadows":0,"tombstones":0})"), "0 shadows");
  EXPECT_EQ(*CountText(R"({"shadows":1,"tombstones":2})"), "1 shadow, 2 deleted");
}

TEST(BenchAnswer, SnapshotsAreToldALineEach) {
  EXPECT_EQ(*SnapshotsText(R"({"snapshots":[]})"), "");
  EXPECT_EQ(*SnapshotsText(R"({"snapshots":[{"name":"a","shadows":2,"tombstones":0,"bytes":9},)"
                           R"({"name":"b","shadows":1,"tombstones":1,"bytes":5}]})"),
            "a  2 shadows  9 bytes\nb  1 shadow, 1 deleted  5 bytes\n");
}

TEST(BenchAnswer, AnotherAnswerIsAnError) {
  for (const char* answer : {"", "[]", "{}", R"({"shadows":"many","tombstones":0})",
                             R"({"snapshots":5})", R"({"snapshots":[5]})"}) {
    EXPECT_FALSE(CountText(answer).ok()) << answer;
    EXPECT_FALSE(SnapshotsText(answer).ok()) << answer;
  }
}

}  // namespace
}  // namespace cli
