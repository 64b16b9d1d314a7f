#include "storage/key.h"

#include <gtest/gtest.h>

#include <algorithm>

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

}  // namespace
}  // namespace storage
