// The changes of all shadows in the order of their commits.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "history/writer.h"
#include "storage/history_feed.h"
#include "storage/memory_store.h"
#include "tests/service/history/past.h"
#include "tests/storage/open_store.h"

namespace service {
namespace {

using storage::HistoryLane;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class FeedTest : public testing::Test {
 protected:
  // Changes `count` things in one commit.
  void Commit(size_t count) {
    std::vector<std::string> things;
    std::vector<proto::LinkRequest> requests;
    for (size_t i = 0; i < count; ++i) things.push_back(absl::StrCat("t", i));
    for (const std::string& thing : things) {
      requests.push_back({.sequence = ++sequence_,
                          .operation = shadow::Operation::kUpdate,
                          .id = {thing, ""},
                          .payload = R"({"state":{"reported":{"a":1}}})"});
    }
    past_.endpoint.SendBatch(1, sequence_ - requests.size(), requests);
  }

  // The numbers of an answer's changes.
  std::vector<uint64_t> Numbers(uint64_t after, size_t limit) {
    body_ = past_.Ask(rest::ReadChanges{.after = after, .entries_max = limit});
    shadow::Arena arena;
    const auto json = shadow::ParseWholeJson(body_, 0, arena);
    std::vector<uint64_t> numbers;
    if (!json || shadow::Find(*json, "changes") == nullptr) return numbers;
    for (const shadow::Value& change : shadow::Find(*json, "changes")->elements()) {
      const shadow::Value* const number = shadow::Find(change, "change");
      numbers.push_back(std::stoull(std::string(number->text())));
    }
    return numbers;
  }

  std::vector<uint64_t> Range(uint64_t first, uint64_t last) {
    std::vector<uint64_t> numbers;
    for (uint64_t i = first; i <= last; ++i) numbers.push_back(i);
    return numbers;
  }

  storage::MemoryStore store_;
  Past past_{store_};
  uint64_t sequence_ = 0;
  std::string body_;
};

TEST_F(FeedTest, AllChangesAreToldInTheOrderOfTheirCommits) {
  Commit(3);
  Commit(2);
  EXPECT_EQ(Numbers(0, 100), Range(1, 5));
  EXPECT_THAT(body_, StartsWith(R"({"changes":[{"change":1,"kind":"create","version":1,)"
                                R"("timestamp":2000,"thing":"t0","lane":"w")"));
  EXPECT_THAT(body_, HasSubstr(R"({"change":4,"kind":"update","version":2,"timestamp":2000,)"
                               R"("thing":"t0","lane":"r")"));
  EXPECT_THAT(body_, EndsWith(R"(],"next":5,"from":1})"));
  EXPECT_THAT(Numbers(5, 100), testing::IsEmpty());
  EXPECT_EQ(body_, R"({"changes":[],"next":5,"from":1})");
}

TEST_F(FeedTest, AReaderGoesOnInTheMiddleOfACommit) {
  Commit(5);
  Commit(100);
  Commit(1);
  std::vector<uint64_t> all;
  while (true) {
    const auto page = Numbers(all.empty() ? 0 : all.back(), 7);
    if (page.empty()) break;
    all.insert(all.end(), page.begin(), page.end());
  }
  EXPECT_EQ(all, Range(1, 106));
  for (uint64_t after = 0; after < 106; ++after) {
    ASSERT_EQ(Numbers(after, 1), Range(after + 1, after + 1));
  }
}

TEST_F(FeedTest, ALargeCommitIsFollowedFromAnywhereInIt) {
  Commit(2 * storage::kFeedGroupEntriesMax + 5);
  size_t groups = 0;
  ASSERT_TRUE(store_
                  .Scan(storage::kFeedPrefix, "",
                        [&](absl::string_view, absl::string_view) { return ++groups < 100; })
                  .ok());
  EXPECT_EQ(groups, 3u);
  for (const uint64_t after : {0u, 1u, 1022u, 1023u, 1024u, 1025u, 2047u, 2048u, 2052u}) {
    ASSERT_EQ(Numbers(after, 1), Range(after + 1, after + 1));
  }
  EXPECT_EQ(Numbers(0, 1000), Range(1, 1000));
}

TEST_F(FeedTest, BeginsAnewBehindAGapWhereChangesWereNotWritten) {
  Commit(3);
  ASSERT_TRUE(history::EndFeed(store_).ok());
  const uint64_t from = store_.Floors().feed;
  EXPECT_GT(from, 4u);
  ASSERT_TRUE(history::EndFeed(store_).ok());
  EXPECT_EQ(store_.Floors().feed, from) << "nothing was written since";
  EXPECT_THAT(Numbers(3, 100), testing::IsEmpty());
  EXPECT_EQ(body_, absl::StrCat(R"({"changes":[],"next":3,"from":)", from, "}"));
  EXPECT_THAT(Numbers(0, 100), testing::IsEmpty());
}

TEST_F(FeedTest, SaysFromWhichNumberOnThereIsAnything) {
  Commit(3);
  Commit(2);
  ASSERT_TRUE(
      store_.Commit({{storage::FeedKey(1), std::nullopt}}, storage::Durability::kSync).ok());
  EXPECT_EQ(Numbers(0, 100), Range(4, 5));
  EXPECT_THAT(body_, EndsWith(R"("from":4})"));
  ASSERT_TRUE(store_.RaiseFloors({.feed = 6}).ok());
  EXPECT_THAT(Numbers(0, 100), testing::IsEmpty());
  EXPECT_THAT(body_, EndsWith(R"("from":6})"));
}

TEST_F(FeedTest, WhatIsNotKeptAnyMoreIsNamed) {
  Commit(2);
  const std::string gone = storage::HistoryKey({"t0", ""}, HistoryLane::kWishes, 1);
  ASSERT_TRUE(store_.Commit({{gone, std::nullopt}}, storage::Durability::kSync).ok());
  EXPECT_EQ(Numbers(0, 100), Range(1, 2));
  EXPECT_THAT(body_, StartsWith(R"({"changes":[{"change":1,"thing":"t0","lane":"w","kept":false},)"
                                R"({"change":2,"kind")"));
  past_.endpoint.now += 500 * 24 * 60 * 60;
  EXPECT_EQ(Numbers(0, 100), Range(1, 2));
  EXPECT_THAT(body_, HasSubstr(R"({"change":2,"thing":"t1","lane":"w","kept":false})"));
}

TEST_F(FeedTest, ANumberThatNoChangeCanHaveIsRefused) {
  past_.Ask(rest::ReadChanges{.after = 1, .entries_max = 1});
  EXPECT_EQ(past_.status, 400);
  EXPECT_EQ(past_.Ask(rest::ReadChanges{.after = 0, .entries_max = 1}),
            R"({"changes":[],"next":0,"from":1})");
  Commit(1);
  past_.Ask(rest::ReadChanges{.after = 1000000, .entries_max = 1});
  EXPECT_EQ(past_.status, 400);
}

TEST_F(FeedTest, DamageIsNoSilentGap) {
  Commit(2);
  Commit(1);
  ASSERT_TRUE(storage::Put(store_, storage::FeedKey(3), "\x01\xff").ok());
  past_.Ask(rest::ReadChanges{.after = 0, .entries_max = 9});
  EXPECT_EQ(past_.status, 500);
}

}  // namespace
}  // namespace service
