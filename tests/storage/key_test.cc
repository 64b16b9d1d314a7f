#include "storage/key.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "absl/strings/match.h"

namespace storage {
namespace {

using namespace std::string_literals;

TEST(RecordKey, IsThingZeroName) {
  EXPECT_EQ(RecordKey({"lamp", ""}), "slamp\0"s);
  EXPECT_EQ(RecordKey({"lamp", "color"}), "slamp\0color"s);
}

TEST(RecordKey, SortsAThingsShadowsTogetherTheClassicOneFirst) {
  const std::vector<std::string> sorted = {
      RecordKey({"a", ""}),  RecordKey({"a", "$x"}), RecordKey({"a", "b"}),
      RecordKey({"a-", ""}), RecordKey({"a-", "b"}), RecordKey({"aa", ""}),
  };
  EXPECT_TRUE(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST(RecordKey, GivesItsIdBack) {
  for (const shadow::ShadowId id : {shadow::ShadowId{"a:b-_9", ""}, {"a", "$c:-_d"}}) {
    const std::string key = RecordKey(id);
    const auto parsed = ParseRecordKey(key);
    ASSERT_TRUE(parsed.has_value());
    EXPECT_EQ(*parsed, id);
  }
}

TEST(RecordKey, IsToldFromOtherKeys) {
  for (const std::string& key : {""s, "s"s, "slamp"s, "s\0"s, "s\0name"s, "jlamp\0"s, "sla mp\0"s,
                                 "slamp\0na me"s, "slamp\0a\0b"s, std::string(kFormatKey)}) {
    EXPECT_FALSE(ParseRecordKey(key).has_value()) << key;
  }
}

TEST(ThingPrefix, IsTheClassicShadowsKeyAndTheStartOfTheOthers) {
  EXPECT_EQ(ThingPrefix("lamp"), RecordKey({"lamp", ""}));
  EXPECT_EQ(RecordKey({"lamp", "x"}).find(ThingPrefix("lamp")), 0u);
  EXPECT_NE(RecordKey({"lamp2", "x"}).find(ThingPrefix("lamp")), 0u);
}

TEST(HistoryKey, IsThingNameLaneAndTheNumberInverted) {
  EXPECT_EQ(HistoryKey({"lamp", "color"}, HistoryLane::kReports, 0x0102),
            "hlamp\0color\0r\xFF\xFF\xFF\xFF\xFF\xFF\xFE\xFD"s);
  EXPECT_EQ(HistoryKey({"lamp", ""}, HistoryLane::kWishes, 1),
            "hlamp\0\0w\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"s);
}

TEST(HistoryKey, SortsALanesNewestEntryFirst) {
  const auto key = [](uint64_t change) {
    return HistoryKey({"lamp", ""}, HistoryLane::kWishes, change);
  };
  EXPECT_LT(key(256), key(255));
  EXPECT_LT(key(UINT64_MAX), key(0));
}

TEST(HistoryKey, BeginsWithItsLanesAndItsThingsPrefix) {
  const shadow::ShadowId id = {"lamp", "color"};
  const std::string key = HistoryKey(id, HistoryLane::kEvents, 7);
  EXPECT_EQ(key.find(HistoryLanePrefix(id, HistoryLane::kEvents)), 0u);
  EXPECT_NE(key.find(HistoryLanePrefix(id, HistoryLane::kWishes)), 0u);
  EXPECT_NE(key.find(HistoryLanePrefix({"lamp", ""}, HistoryLane::kEvents)), 0u);
  EXPECT_EQ(key.find(HistoryThingPrefix("lamp")), 0u);
  EXPECT_NE(key.find(HistoryThingPrefix("lam")), 0u);
}

TEST(HistoryKey, GivesWhatItWasMadeFromBack) {
  for (const shadow::ShadowId id : {shadow::ShadowId{"a:b-_9", ""}, {"a", "$c:-_d"}}) {
    for (const auto lane : {HistoryLane::kWishes, HistoryLane::kReports, HistoryLane::kEvents}) {
      // Bytes of the number that stand for a letter or for the end of a name.
      for (const uint64_t change :
           {uint64_t{0}, uint64_t{1}, UINT64_MAX, ~uint64_t{0x7700720065}}) {
        const std::string key = HistoryKey(id, lane, change);
        const auto parsed = ParseHistoryKey(key);
        ASSERT_TRUE(parsed.has_value());
        EXPECT_EQ(parsed->id, id);
        EXPECT_EQ(parsed->lane, lane);
        EXPECT_EQ(parsed->change, change);
      }
    }
  }
}

TEST(HistoryKey, IsToldFromOtherKeys) {
  const std::string key = HistoryKey({"lamp", "color"}, HistoryLane::kReports, 5);
  EXPECT_FALSE(ParseHistoryKey(key.substr(0, key.size() - 1)).has_value());
  EXPECT_FALSE(ParseHistoryKey(key + "x").has_value());
  EXPECT_FALSE(ParseHistoryKey("s" + key.substr(1)).has_value());
  for (const std::string& other :
       {""s, "h"s, "hlamp\0"s, "hlamp\0color"s, "hlamp\0color\0x12345678"s, "hlamp\0r12345678"s,
        "h\0color\0r12345678"s, "hla mp\0\0r12345678"s, "hlamp\0a\0b\0r12345678"s}) {
    EXPECT_FALSE(ParseHistoryKey(other).has_value()) << other;
  }
}

TEST(FeedKey, IsTheNumberHighestByteFirst) {
  EXPECT_EQ(FeedKey(0x0102), "h\0\0\0\0\0\0\0\1\2"s);
  EXPECT_EQ(ParseFeedKey(FeedKey(UINT64_MAX - 1)), UINT64_MAX - 1);
  EXPECT_TRUE(absl::StartsWith(FeedKey(7), kFeedPrefix));
}

TEST(FeedKey, SortsByItsNumberBeforeEveryThingsHistory) {
  EXPECT_LT(FeedKey(255), FeedKey(256));
  EXPECT_LT(FeedKey(UINT64_MAX), HistoryKey({"-", ""}, HistoryLane::kEvents, UINT64_MAX));
}

TEST(FeedKey, IsToldFromOtherKeys) {
  const std::string key = FeedKey(1);
  EXPECT_FALSE(ParseHistoryKey(key).has_value());
  EXPECT_FALSE(ParseFeedKey(key + "x").has_value());
  EXPECT_FALSE(ParseFeedKey(key.substr(0, key.size() - 1)).has_value());
  EXPECT_FALSE(ParseFeedKey("j" + key.substr(1)).has_value());
  EXPECT_FALSE(ParseFeedKey(HistoryKey({"lamp", ""}, HistoryLane::kWishes, 1)).has_value());
}

TEST(JournalKey, IsBothNumbersHighestByteFirst) {
  EXPECT_EQ(JournalKey(0x0102, 3), "j\0\0\0\0\0\0\1\2\0\0\0\0\0\0\0\3"s);
}

TEST(JournalKey, SortsByEpochThenSequence) {
  EXPECT_LT(JournalKey(1, UINT64_MAX), JournalKey(2, 0));
  EXPECT_LT(JournalKey(1, 255), JournalKey(1, 256));
}

TEST(JournalKey, GivesItsNumbersBack) {
  const auto parsed = ParseJournalKey(JournalKey(UINT64_MAX - 1, 0x8000000000000001));
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->epoch, UINT64_MAX - 1);
  EXPECT_EQ(parsed->sequence, 0x8000000000000001);
}

TEST(JournalKey, IsToldFromOtherKeys) {
  const std::string key = JournalKey(1, 2);
  EXPECT_FALSE(ParseJournalKey(key.substr(0, key.size() - 1)).has_value());
  EXPECT_FALSE(ParseJournalKey(key + "x").has_value());
  EXPECT_FALSE(ParseJournalKey("s" + key.substr(1)).has_value());
}

TEST(HistoryLaneOf, IsTheLanesPrefixOfAKeyOfHistoryAlone) {
  for (const shadow::ShadowId id : {shadow::ShadowId{"lamp", ""}, {"lamp", "color"}, {"a", "b"}}) {
    for (const auto lane : {HistoryLane::kWishes, HistoryLane::kReports, HistoryLane::kEvents}) {
      const std::string prefix = HistoryLanePrefix(id, lane);
      for (const uint64_t change : {uint64_t{0}, uint64_t{7}, ~uint64_t{0}}) {
        EXPECT_EQ(HistoryLaneOf(HistoryKey(id, lane, change)), prefix);
        EXPECT_EQ(HistoryChangeOf(HistoryKey(id, lane, change)), change);
      }
      EXPECT_EQ(HistoryLaneOf(prefix), "");
    }
    EXPECT_EQ(HistoryLaneOf(HistoryThingPrefix(id.thing)), "");
    EXPECT_EQ(HistoryLaneOf(RecordKey(id)), "");
  }
  EXPECT_EQ(HistoryLaneOf(HistoryThingPrefix(std::string(40, 'w'))), "");
  EXPECT_EQ(HistoryLaneOf(JournalKey(1, 1)), "");
  EXPECT_EQ(HistoryLaneOf(FeedKey(7)), "");
  EXPECT_EQ(HistoryLaneOf(""), "");
}

TEST(ConnectionKey, IsEpochAndNumberAndGivesThemBack) {
  const std::string key = ConnectionKey(0x0102030405060708, 9);
  EXPECT_EQ(key, "c\1\2\3\4\5\6\7\10\0\0\0\0\0\0\0\11"s);
  const auto parsed = ParseConnectionKey(key);
  ASSERT_TRUE(parsed.has_value());
  EXPECT_EQ(parsed->epoch, 0x0102030405060708u);
  EXPECT_EQ(parsed->number, 9u);
  EXPECT_FALSE(ParseConnectionKey(key + "x").has_value());
  EXPECT_FALSE(ParseConnectionKey(JournalKey(1, 2)).has_value());
  EXPECT_FALSE(ParseJournalKey(key).has_value());
}

}  // namespace
}  // namespace storage
