#include "service/live/outbox.h"

#include <gtest/gtest.h>

namespace service {
namespace {

using std::optional;
using std::string;

constexpr size_t kBytes = 1000;

TEST(PageOutbox, GivesFramesInTheirOrder) {
  PageOutbox outbox(kBytes);
  outbox.Tell(1, "a");
  EXPECT_TRUE(outbox.Answer("b"));
  outbox.Tell(2, "c");
  EXPECT_EQ(outbox.Take(), optional<string>("a"));
  EXPECT_EQ(outbox.Take(), optional<string>("b"));
  EXPECT_EQ(outbox.Take(), optional<string>("c"));
  EXPECT_EQ(outbox.Take(), std::nullopt);
  EXPECT_EQ(outbox.bytes(), 0u);
}

TEST(PageOutbox, BeyondItsBoundTheOldestOfWhatIsFollowedGoesAndIsCounted) {
  PageOutbox outbox(kBytes);
  EXPECT_TRUE(outbox.Answer("answer"));
  for (int i = 0; i < 100; ++i) {
    outbox.Tell(1, string(50, static_cast<char>('a' + i % 26)), 2);
    EXPECT_LE(outbox.bytes(), kBytes);
  }
  const uint64_t lost = outbox.lost();
  EXPECT_GT(lost, 0u);
  EXPECT_EQ(outbox.Take(), optional<string>("{\"id\":1,\"lost\":" + std::to_string(lost) + "}"));
  EXPECT_EQ(outbox.Take(), optional<string>("answer"));
  uint64_t told = 0;
  string last;
  while (const auto frame = outbox.Take()) {
    told += 2;
    last = *frame;
  }
  EXPECT_EQ(told + lost, 200u);
  EXPECT_EQ(last[0], 'a' + 99 % 26);
}

TEST(PageOutbox, AFrameLargerThanTheBoundIsLost) {
  PageOutbox outbox(kBytes);
  outbox.Tell(7, string(2 * kBytes, 'x'));
  EXPECT_EQ(outbox.Take(), optional<string>(R"({"id":7,"lost":1})"));
  EXPECT_EQ(outbox.Take(), std::nullopt);
}

TEST(PageOutbox, AnswersAreNotDroppedAndThereAreSoManyAtMost) {
  PageOutbox outbox(kBytes);
  int taken = 0;
  while (outbox.Answer(string(50, 'x'))) ++taken;
  EXPECT_GT(taken, 1);
  outbox.Tell(1, "told");
  EXPECT_EQ(outbox.lost(), 1u);
  int given = 0;
  while (outbox.Take()) ++given;
  EXPECT_EQ(given, taken + 1);  // with what was lost
}

TEST(PageOutbox, OfWhatIsLeftNothingComes) {
  PageOutbox outbox(kBytes);
  outbox.Tell(1, "a");
  outbox.Tell(2, "b");
  outbox.Lose(1, 3);
  outbox.Forget(1);
  EXPECT_EQ(outbox.Take(), optional<string>("b"));
  EXPECT_EQ(outbox.Take(), std::nullopt);
  EXPECT_EQ(outbox.lost(), 3u);
}

}  // namespace
}  // namespace service
