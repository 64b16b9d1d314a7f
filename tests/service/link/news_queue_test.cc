#include "service/link/news_queue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace service {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

NewsQueue::News Text(absl::string_view text) { return std::make_shared<const std::string>(text); }

// What is to be sent now.
std::vector<std::string> Sent(NewsQueue& queue) {
  std::vector<std::string> sent;
  while (const NewsQueue::Item* const next = queue.Next()) sent.push_back(*next->news);
  return sent;
}

TEST(NewsQueue, WhatComesBeforeThePluginIsKeptForIt) {
  NewsQueue queue;
  EXPECT_TRUE(queue.Put(1, Text("a")));
  EXPECT_TRUE(queue.Put(3, Text("b")));
  queue.Begin(7, 0);
  EXPECT_THAT(Sent(queue), ElementsAre("a", "b"));
  EXPECT_THAT(Sent(queue), IsEmpty());
  EXPECT_EQ(queue.bytes(), 2u);
}

TEST(NewsQueue, WhatThePluginHasIsKeptNoLonger) {
  NewsQueue queue;
  queue.Begin(7, 0);
  for (uint64_t number = 1; number <= 4; ++number) queue.Put(number, Text("x"));
  EXPECT_EQ(Sent(queue).size(), 4u);
  queue.Taken(3);
  EXPECT_EQ(queue.bytes(), 1u);
  queue.Put(5, Text("y"));
  EXPECT_THAT(Sent(queue), ElementsAre("y"));
  queue.Taken(5);
  EXPECT_EQ(queue.bytes(), 0u);
}

TEST(NewsQueue, OfTheSamePluginWhatItHasNotIsSentAgain) {
  NewsQueue queue;
  queue.Begin(7, 0);
  for (uint64_t number = 1; number <= 3; ++number) queue.Put(number, Text(std::to_string(number)));
  EXPECT_EQ(Sent(queue).size(), 3u);
  queue.Taken(1);
  queue.Begin(7, 2);  // it has had one more than it could say
  EXPECT_THAT(Sent(queue), ElementsAre("3"));
  EXPECT_EQ(queue.TakeDropped(), 0u);
}

TEST(NewsQueue, AnotherPluginGetsNothingOfWhatWasKept) {
  NewsQueue queue;
  queue.Begin(7, 0);
  queue.Put(1, Text("a"));
  queue.Begin(8, 0);
  EXPECT_THAT(Sent(queue), IsEmpty());
  EXPECT_EQ(queue.TakeDropped(), 1u);
  EXPECT_EQ(queue.bytes(), 0u);
  queue.Put(2, Text("b"));
  EXPECT_THAT(Sent(queue), ElementsAre("b"));
}

TEST(NewsQueue, WhatIsTooMuchIsDroppedWithAllUntilThePluginIsThere) {
  NewsQueue queue;
  queue.Begin(7, 0);
  EXPECT_TRUE(queue.Put(1, Text("a")));
  EXPECT_FALSE(queue.Put(2, Text(std::string(NewsQueue::kBytesMax, 'x'))));
  EXPECT_EQ(queue.bytes(), 0u);
  EXPECT_TRUE(queue.Put(3, Text("b")));  // nobody is to be cut again
  EXPECT_EQ(queue.TakeDropped(), 3u);
  queue.Begin(7, 0);
  EXPECT_THAT(Sent(queue), IsEmpty());
  EXPECT_TRUE(queue.Put(4, Text("c")));
  EXPECT_THAT(Sent(queue), ElementsAre("c"));
}

TEST(NewsQueue, AnswersAreKeptInTheirPlaceUntilThePluginHasThem) {
  NewsQueue queue;
  queue.Begin(7, 0);
  queue.PutAnswer(4, Text("a4"));
  queue.Put(1, Text("n1"));
  queue.PutAnswer(6, Text("a6"));
  queue.Put(2, Text("n2"));
  EXPECT_EQ(Sent(queue).size(), 4u);
  queue.AnsweredBelow(7);  // what stands behind news waits for those
  queue.Begin(7, 0);
  EXPECT_THAT(Sent(queue), ElementsAre("n1", "a6", "n2"));
  queue.Taken(1);
  queue.AnsweredBelow(6);
  queue.Begin(7, 1);
  EXPECT_THAT(Sent(queue), ElementsAre("a6", "n2"));
  queue.Taken(2);
  EXPECT_EQ(queue.bytes(), 0u);
}

}  // namespace
}  // namespace service
