// What every Store does, whatever it is made of.
#include "storage/store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"
#include "tests/storage/every_store.h"

namespace storage {
namespace {

using testing::ElementsAre;
using testing::Optional;

class AnyStore : public testing::TestWithParam<StoreKind> {
 protected:
  std::vector<std::string> Keys(absl::string_view prefix, absl::string_view after,
                                size_t count_max = 1000) const {
    std::vector<std::string> keys;
    EXPECT_TRUE(store_
                    ->Scan(prefix, after,
                           [&](absl::string_view key, absl::string_view) {
                             keys.emplace_back(key);
                             return keys.size() < count_max;
                           })
                    .ok());
    return keys;
  }

  void Fill(const std::vector<std::string>& keys) {
    std::vector<Write> writes;
    for (const std::string& key : keys) writes.push_back({key, "value of " + key});
    ASSERT_TRUE(store_->Commit(writes, Durability::kRelaxed).ok());
  }

  ScratchFolder folder_;
  const OpenedStore opened_ = GetParam().open(folder_, {});
  Store* const store_ = opened_.store.get();
};

TEST_P(AnyStore, HasNothingAtFirst) {
  EXPECT_EQ(Get(*store_, "sa"), std::nullopt);
  EXPECT_THAT(Keys("s", ""), ElementsAre());
}

TEST_P(AnyStore, GivesBackWhatWasCommitted) {
  ASSERT_TRUE(Put(*store_, "sa", "1", Durability::kSync).ok());
  ASSERT_TRUE(Put(*store_, "sb", "2", Durability::kRelaxed).ok());
  EXPECT_THAT(Get(*store_, "sa"), Optional(std::string("1")));
  EXPECT_THAT(Get(*store_, "sb"), Optional(std::string("2")));
}

TEST_P(AnyStore, ReadsManyKeysInTheOrderAskedFor) {
  Fill({"sa", "sb", "sc"});
  std::vector<std::optional<std::string>> values(7, "left over");
  ASSERT_TRUE(store_->Read({"sc", "sx", "sa", "sc"}, values).ok());
  EXPECT_THAT(values, ElementsAre("value of sc", std::nullopt, "value of sa", "value of sc"));
}

TEST_P(AnyStore, ReadsNoKeys) {
  std::vector<std::optional<std::string>> values(3);
  ASSERT_TRUE(store_->Read({}, values).ok());
  EXPECT_TRUE(values.empty());
}

TEST_P(AnyStore, ReplacesAndRemoves) {
  Fill({"sa", "sb"});
  ASSERT_TRUE(store_->Commit({{"sa", "new"}, {"sb", std::nullopt}}, Durability::kSync).ok());
  EXPECT_THAT(Get(*store_, "sa"), Optional(std::string("new")));
  EXPECT_EQ(Get(*store_, "sb"), std::nullopt);
}

TEST_P(AnyStore, RemovesWhatIsNotThere) {
  EXPECT_TRUE(store_->Commit({{"sa", std::nullopt}}, Durability::kSync).ok());
}

TEST_P(AnyStore, LetsLaterWritesOfACommitWin) {
  const std::vector<Write> writes = {
      {"sa", "first"}, {"sb", "first"}, {"sa", std::nullopt}, {"sb", "last"}, {"sa", "last"}};
  ASSERT_TRUE(store_->Commit(writes, Durability::kSync).ok());
  EXPECT_THAT(Get(*store_, "sa"), Optional(std::string("last")));
  EXPECT_THAT(Get(*store_, "sb"), Optional(std::string("last")));
}

TEST_P(AnyStore, TakesAnEmptyCommit) { EXPECT_TRUE(store_->Commit({}, Durability::kSync).ok()); }

TEST_P(AnyStore, KeepsAnyBytesOfAnySize) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every.push_back(static_cast<char>(byte));
  const std::string large(5 << 20, 'x');
  ASSERT_TRUE(
      store_->Commit({{every, every}, {"large", large}, {"none", ""}}, Durability::kSync).ok());
  EXPECT_THAT(Get(*store_, every), Optional(every));
  EXPECT_EQ(Get(*store_, "large"), large);
  EXPECT_THAT(Get(*store_, "none"), Optional(std::string()));
}

TEST_P(AnyStore, ScansInTheOrderOfBytes) {
  Fill({"s\xFFz", "sb", "sa\x80", "sab", std::string("sa\0", 3), "sa"});
  EXPECT_THAT(Keys("s", ""),
              ElementsAre("sa", std::string("sa\0", 3), "sab", "sa\x80", "sb", "s\xFFz"));
}

TEST_P(AnyStore, ScansOnlyThePrefix) {
  Fill({"r", "sa", "sab", "sb", "t"});
  EXPECT_THAT(Keys("sa", ""), ElementsAre("sa", "sab"));
  EXPECT_THAT(Keys("", ""), testing::IsSupersetOf({"r", "sa", "sab", "sb", "t"}));
}

TEST_P(AnyStore, ScansOnlyWhatComesAfter) {
  Fill({"sa", "sb", "sc", "t"});
  EXPECT_THAT(Keys("s", "sa"), ElementsAre("sb", "sc"));
  EXPECT_THAT(Keys("s", "saa"), ElementsAre("sb", "sc"));
  EXPECT_THAT(Keys("s", "sc"), ElementsAre());
  EXPECT_THAT(Keys("s", "t"), ElementsAre());
  EXPECT_THAT(Keys("s", "a"), ElementsAre("sa", "sb", "sc"));
}

TEST_P(AnyStore, StopsAScanWhenToldTo) {
  Fill({"sa", "sb", "sc"});
  EXPECT_THAT(Keys("s", "", 2), ElementsAre("sa", "sb"));
}

TEST_P(AnyStore, ScansTheValuesToo) {
  Fill({"sa"});
  EXPECT_EQ(AllEntries(*store_, "s").value(), (Entries{{"sa", "value of sa"}}));
}

TEST_P(AnyStore, ListsAThingsNamedShadowsPageByPage) {
  for (const absl::string_view thing : {"lamp", "lamp-2", "lam"}) {
    Fill({RecordKey({thing, ""}), RecordKey({thing, "b"}), RecordKey({thing, "a"}),
          RecordKey({thing, "c"})});
  }
  const std::string prefix = ThingPrefix("lamp");
  const auto first = Keys(prefix, RecordKey({"lamp", ""}), 2);
  EXPECT_THAT(first, ElementsAre(RecordKey({"lamp", "a"}), RecordKey({"lamp", "b"})));
  EXPECT_THAT(Keys(prefix, first.back(), 2), ElementsAre(RecordKey({"lamp", "c"})));
}

TEST_P(AnyStore, KeepsHistoryAmongTheOtherKeysInTheirOrder) {
  Fill({"sb", "hb", "m", "ha", "i", "sa", "a"});
  EXPECT_THAT(Keys("", ""), testing::IsSupersetOf({"a", "ha", "hb", "i", "m", "sa", "sb"}));
  EXPECT_TRUE(absl::c_is_sorted(Keys("", "")));
  EXPECT_THAT(Keys("h", ""), ElementsAre("ha", "hb"));
  EXPECT_THAT(Keys("h", "ha"), ElementsAre("hb"));
  EXPECT_THAT(Keys("", "ha", 3), ElementsAre("hb", "i", "m"));
}

TEST_P(AnyStore, ReadsHistoryTogetherWithOtherKeys) {
  Fill({"ha", "sa", "hb"});
  std::vector<std::optional<std::string>> values;
  ASSERT_TRUE(store_->Read({"sa", "hb", "hx", "sx", "ha"}, values).ok());
  EXPECT_THAT(values,
              ElementsAre("value of sa", "value of hb", std::nullopt, std::nullopt, "value of ha"));
  ASSERT_TRUE(store_->Commit({{"ha", "new"}, {"hb", std::nullopt}}, Durability::kSync).ok());
  EXPECT_THAT(Get(*store_, "ha"), Optional(std::string("new")));
  EXPECT_EQ(Get(*store_, "hb"), std::nullopt);
}

TEST_P(AnyStore, IsHealthyAndSyncs) {
  EXPECT_TRUE(store_->Health().ok());
  EXPECT_TRUE(store_->Sync().ok());
  ASSERT_TRUE(Put(*store_, "sa", "1", Durability::kRelaxed).ok());
  EXPECT_TRUE(store_->Sync().ok());
  EXPECT_TRUE(store_->Recover().ok());
  EXPECT_THAT(Get(*store_, "sa"), Optional(std::string("1")));
}

TEST_P(AnyStore, ShowsACommitWholeOrNotAtAllToOtherThreads) {
  std::atomic<bool> done = false;
  std::atomic<int> torn = 0;
  std::thread reader([&] {
    std::vector<std::optional<std::string>> values;
    while (!done) {
      const auto entries = AllEntries(*store_, "").value();
      torn += entries.count("ha") != entries.count("sb") ||
              (entries.count("ha") > 0 && entries.at("ha") != entries.at("sb"));
      torn += !store_->Read({"ha", "sb"}, values).ok() || values[0] != values[1];
    }
  });
  for (int i = 0; i < 300; ++i) {
    const std::string value = absl::StrCat(i);
    ASSERT_TRUE(store_->Commit({{"ha", value}, {"sb", value}}, Durability::kRelaxed).ok());
  }
  done = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

TEST_P(AnyStore, ReplacesWhatBeginsWithPrefixesByOtherThings) {
  const std::string lamp = HistoryKey({"lamp", ""}, HistoryLane::kWishes, 1);
  const std::string lift = HistoryKey({"lift", ""}, HistoryLane::kWishes, 2);
  Fill({"ca", "ja", "sa", "sb", lamp, lift});
  const auto replace = [this](std::vector<std::string> prefixes, std::vector<Write> writes) {
    return store_->Replace(prefixes, writes, Durability::kSync);
  };
  ASSERT_TRUE(replace({HistoryThingPrefix("lamp")}, {{"ca", std::nullopt}, {"sb", "new"}}).ok());
  EXPECT_EQ(Get(*store_, "ca"), std::nullopt);
  EXPECT_THAT(Keys("h", ""), ElementsAre(lift));
  EXPECT_THAT(Keys("s", ""), ElementsAre("sa", "sb"));
  EXPECT_THAT(Get(*store_, "sb"), Optional(std::string("new")));
  ASSERT_TRUE(replace({"s", "h"}, {{"sb", "again"}, {lamp, "back"}}).ok());
  EXPECT_THAT(Keys("h", ""), ElementsAre(lamp));
  EXPECT_THAT(Keys("s", ""), ElementsAre("sb"));
  EXPECT_THAT(Keys("j", ""), ElementsAre("ja"));
  EXPECT_THAT(Get(*store_, lamp), Optional(std::string("back")));
  for (const std::string prefix : {"", "m", "j", "sa", "c"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(replace({"s", prefix}, {}))) << prefix;
  }
  EXPECT_THAT(Keys("s", ""), ElementsAre("sb"));
}

INSTANTIATE_TEST_SUITE_P(Stores, AnyStore, EveryStore(), StoreKindName);

}  // namespace
}  // namespace storage
