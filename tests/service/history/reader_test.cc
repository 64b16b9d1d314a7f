#include "service/history/reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/synchronization/notification.h"

namespace service {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

constexpr absl::Duration kBound = absl::Seconds(30);

// Takes as many slices as it is told, and tells of each.
class Slices : public Question {
 public:
  using Tell = std::function<void(const std::string& event)>;

  Slices(std::string name, size_t slices, Tell tell)
      : name_(std::move(name)), slices_(slices), tell_(std::move(tell)) {}

  bool GoOn(Slice) override {
    tell_(name_);
    return --slices_ == 0;
  }
  void GiveUp() override { tell_(name_ + " is given up"); }

 private:
  const std::string name_;
  size_t slices_;
  const Tell tell_;
};

// What happened, in its order; the last event is awaited.
class Events {
 public:
  Slices::Tell tell() {
    return [this](const std::string& event) {
      const absl::MutexLock lock(&mutex_);
      all_.push_back(event);
    };
  }
  std::vector<std::string> WaitForCount(size_t count) {
    const absl::MutexLock lock(&mutex_);
    const auto enough = [&] { return all_.size() >= count; };
    EXPECT_TRUE(mutex_.AwaitWithTimeout(absl::Condition(&enough), kBound));
    return all_;
  }

 private:
  absl::Mutex mutex_;
  std::vector<std::string> all_ ABSL_GUARDED_BY(mutex_);
};

// Holds the reader's thread until it is let go.
class Gate {
 public:
  std::unique_ptr<Question> question() {
    return std::make_unique<Slices>("gate", 1, [this](const std::string&) {
      reached_.Notify();
      open_.WaitForNotification();
    });
  }
  void WaitUntilReached() { EXPECT_TRUE(reached_.WaitForNotificationWithTimeout(kBound)); }
  void Open() { open_.Notify(); }

 private:
  absl::Notification reached_;
  absl::Notification open_;
};

TEST(HistoryReader, QuestionsHaveASliceEachInTurn) {
  Events events;
  Gate gate;
  HistoryReader reader;
  ASSERT_TRUE(reader.Put(gate.question()));
  gate.WaitUntilReached();
  ASSERT_TRUE(reader.Put(std::make_unique<Slices>("long", 3, events.tell())));
  ASSERT_TRUE(reader.Put(std::make_unique<Slices>("short", 1, events.tell())));
  gate.Open();
  EXPECT_THAT(events.WaitForCount(4), ElementsAre("long", "short", "long", "long"));
}

TEST(HistoryReader, SoManyWaitAndNoMore) {
  Events events;
  Gate gate;
  HistoryReader reader;
  ASSERT_TRUE(reader.Put(gate.question()));
  gate.WaitUntilReached();
  for (size_t i = 0; i < kQuestionsMax; ++i) {
    ASSERT_TRUE(reader.Put(std::make_unique<Slices>("one", 1, events.tell()))) << i;
  }
  EXPECT_FALSE(reader.Put(std::make_unique<Slices>("too many", 1, events.tell())));
  gate.Open();
  EXPECT_THAT(events.WaitForCount(kQuestionsMax), SizeIs(kQuestionsMax));
  EXPECT_TRUE(reader.Put(std::make_unique<Slices>("again", 1, events.tell())));
  EXPECT_EQ(events.WaitForCount(kQuestionsMax + 1).back(), "again");
}

TEST(HistoryReader, WhatTakesTooLongIsGivenUp) {
  Events events;
  HistoryReader reader;
  ASSERT_TRUE(reader.Put(std::make_unique<Slices>("endless", SIZE_MAX, events.tell())));
  EXPECT_EQ(events.WaitForCount(kSlicesMax + 1).back(), "endless is given up");
  ASSERT_TRUE(reader.Put(std::make_unique<Slices>("next", 1, events.tell())));
  EXPECT_EQ(events.WaitForCount(kSlicesMax + 2).back(), "next");
}

TEST(HistoryReader, NothingIsTakenOnceItIsClosed) {
  Events events;
  HistoryReader reader;
  reader.Close();
  EXPECT_FALSE(reader.Put(std::make_unique<Slices>("late", 1, events.tell())));
  reader.Close();
}

TEST(Slice, EndsWithItsEntriesOrItsTime) {
  Slice two(2, std::chrono::hours(1));
  EXPECT_TRUE(two.Take());
  EXPECT_TRUE(two.Take());
  EXPECT_FALSE(two.Take());
  Slice no_time(2, std::chrono::milliseconds(0));
  EXPECT_FALSE(no_time.Take());
}

}  // namespace
}  // namespace service
