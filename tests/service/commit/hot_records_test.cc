#include "service/commit/hot_records.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace service {
namespace {

using testing::IsNull;
using testing::Pointee;

TEST(HotRecords, KnowWhatWasKeptLast) {
  HotRecords hot(1 << 20);
  EXPECT_THAT(hot.Find("a"), IsNull());
  hot.Keep("a", "1");
  hot.Keep("b", "2");
  hot.Keep("a", "3");
  EXPECT_THAT(hot.Find("a"), Pointee(std::string("3")));
  EXPECT_THAT(hot.Find("b"), Pointee(std::string("2")));
  hot.Clear();
  EXPECT_THAT(hot.Find("a"), IsNull());
}

TEST(HotRecords, ForgetWhatNobodyAsksForAndNeverGiveAnOldOne) {
  constexpr size_t kBytesMax = 100'000;
  HotRecords hot(kBytesMax);
  hot.Keep("busy", "0");
  size_t known = 0;
  for (int i = 0; i < 1000; ++i) {
    hot.Keep(absl::StrCat("idle", i), std::string(1000, 'x'));
    ASSERT_THAT(hot.Find("busy"), Pointee(absl::StrCat(i)));
    hot.Keep("busy", absl::StrCat(i + 1));
  }
  for (int i = 0; i < 1000; ++i) {
    if (hot.Find(absl::StrCat("idle", i)) != nullptr) ++known;
  }
  EXPECT_GT(known, kBytesMax / 1000 / 3);
  EXPECT_LT(known, kBytesMax / 1000);
}

TEST(HotRecords, StayWhereTheyAreWhileOthersAreAskedFor) {
  HotRecords hot(10'000);
  hot.Keep("a", std::string(100, 'a'));
  for (int i = 0; i < 10; ++i) hot.Keep(absl::StrCat(i), std::string(400, 'x'));
  const std::string* const a = hot.Find("a");
  ASSERT_THAT(a, testing::NotNull());
  for (int i = 0; i < 10; ++i) hot.Find(absl::StrCat(i));
  EXPECT_EQ(hot.Find("a"), a);
  EXPECT_EQ(*a, std::string(100, 'a'));
}

}  // namespace
}  // namespace service
