#include "storage/history_feed.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/storage/mutate.h"

namespace storage {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

// The example of docs/storage-format.md.
const std::vector<FeedEntry> kExampleFeed = {
    {.id = {"lamp", ""}, .lane = HistoryLane::kReports, .change = 7},
    {.id = {"lamp", ""}, .lane = HistoryLane::kReports, .change = 8},
    {.id = {"lamp", "color"}, .lane = HistoryLane::kWishes, .change = 10},
};
const std::string kFeedBytes = "\x01\xD0\x0F\x03\x07lamp\0\0r\x01\x00\x02\x0Clamp\0color\0w"s;

std::string Describe(const FeedGroup& group) {
  std::string out = absl::StrCat(group.time, ":");
  for (const FeedEntry& entry : group.entries) {
    absl::StrAppend(&out, " ", entry.change, " ", DisplayName(entry.id), " ",
                    std::string(1, static_cast<char>(entry.lane)));
  }
  return out;
}

TEST(EncodeFeed, WritesAGroupAsDocumented) {
  EXPECT_EQ(EncodeFeed(1000, kExampleFeed), kFeedBytes);
}

TEST(DecodeFeed, ReadsTheDocumentedExample) {
  const auto group = DecodeFeed(kFeedBytes, 7);
  ASSERT_TRUE(group.ok()) << group.status();
  EXPECT_EQ(Describe(*group), "1000: 7 lamp r 8 lamp r 10 lamp~color w");
  EXPECT_EQ(FeedTimeOf(kFeedBytes), 1000);
}

TEST(DecodeFeed, NamesWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {""s, "it is empty"},
      {"\x01"s, "cut off or garbled"},
      {"\x01\x01\x01\x04T\0\0r"s, "before 1970"},
      {"\x01\x00\x00"s, "it leads to no entry"},
      {"\x01\x00\x7F\x04T\0\0r"s, "cut off or garbled"},
      {"\x01\x00\x01\x00"s, "no lane of a shadow"},
      {"\x01\x00\x01\x04T\0\0x"s, "no lane of a shadow"},
      {"\x01\x00\x01\x04T\0\0r!"s, "more bytes follow"},
      {"\x01\x00\x02\x04T\0\0r\x00\x00"s, "do not ascend"},
      {"\x01\x00\x02\x04T\0\0r\xF8\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01\x00"s, "do not ascend"},
      {"\x01\x00\x02\x04T\0\0r\x01\x04T\0\0r"s, "a place has a second form"},
  };
  for (const auto& [bytes, what] : cases) {
    const auto status = DecodeFeed(bytes, 8).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << what << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr(what));
  }
  EXPECT_TRUE(absl::IsFailedPrecondition(DecodeFeed("\x02", 8).status()));
  EXPECT_EQ(FeedTimeOf("\x02\x00"s), std::nullopt);
  EXPECT_EQ(FeedTimeOf("\x01\x01"s), std::nullopt);
}

TEST(DecodeFeed, RefusesOrGivesTheOneFormWhateverItReads) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    shadow::Arena arena(512);
    RandomRecord random(seed, arena);
    std::vector<FeedEntry> entries;
    uint64_t change = seed;
    for (int64_t i = random.Below(6); i >= 0; --i) {
      entries.push_back({.id = {random.Below(2) == 0 ? "a" : "b", random.Below(2) == 0 ? "" : "n"},
                         .lane = random.Below(2) == 0 ? HistoryLane::kWishes : HistoryLane::kEvents,
                         .change = change});
      change += static_cast<uint64_t>(1 + random.Below(300));
    }
    std::string bytes = EncodeFeed(random.Below(2'000'000'000), entries);
    for (int step = 0; step < 6; ++step) {
      const auto group = DecodeFeed(bytes, seed);
      ASSERT_TRUE(group.ok() || step > 0) << group.status();
      if (group.ok()) {
        ASSERT_EQ(EncodeFeed(group->time, group->entries), bytes) << "seed " << seed;
        ASSERT_EQ(FeedTimeOf(bytes), group->time);
      }
      Mutate(random, bytes);
    }
  }
}

}  // namespace
}  // namespace storage
