#include "plugin/outbox.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/envelope.h"

namespace plugin {
namespace {

constexpr uint64_t kEpoch = 77;

Request Get(absl::string_view thing, int64_t taken_us = 0) {
  return {.thing = std::string(thing),
          .name = "",
          .operation = shadow::Operation::kGet,
          .payload = "{}",
          .taken_us = taken_us};
}

bool Add(Outbox& outbox, Request request) { return outbox.Add(request); }

void AddMany(Outbox& outbox, int count) {
  for (int i = 0; i < count; ++i) Add(outbox, Get("a"));
}

// The sequences of the next batch, marked '*' where it was sent before; "-" if there is no batch.
std::string Next(Outbox& outbox) {
  const auto bytes = outbox.NextBatch([](const shadow::ShadowId&) { return proto::Unheard(); });
  if (!bytes) return "-";
  const auto batch = proto::DecodeRequestBatch(*bytes);
  EXPECT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->epoch, kEpoch);
  std::string out = absl::StrCat("<", batch->answered_below);
  for (const auto& request : batch->requests) {
    absl::StrAppend(&out, " ", request.sequence, request.resent ? "*" : "");
  }
  return out;
}

class OutboxTest : public testing::Test {
 protected:
  Outbox outbox_{kEpoch, {.requests_max = 100, .bytes_max = 1 << 20}};
};

TEST_F(OutboxTest, SendsNothingWithoutASession) {
  Add(outbox_, Get("a"));
  EXPECT_EQ(Next(outbox_), "-");
  outbox_.BeginSession();
  EXPECT_EQ(Next(outbox_), "<1 1");
  EXPECT_EQ(Next(outbox_), "-");
}

TEST_F(OutboxTest, GreetsANewSessionEvenWithNothingToSay) {
  outbox_.BeginSession();
  EXPECT_EQ(Next(outbox_), "<1");
  EXPECT_EQ(Next(outbox_), "-");
}

TEST_F(OutboxTest, SendsTheUnansweredAgainInOrder) {
  outbox_.BeginSession();
  for (const char* thing : {"a", "b", "c"}) Add(outbox_, Get(thing));
  EXPECT_EQ(Next(outbox_), "<1 1 2 3");
  EXPECT_EQ(outbox_.Answered(2)->thing, "b");
  outbox_.EndSession();
  Add(outbox_, Get("d"));
  EXPECT_EQ(Next(outbox_), "-");
  outbox_.BeginSession();
  EXPECT_EQ(Next(outbox_), "<1 1* 3* 4");
  outbox_.Answered(1);
  Add(outbox_, Get("e"));
  EXPECT_EQ(Next(outbox_), "<3 5");
}

TEST_F(OutboxTest, TakesOneAnswerForARequest) {
  outbox_.BeginSession();
  Add(outbox_, Get("a"));
  EXPECT_FALSE(outbox_.Answered(2));
  EXPECT_FALSE(outbox_.Answered(0));
  EXPECT_TRUE(outbox_.Answered(1));
  EXPECT_FALSE(outbox_.Answered(1));
  EXPECT_EQ(outbox_.waiting(), 0u);
  EXPECT_EQ(outbox_.bytes(), 0u);
}

TEST_F(OutboxTest, ItsWindowIsBoundedInCountAndBytes) {
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(Add(outbox_, Get("a")));
  EXPECT_FALSE(Add(outbox_, Get("a")));
  outbox_.Answered(50);
  EXPECT_TRUE(Add(outbox_, Get("a")));

  Outbox small(kEpoch, {.requests_max = 100, .bytes_max = 10});
  EXPECT_TRUE(Add(small, Get("a")));
  Request large = Get("a");
  large.payload = "12345678";
  EXPECT_FALSE(small.Add(large));
  EXPECT_EQ(small.waiting(), 1u);
}

TEST_F(OutboxTest, AStuckRequestDoesNotLetTheWindowGrowForEver) {
  outbox_.BeginSession();
  Add(outbox_, Get("stuck"));
  int added = 0;
  for (uint64_t sequence = 2; Add(outbox_, Get("a")); ++sequence, ++added) {
    outbox_.Answered(sequence);
    ASSERT_LT(added, 10'000);
  }
  EXPECT_TRUE(outbox_.Answered(1));
  EXPECT_TRUE(Add(outbox_, Get("a")));
}

TEST_F(OutboxTest, ALargeBacklogGoesInBoundedBatches) {
  Outbox outbox(kEpoch, {.requests_max = 1000, .bytes_max = 1 << 30});
  outbox.BeginSession();
  for (int i = 0; i < 10; ++i) {
    Request request = Get("a");
    request.payload = std::string(200'000, 'x');
    Add(outbox, std::move(request));
  }
  EXPECT_EQ(Next(outbox), "<1 1 2");
  EXPECT_EQ(Next(outbox), "<1 3 4");
}

TEST_F(OutboxTest, OnlySoManyBatchesAreUnderWay) {
  Outbox outbox(kEpoch, {.requests_max = 20'000, .bytes_max = 1 << 30});
  outbox.BeginSession();
  int batches = 0;
  for (; batches < 100; ++batches) {
    AddMany(outbox, 192);
    if (Next(outbox) == "-") break;
  }
  EXPECT_EQ(batches, 64);
  for (uint64_t sequence = 1; sequence <= 192; ++sequence) outbox.Answered(sequence);
  EXPECT_NE(Next(outbox), "-");
}

class GatherTest : public OutboxTest {
 protected:
  GatherTest() {
    outbox_.BeginSession();
    Next(outbox_);  // the greeting
  }

  // How many of `count` further requests, one coming after the other, gather before a batch leaves.
  int GatheredBeforeABatch(int count) {
    for (int i = 1; i <= count; ++i) {
      Add(outbox_, Get("a"));
      if (Next(outbox_) != "-") return i;
    }
    return -1;
  }

  Outbox outbox_{kEpoch, {.requests_max = 10'000, .bytes_max = 1 << 20}};
};

TEST_F(GatherTest, TheFirstFewLeaveAtOnce) {
  for (int i = 0; i < 16; ++i) EXPECT_EQ(GatheredBeforeABatch(1), 1) << i;
  EXPECT_EQ(GatheredBeforeABatch(1), -1);
}

TEST_F(GatherTest, ThenAsManyAsAreUnderWay) {
  AddMany(outbox_, 20);
  Next(outbox_);
  EXPECT_EQ(GatheredBeforeABatch(100), 20);
  EXPECT_EQ(GatheredBeforeABatch(100), 40);
}

TEST_F(GatherTest, ButAtMostEnough) {
  AddMany(outbox_, 1000);
  Next(outbox_);
  EXPECT_EQ(GatheredBeforeABatch(1000), 192);
  EXPECT_EQ(GatheredBeforeABatch(1000), 192);
}

TEST_F(GatherTest, OrSoManyBytes) {
  AddMany(outbox_, 1000);
  Next(outbox_);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(Next(outbox_), "-") << i;
    Request request = Get("a");
    request.payload = std::string(50'000, 'x');
    Add(outbox_, std::move(request));
  }
  EXPECT_EQ(Next(outbox_), "<1 1001 1002 1003");
  EXPECT_EQ(GatheredBeforeABatch(1000), 192);  // those that have left do not count
}

TEST_F(GatherTest, AnAnswerLetsThemLeave) {
  AddMany(outbox_, 17);
  Next(outbox_);
  AddMany(outbox_, 3);
  EXPECT_EQ(Next(outbox_), "-");
  outbox_.Answered(1);
  EXPECT_EQ(Next(outbox_), "-");  // 16 under way
  outbox_.Answered(2);
  EXPECT_EQ(Next(outbox_), "<3 18 19 20");
}

TEST_F(GatherTest, WhatIsAnsweredDoesNotCount) {
  AddMany(outbox_, 1000);
  Next(outbox_);
  for (uint64_t sequence = 1; sequence <= 1000; ++sequence) outbox_.Answered(sequence);
  AddMany(outbox_, 20);
  Next(outbox_);
  EXPECT_EQ(GatheredBeforeABatch(100), 20);
}

TEST_F(GatherTest, SoDoesGivingUp) {
  AddMany(outbox_, 17);
  Next(outbox_);
  Add(outbox_, Get("late", 1));
  EXPECT_EQ(Next(outbox_), "-");
  outbox_.GiveUp(1, [](const Request&) {});
  EXPECT_EQ(Next(outbox_), "<18 18");
}

TEST_F(GatherTest, OneThatIsNeverAnsweredHoldsNobodyUp) {
  AddMany(outbox_, 100);
  Next(outbox_);
  for (uint64_t sequence = 2; sequence <= 100; ++sequence) outbox_.Answered(sequence);
  EXPECT_EQ(GatheredBeforeABatch(1), 1);
}

TEST_F(GatherTest, ANewSessionGetsAllAtOnce) {
  AddMany(outbox_, 17);
  Next(outbox_);
  Add(outbox_, Get("a"));
  EXPECT_EQ(Next(outbox_), "-");
  outbox_.EndSession();
  outbox_.BeginSession();
  EXPECT_EQ(Next(outbox_), "<1 1* 2* 3* 4* 5* 6* 7* 8* 9* 10* 11* 12* 13* 14* 15* 16* 17* 18");
}

TEST_F(OutboxTest, GivesUpTheOldOnes) {
  outbox_.BeginSession();
  for (int i = 1; i <= 3; ++i) Add(outbox_, Get(absl::StrCat("t", i), i));
  Next(outbox_);
  std::vector<std::string> given_up;
  outbox_.GiveUp(3, [&](const Request& request) { given_up.push_back(request.thing); });
  EXPECT_EQ(given_up, (std::vector<std::string>{"t1", "t2"}));
  EXPECT_FALSE(outbox_.Answered(1));
  EXPECT_TRUE(outbox_.Answered(3));
}

}  // namespace
}  // namespace plugin
