#include "desk/timers.h"

#include <gmock/gmock.h>

#include <optional>

#include "storage/memory_store.h"

namespace desk {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class Timers : public ::testing::Test {
 protected:
  void Commit() {
    ASSERT_TRUE(store_.Commit(draft_->Writes(), storage::Durability::kSync).ok());
    draft_.emplace(store_);
  }

  const Timer early_{.due = 255, .kind = TimerKind::kJobExecution, .subject = "a"};
  const Timer same_time_{.due = 255, .kind = TimerKind::kRollout, .subject = "b"};
  const Timer late_{.due = 256, .kind = TimerKind::kCommandExecution, .subject = {"c\0d", 3}};
  storage::MemoryStore store_;
  std::optional<storage::Draft> draft_{std::in_place, store_};
};

TEST_F(Timers, ComeEarliestFirstOnceTheyAreDue) {
  for (const Timer& timer : {late_, same_time_, early_}) SetTimer(timer, *draft_);
  Commit();
  EXPECT_EQ(NextTimer("", *draft_), early_);
  EXPECT_THAT(TakeDue(254, 9, "", *draft_), IsEmpty());
  EXPECT_THAT(TakeDue(255, 9, "", *draft_), ElementsAre(early_, same_time_));
  EXPECT_EQ(NextTimer("", *draft_), late_);
  Commit();
  EXPECT_THAT(TakeDue(300, 9, "", *draft_), ElementsAre(late_));
  EXPECT_EQ(NextTimer("", *draft_), std::nullopt);
}

TEST_F(Timers, AreTakenInBoundsAndCleared) {
  for (const Timer& timer : {late_, same_time_, early_}) SetTimer(timer, *draft_);
  ClearTimer(same_time_, *draft_);
  EXPECT_THAT(TakeDue(300, 1, "", *draft_), ElementsAre(early_));
  EXPECT_THAT(TakeDue(300, 1, "", *draft_), ElementsAre(late_));
  EXPECT_THAT(TakeDue(300, 1, "", *draft_), IsEmpty());
}

TEST_F(Timers, AreLookedForFromAKeyOn) {
  for (const Timer& timer : {late_, same_time_, early_}) SetTimer(timer, *draft_);
  Commit();
  EXPECT_EQ(NextTimer(TimerKey(same_time_), *draft_), same_time_);
  EXPECT_EQ(NextTimer(TimerKey(same_time_) + "x", *draft_), late_);
  EXPECT_THAT(TakeDue(300, 9, TimerKey(same_time_), *draft_), ElementsAre(same_time_, late_));
}

TEST_F(Timers, AreReadBackFromTheirKeysAlone) {
  EXPECT_EQ(ParseTimerKey(TimerKey(late_)), late_);
  EXPECT_EQ(ParseTimerKey("t"), std::nullopt);
  EXPECT_EQ(ParseTimerKey(absl::string_view("t\0\0\0\0\0\0\0\x01?a", 11)), std::nullopt);
  EXPECT_EQ(ParseTimerKey("t\xff\xff\xff\xff\xff\xff\xff\xffjx"), std::nullopt);
  EXPECT_EQ(ParseTimerKey("s\0\0\0\0\0\0\0\x01ja"), std::nullopt);
}

// What somebody else left there is not taken for one, and stands in nobody's way.
TEST_F(Timers, PassOverWhatIsNone) {
  draft_->Put("t", "");
  SetTimer(early_, *draft_);
  EXPECT_EQ(NextTimer("", *draft_), early_);
  EXPECT_THAT(TakeDue(300, 1, "", *draft_), ElementsAre(early_));
}

}  // namespace
}  // namespace desk
