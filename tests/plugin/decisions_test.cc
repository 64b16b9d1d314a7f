#include "plugin/principal/decisions.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using policy::Action;

TEST(Decisions, AreRememberedByActionAndName) {
  Decisions decisions;
  EXPECT_EQ(decisions.Find(Action::kPublish, "a"), std::nullopt);
  decisions.Put(Action::kPublish, "a", true);
  EXPECT_EQ(decisions.Find(Action::kPublish, "a"), true);
  decisions.Put(Action::kReceive, "b", false);  // may displace the other
  EXPECT_EQ(decisions.Find(Action::kReceive, "b"), false);
  EXPECT_EQ(decisions.Find(Action::kReceive, "a"), std::nullopt);
  EXPECT_EQ(decisions.Find(Action::kPublish, "b"), std::nullopt);
}

TEST(Decisions, TheLatestHolds) {
  Decisions decisions;
  decisions.Put(Action::kPublish, "a", true);
  decisions.Put(Action::kPublish, "a", false);
  EXPECT_EQ(decisions.Find(Action::kPublish, "a"), false);
}

TEST(Decisions, ManyDisplaceEachOtherAndNoneIsMistakenForAnother) {
  Decisions decisions;
  for (int i = 0; i < 1000; ++i) decisions.Put(Action::kPublish, absl::StrCat("t", i), i % 2 == 0);
  int known = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto found = decisions.Find(Action::kPublish, absl::StrCat("t", i));
    if (!found) continue;
    ++known;
    EXPECT_EQ(*found, i % 2 == 0);
  }
  EXPECT_GT(known, 0);
  EXPECT_LE(known, 16);
}

TEST(Decisions, LongNamesAreNotKept) {
  Decisions decisions;
  const std::string name(Decisions::kNameBytesMax + 1, 'x');
  decisions.Put(Action::kPublish, name, true);
  EXPECT_EQ(decisions.Find(Action::kPublish, name), std::nullopt);
}

TEST(Decisions, ClearForgetsAll) {
  Decisions decisions;
  decisions.Put(Action::kPublish, "a", true);
  decisions.Clear();
  EXPECT_EQ(decisions.Find(Action::kPublish, "a"), std::nullopt);
}

}  // namespace
}  // namespace plugin
