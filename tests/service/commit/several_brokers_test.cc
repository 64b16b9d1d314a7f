#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "proto/news.h"
#include "service/commit/worker.h"
#include "storage/memory_store.h"

namespace service {
namespace {

using shadow::Operation;
using testing::ElementsAre;

constexpr uint64_t kEpochs[] = {70, 80};
constexpr uint64_t kLife = 5;

std::string Update(int64_t value) {
  return absl::StrCat(R"({"state":{"desired":{"a":)", value, "}}}");
}

class WorkerOfTwo : public testing::Test {
 protected:
  proto::Parcel Asks(size_t broker, const std::vector<proto::LinkRequest>& requests) {
    proto::RequestBatchWriter writer(kEpochs[broker], 1);
    for (const proto::LinkRequest& request : requests) writer.Add(request);
    return {broker, std::move(writer).Finish()};
  }

  static proto::LinkRequest Of(uint64_t sequence, const std::string& payload, bool resent = false) {
    return {.sequence = sequence,
            .resent = resent,
            .id = {.thing = "lamp", .name = ""},
            .payload = payload};
  }

  Worker MakeWorker() {
    return Worker({.brokers = 2, .now = [] { return 2000; }}, store_, *Journal::Load(store_, 2),
                  std::nullopt, counters_, trace_, log_, nullptr, nullptr, nullptr, &newsroom_);
  }

  // "to 0: 1 v2": an answer to the asker's request 1, of version 2; "others than 0: …": the news.
  static std::vector<std::string> Told(const std::vector<proto::Dispatch>& dispatches) {
    std::vector<std::string> told;
    const auto version = [](absl::string_view payload) {
      const size_t at = payload.find(R"("version":)");
      return payload.substr(at + 10, payload.find_first_of(",}", at) - at - 10);
    };
    for (const proto::Dispatch& one : dispatches) {
      const auto news = proto::DecodeNews(one.news);
      if (news.ok()) {
        EXPECT_EQ(news->life, kLife);
        EXPECT_EQ(news->number, one.number);
        EXPECT_EQ(news->origin, one.broker == proto::kNoBroker ? 0 : kEpochs[one.broker]);
        for (const proto::NewsItem& item : news->items) {
          told.push_back(absl::StrCat(item.replayed ? "replayed " : "", "news ", one.number, ": ",
                                      item.sequence, " ", item.id.thing, " v",
                                      version(item.messages.at(0).payload)));
        }
      }
      const auto answers = proto::DecodeAnswerBatch(one.answers);
      if (!answers.ok()) continue;
      EXPECT_EQ(answers->epoch, kEpochs[one.broker]);
      for (const proto::LinkAnswer& answer : answers->answers) {
        told.push_back(absl::StrCat("to ", one.broker, ": ", answer.sequence, " v",
                                    version(answer.messages.at(0).payload)));
      }
    }
    return told;
  }

  proto::Unheard unheard_{};
  storage::MemoryStore store_;
  Counters counters_;
  Trace trace_;
  Log log_{LogLevel::kError, LogFormat::kText};
  Newsroom newsroom_{kLife, [this](const auto&, size_t, const auto&) { return unheard_; }};
};

TEST_F(WorkerOfTwo, WhatOneAsksTheOthersHearInTheOrderOfVersions) {
  Worker worker = MakeWorker();
  const auto told = Told(
      worker.Process({Asks(0, {Of(1, Update(1)), Of(2, Update(2))}), Asks(1, {Of(1, Update(3))})}));
  EXPECT_THAT(told, ElementsAre("news 1: 1 lamp v1", "news 1: 2 lamp v2", "to 0: 1 v1",
                                "to 0: 2 v2", "news 2: 1 lamp v3", "to 1: 1 v3"));
  EXPECT_THAT(Told(worker.Process({Asks(0, {Of(3, Update(4))})})),
              ElementsAre("news 3: 3 lamp v4", "to 0: 3 v4"));
}

TEST_F(WorkerOfTwo, WhatNobodyHearsAtTheAskersIsWordedForTheOthers) {
  Worker worker = MakeWorker();
  const std::string payload = Update(1);
  proto::LinkRequest request = Of(1, payload);
  request.unheard = {.accepted = true, .documents = true, .delta = true};
  const auto dispatches = worker.Process({Asks(0, {request})});
  ASSERT_EQ(dispatches.size(), 1u);
  const auto news = proto::DecodeNews(dispatches[0].news);
  ASSERT_TRUE(news.ok()) << news.status();
  EXPECT_EQ(news->items.at(0).messages.size(), 3u);  // accepted, documents, delta
  unheard_ = {.accepted = true, .documents = true, .delta = true};
  request.sequence = 2;
  EXPECT_EQ(worker.Process({Asks(0, {request})}).at(0).news, "");
}

TEST_F(WorkerOfTwo, WhatComesAgainTogetherIsAnsweredInTheOrderInWhichItWasApplied) {
  {
    Worker killed = MakeWorker();
    killed.Process({Asks(0, {Of(1, Update(1))})});
    killed.Process({Asks(1, {Of(1, Update(2))})});
    killed.Process({Asks(0, {Of(2, Update(3))})});
    killed.Process({Asks(1, {Of(2, Update(4))})});
  }
  Worker worker = MakeWorker();
  EXPECT_THAT(
      Told(worker.Process(
          {Asks(0, {Of(1, Update(1), true), Of(2, Update(3), true), Of(3, Update(5), true)}),
           Asks(1, {Of(1, Update(2), true), Of(2, Update(4), true), Of(3, Update(6))})})),
      ElementsAre("replayed news 5: 1 lamp v1", "to 0: 1 v1", "replayed news 6: 1 lamp v2",
                  "to 1: 1 v2", "replayed news 7: 2 lamp v3", "to 0: 2 v3",
                  "replayed news 8: 2 lamp v4", "to 1: 2 v4", "news 9: 3 lamp v5", "to 0: 3 v5",
                  "news 10: 3 lamp v6", "to 1: 3 v6"));
}

TEST_F(WorkerOfTwo, ARequestThatComesAgainAfterARestartIsAppliedOnceAndToldAgain) {
  {
    Worker killed = MakeWorker();
    killed.Process({Asks(0, {Of(1, Update(1))}), Asks(1, {Of(1, Update(2))})});
  }
  Worker worker = MakeWorker();
  EXPECT_THAT(Told(worker.Process({Asks(1, {Of(1, Update(2), /*resent=*/true)})})),
              ElementsAre("replayed news 3: 1 lamp v2", "to 1: 1 v2"));
  EXPECT_THAT(Told(worker.Process({Asks(0, {Of(1, Update(1), /*resent=*/true)})})),
              ElementsAre("replayed news 4: 1 lamp v1", "to 0: 1 v1"));
  EXPECT_THAT(Told(worker.Process({Asks(0, {Of(2, Update(3))})})),
              ElementsAre("news 5: 2 lamp v3", "to 0: 2 v3"));
}

TEST_F(WorkerOfTwo, WhatAnotherPluginOfTheSameBrokerAskedHasNobodyLeftToAnswerTo) {
  Worker worker = MakeWorker();
  proto::RequestBatchWriter later(kEpochs[0] + 1, 1);
  later.Add(Of(1, Update(9)));
  const auto dispatches = worker.Process(
      {Asks(0, {Of(1, Update(1))}), {0, std::move(later).Finish()}, Asks(1, {Of(1, Update(2))})});
  ASSERT_EQ(dispatches.size(), 2u);
  EXPECT_EQ(proto::DecodeAnswerBatch(dispatches[0].answers)->epoch, kEpochs[0] + 1);
  EXPECT_EQ(dispatches[1].broker, 1u);
}

TEST_F(WorkerOfTwo, WhatEnteredOverHttpsIsNewsForAll) {
  Worker worker = MakeWorker();
  LocalRequest request{
      .operation = Operation::kUpdate, .thing = "lamp", .name = "", .payload = Update(1)};
  EXPECT_TRUE(worker.Process({}, absl::MakeSpan(&request, 1)).empty());
  const proto::Dispatch dispatch = newsroom_.Report(request.outcome);
  EXPECT_EQ(dispatch.broker, proto::kNoBroker);
  EXPECT_THAT(Told({dispatch}), ElementsAre("news 1: 0 lamp v1"));
}

TEST_F(WorkerOfTwo, WithoutANewsroomNothingIsToldTwice) {
  Worker worker({.now = [] { return 2000; }}, store_, *Journal::Load(store_), std::nullopt,
                counters_, trace_, log_);
  const auto dispatches = worker.Process({Asks(0, {Of(1, Update(1))})});
  ASSERT_EQ(dispatches.size(), 1u);
  EXPECT_EQ(dispatches[0].news, "");
}

}  // namespace
}  // namespace service
