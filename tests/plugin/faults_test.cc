// Faults on purpose in the plugin: what becomes of connections, subscriptions, requests, answers
// and deliveries. What a client sees of it is tests/broker/faults_test.py.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "proto/notice.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using VerdictKind = Verdict::Kind;

constexpr uint64_t kFaultsEpoch = 77;
constexpr absl::string_view kFaultsSecret = "0123456789abcdef";
constexpr absl::string_view kUpdateOfT = "$aws/things/T/shadow/update";
constexpr absl::string_view kDeltaOfT = "$aws/things/T/shadow/update/delta";

class FaultsTest : public testing::Test {
 protected:
  FaultsTest() {
    EXPECT_TRUE(
        plugin_.Connect(service_, {.address = "127.0.0.1"}, proto::kServiceUser, kFaultsSecret, 0));
    EXPECT_TRUE(plugin_.MayPublish(service_, proto::kAnswersTopic, false));
    Tell(proto::EncodeHello({.life = 5}));
    plugin_.Tick(0);
    EXPECT_TRUE(Connect(device_));
    plugin_.Tick(0);
  }

  Verdict Connect(const Client& client) {
    return plugin_.Connect(client, {.address = "127.0.0.1"}, "", "", now_us_);
  }

  void Tell(absl::string_view envelope) {
    plugin_.Message(service_, proto::kAnswersTopic, envelope, now_us_);
  }

  proto::CommandResult Command(proto::FaultsCommand::Verb verb, const std::string& text,
                               std::string* told = nullptr) {
    Tell(proto::EncodeCommand({.id = 1, .what = proto::FaultsCommand{verb, text}}));
    const auto reply = proto::DecodeCommandReply(broker_.batches.back().payload);
    EXPECT_TRUE(reply.ok());
    if (told != nullptr) *told = std::string(reply->text);
    return reply->result;
  }

  void Start(const std::string& rule, const std::string& name = "p") {
    std::string told;
    EXPECT_EQ(Command(proto::FaultsCommand::Verb::kStart,
                      absl::StrCat(R"({"name":")", name, R"(","for":"1m","rules":[{"id":"r",)",
                                   rule, "}]}"),
                      &told),
              proto::CommandResult::kDone)
        << told;
  }

  void Stop(const std::string& name = "") {
    EXPECT_EQ(Command(proto::FaultsCommand::Verb::kStop, name), proto::CommandResult::kDone);
  }

  Verdict Publish(absl::string_view payload = "{}") {
    EXPECT_TRUE(plugin_.MayPublish(device_, kUpdateOfT, false));
    return plugin_.Message(device_, kUpdateOfT, payload, now_us_);
  }

  void Turn(int64_t milliseconds = 0) {
    now_us_ += milliseconds * 1000;
    broker_.steady_us = now_us_;
    plugin_.Tick(now_us_);
  }

  // Requests that have gone to the service so far.
  size_t Sent() const {
    size_t requests = 0;
    for (const auto& batch : broker_.batches) {
      const auto decoded = proto::DecodeRequestBatch(batch.payload);
      if (decoded.ok()) requests += decoded->requests.size();
    }
    return requests;
  }

  std::vector<std::string> Notices(proto::Notice::Kind kind) const {
    std::vector<std::string> told;
    for (const auto& batch : broker_.batches) {
      if (!proto::IsNotices(batch.payload)) continue;
      const auto notices = proto::DecodeNotices(batch.payload);
      for (const auto& notice : *notices) {
        if (notice.kind == kind) told.push_back(absl::StrCat(notice.client, notice.text));
      }
    }
    return told;
  }

  // The service tells of a change of T that no request has caused.
  void AnswerWith(proto::AnswerTopic topic, const std::string& payload) {
    proto::AnswerBatchWriter answers(0);
    answers.BeginAnswer(0, {"T", ""});
    answers.BeginMessage(topic).append(payload);
    Tell(std::move(answers).Finish());
  }
  void Delta(const std::string& payload) { AnswerWith(proto::AnswerTopic::kUpdateDelta, payload); }
  static std::string DeltaText(absl::string_view payload) {
    return absl::StrCat(kDeltaOfT, " ", payload);
  }

  int64_t now_us_ = 0;
  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused", .lifecycle_events = false, .faults = true};
  Plugin plugin_{options_, std::string(kFaultsSecret), kFaultsEpoch, broker_, 0};
  int handles_[3];
  Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  Client device_{.handle = &handles_[1], .id = "device"};
  Client other_{.handle = &handles_[2], .id = "other"};
};

TEST_F(FaultsTest, CloseConnectionsOrRefuseThem) {
  Start(R"("on":"connect","where":{"client":"oth*"},"count":1,"do":"close")", "a");
  Start(R"("on":"connect","where":{"client":"other"},"skip":1,"count":1,"do":"refuse")", "b");
  EXPECT_EQ(Connect(other_).kind(), VerdictKind::kCut);
  EXPECT_EQ(Connect(other_).kind(), VerdictKind::kNo);
  EXPECT_TRUE(Connect(other_));
  EXPECT_EQ(plugin_.status().faults_fired[0], 1u);
  EXPECT_EQ(plugin_.status().fault_plans, 2u);
}

TEST_F(FaultsTest, InactiveCutsWhoIsConnectedAndRefusesWhoComes) {
  Start(R"("on":"connect","do":"inactive")");
  Turn();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  EXPECT_EQ(Connect(other_).kind(), VerdictKind::kNo);
  Stop();
  EXPECT_TRUE(Connect(other_));
}

TEST_F(FaultsTest, AwayCutsWhoIsThereAndClosesWhoComes) {
  Start(R"("on":"session","where":{"client":"dev*"},"do":"away")");
  Turn();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  plugin_.Disconnect(device_, now_us_);
  EXPECT_EQ(Connect(device_).kind(), VerdictKind::kCut);
  EXPECT_TRUE(Connect(other_));
  Turn(60'000);
  EXPECT_TRUE(Connect(device_));
}

TEST_F(FaultsTest, RefuseSubscriptionsOrCut) {
  Start(R"("on":"subscribe","where":{"topic":"a/+"},"count":1,"do":"refuse")", "a");
  Start(R"("on":"subscribe","where":{"topic":"b"},"do":"cut_before_suback")", "b");
  Start(R"("on":"subscribe","where":{"topic":"c"},"do":"cut_after_suback")", "c");
  EXPECT_EQ(plugin_.MaySubscribe(device_, "a/1").kind(), VerdictKind::kNo);
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "a/1"));
  EXPECT_EQ(plugin_.MaySubscribe(device_, "b").kind(), VerdictKind::kCut);
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "c"));
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  Turn();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(FaultsTest, CutBeforeThePubackWithOrWithoutTakingTheRequest) {
  Start(R"("on":"request","count":1,"do":"cut_before_puback")", "a");
  Start(R"("on":"request","skip":1,"count":1,"do":"cut_before_puback","taken":true)", "b");
  EXPECT_EQ(Publish().kind(), VerdictKind::kCut);
  Turn();
  EXPECT_EQ(Sent(), 0u);
  EXPECT_EQ(Publish().kind(), VerdictKind::kCut);
  Turn();
  EXPECT_EQ(Sent(), 1u);
  EXPECT_TRUE(Publish());
}

TEST_F(FaultsTest, CutAfterThePubackTakesTheRequest) {
  Start(R"("on":"request","do":"cut_after_puback")");
  EXPECT_TRUE(Publish());
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  Turn();
  EXPECT_EQ(Sent(), 1u);
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(FaultsTest, SwallowRejectAndDoubleRequests) {
  Start(R"("on":"request","count":1,"do":"swallow")", "a");
  Start(R"("on":"request","skip":1,"count":1,"do":"reject","code":409)", "b");
  Start(R"("on":"request","skip":2,"count":1,"do":"duplicate")", "c");
  EXPECT_EQ(Publish().kind(), VerdictKind::kSwallow);
  EXPECT_TRUE(Publish(R"({"state":{},"clientToken":"x"})"));
  ASSERT_EQ(broker_.published.size(), 1u);
  EXPECT_THAT(broker_.published[0],
              HasSubstr(R"(update/rejected {"code":409,"message":"Version conflict")"));
  EXPECT_THAT(broker_.published[0], HasSubstr(R"("clientToken":"x"})"));
  Turn();
  EXPECT_EQ(Sent(), 0u);
  EXPECT_TRUE(Publish());
  Turn();
  EXPECT_EQ(Sent(), 2u);
}

TEST_F(FaultsTest, EachCodeHasAwssWords) {
  const std::pair<int, const char*> kWords[] = {{400, "Payload contains invalid json"},
                                                {401, "Unauthorized"},
                                                {403, "Forbidden"},
                                                {404, "No shadow exists with name: 'T'"},
                                                {409, "Version conflict"},
                                                {413, "Json document too large.  Size is 2, max"},
                                                {429, "TOO_MANY_REQUESTS"},
                                                {500, "Internal service failure"}};
  for (const auto& [code, words] : kWords) {
    Start(absl::StrCat(R"("on":"request","do":"reject","code":)", code));
    Publish();
    EXPECT_THAT(broker_.published.back(),
                HasSubstr(absl::StrCat("{\"code\":", code, ",\"message\":\"", words)));
    Stop();
  }
}

TEST_F(FaultsTest, DelayARequestUntilItsTimeOrTheEndOfThePlan) {
  Start(R"("on":"request","do":"delay","ms":200)");
  EXPECT_TRUE(Publish());
  Turn(199);
  EXPECT_EQ(Sent(), 0u);
  Turn(1);
  EXPECT_EQ(Sent(), 1u);
  EXPECT_TRUE(Publish());
  Stop();
  Turn();
  EXPECT_EQ(Sent(), 2u);
  EXPECT_THAT(Notices(proto::Notice::Kind::kPulseOn).size(), 1);
  EXPECT_THAT(Notices(proto::Notice::Kind::kPulseOff).size(), 1);
}

TEST_F(FaultsTest, DropDelayAndDoubleAnswers) {
  Start(R"("on":"answer","where":{"topic":"delta"},"count":1,"do":"drop")", "a");
  Start(R"("on":"answer","where":{"topic":"delta"},"skip":1,"count":1,"do":"delay","ms":500)", "b");
  Start(R"("on":"answer","where":{"topic":"delta"},"skip":2,"count":1,"do":"duplicate")", "c");
  for (const char* payload : {"1", "2", "3", "4"}) Delta(payload);
  EXPECT_THAT(broker_.published, ElementsAre(DeltaText("3"), DeltaText("3"), DeltaText("4")));
  Turn(500);
  EXPECT_EQ(broker_.published.back(), DeltaText("2"));
}

TEST_F(FaultsTest, ReorderedAnswersComeAfterTheNextOfTheirTopic) {
  Start(R"("on":"answer","where":{"topic":"delta"},"every":2,"do":"reorder","ms":1000)");
  for (const char* payload : {"1", "2", "3", "4"}) Delta(payload);
  EXPECT_THAT(broker_.published,
              ElementsAre(DeltaText("2"), DeltaText("1"), DeltaText("4"), DeltaText("3")));
  Delta("5");
  AnswerWith(proto::AnswerTopic::kUpdateDocuments, "another topic");
  Turn(999);
  EXPECT_EQ(broker_.published.size(), 5u);
  Turn(1);
  EXPECT_EQ(broker_.published.back(), DeltaText("5"));
}

TEST_F(FaultsTest, ReorderedAnswersOfWhichEachIsReorderedStillComeInPairs) {
  Start(R"("on":"answer","do":"reorder")");
  for (const char* payload : {"1", "2"}) Delta(payload);
  EXPECT_THAT(broker_.published, ElementsAre(DeltaText("2"), DeltaText("1")));
}

TEST_F(FaultsTest, AlterAnswers) {
  Start(R"("on":"answer","count":1,"do":"token","token":"missing")", "a");
  Start(R"("on":"answer","skip":1,"count":1,"do":"skew","seconds":-10)", "b");
  Start(R"("on":"answer","skip":2,"count":1,"do":"truncate","bytes":3)", "c");
  Delta(R"({"version":1,"clientToken":"x"})");
  Delta(R"({"version":2,"timestamp":20})");
  Delta(R"({"version":3})");
  EXPECT_THAT(broker_.published,
              ElementsAre(DeltaText(R"({"version":1})"),
                          DeltaText(R"({"version":2,"timestamp":10})"), DeltaText("{\"v")));
}

TEST_F(FaultsTest, DropDelayAndDoubleDeliveriesToOneClient) {
  Start(R"("on":"deliver","where":{"client":"device","topic":"t"},"count":1,"do":"drop")", "a");
  Start(R"("on":"deliver","where":{"client":"device"},"skip":1,"count":1,"do":"delay","ms":50)",
        "b");
  Start(R"("on":"deliver","where":{"client":"device"},"skip":2,"count":1,"do":"duplicate")", "c");
  Start(R"("on":"deliver","where":{"client":"device"},"skip":3,"count":1,"do":"cut")", "d");
  EXPECT_FALSE(plugin_.MayReceive(device_, "t", "1", 1));
  EXPECT_TRUE(plugin_.MayReceive(other_, "t", "1", 1));
  EXPECT_FALSE(plugin_.MayReceive(device_, "t", "2", 1));
  EXPECT_TRUE(plugin_.MayReceive(device_, "t", "3", 0));
  EXPECT_TRUE(plugin_.MayReceive(device_, "t", "4", 0));
  EXPECT_THAT(broker_.handed, IsEmpty());
  Turn();
  EXPECT_THAT(broker_.handed, ElementsAre("device t 3 QoS 0"));
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  Turn(50);
  EXPECT_THAT(broker_.handed, ElementsAre("device t 3 QoS 0", "device t 2 QoS 1"));
}

TEST_F(FaultsTest, ThrottleDeliveriesToOneClient) {
  Start(R"("on":"deliver","do":"throttle","per_second":2)");
  EXPECT_TRUE(plugin_.MayReceive(device_, "t", "1", 1));
  EXPECT_FALSE(plugin_.MayReceive(device_, "t", "2", 1));
  EXPECT_FALSE(plugin_.MayReceive(device_, "t", "3", 1));
  EXPECT_TRUE(plugin_.MayReceive(other_, "t", "1", 1));
  Turn(500);
  EXPECT_THAT(broker_.handed, ElementsAre("device t 2 QoS 1"));
  Turn(500);
  EXPECT_EQ(broker_.handed.size(), 2u);
}

TEST_F(FaultsTest, LoseAsksTheServiceForTheEndOfTheSession) {
  Start(R"("on":"session","where":{"client":"gone"},"do":"lose")", "a");  // it is away already
  Start(R"("on":"session","where":{"client":"device"},"do":"lose")", "b");
  plugin_.Disconnect(device_, now_us_);
  Turn();
  EXPECT_THAT(Notices(proto::Notice::Kind::kEndSession), ElementsAre("gone", "device"));
}

TEST_F(FaultsTest, WhatIsHeldGoesOutInOrderWhenThePlanStops) {
  Start(R"("on":"answer","do":"delay","ms":[100,60000])");
  std::vector<std::string> wanted;
  for (int i = 0; i < 10'000; ++i) {
    Delta(absl::StrCat(i));
    wanted.push_back(DeltaText(absl::StrCat(i)));
  }
  EXPECT_THAT(broker_.published, IsEmpty());
  Stop("p");
  EXPECT_EQ(broker_.published, wanted);
  EXPECT_EQ(plugin_.status().fault_plans, 0u);
  Turn();
  EXPECT_THAT(Notices(proto::Notice::Kind::kPlanEnded), ElementsAre("p"));
}

TEST_F(FaultsTest, OfTooManyThatAreHeldTheOldestGoOut) {
  Start(R"("on":"answer","do":"delay","ms":60000)");
  for (size_t i = 0; i < Held::kMessagesMax + 2; ++i) Delta(absl::StrCat(i));
  Turn();
  EXPECT_THAT(broker_.published, ElementsAre(DeltaText("0"), DeltaText("1")));
}

TEST_F(FaultsTest, APlanEndsWithItsTimeAndWithTheService) {
  Start(R"("on":"answer","do":"delay","ms":3600000)", "a");
  Delta("1");
  Turn(60'000);
  EXPECT_THAT(broker_.published, ElementsAre(DeltaText("1")));
  Start(R"("on":"answer","do":"delay","ms":3600000)", "b");
  Delta("2");
  plugin_.Disconnect(service_, now_us_);
  EXPECT_EQ(broker_.published.back(), DeltaText("2"));
  EXPECT_EQ(plugin_.status().fault_plans, 0u);
  EXPECT_THAT(broker_.lines,
              testing::Contains(HasSubstr("fault plan b ends: the service is gone")));
}

TEST_F(FaultsTest, TellOfEachThatFired) {
  Start(R"("on":"request","do":"reject","code":429)");
  Publish();
  Turn();
  EXPECT_THAT(Notices(proto::Notice::Kind::kFault), ElementsAre("devicer#0:reject:429"));
  std::string list;
  Command(proto::FaultsCommand::Verb::kList, "", &list);
  EXPECT_THAT(list, HasSubstr(R"("matched":1,"fired":1)"));
  std::string record;
  EXPECT_EQ(Command(proto::FaultsCommand::Verb::kRecord, "p", &record),
            proto::CommandResult::kDone);
  EXPECT_THAT(record, HasSubstr(R"("at":{"T":[0]})"));
}

TEST_F(FaultsTest, APlanThatIsWrongOrUnknownIsRefused) {
  std::string told;
  EXPECT_EQ(Command(proto::FaultsCommand::Verb::kStart, "{}", &told),
            proto::CommandResult::kRefused);
  EXPECT_THAT(told, HasSubstr("\"name\" is missing"));
  EXPECT_EQ(Command(proto::FaultsCommand::Verb::kStop, "x", &told),
            proto::CommandResult::kNoSuchPlan);
  EXPECT_EQ(Command(proto::FaultsCommand::Verb::kRecord, "x", &told),
            proto::CommandResult::kNoSuchPlan);
}

TEST(FaultsOff, NothingCanBeStarted) {
  RecordingBroker broker;
  Plugin plugin({.link_secret_file = "unused"}, std::string(kFaultsSecret), kFaultsEpoch, broker,
                0);
  const int handle = 0;
  const Client service{.handle = &handle, .id = "$shadow/link/1"};
  ASSERT_TRUE(
      plugin.Connect(service, {.address = "127.0.0.1"}, proto::kServiceUser, kFaultsSecret, 0));
  plugin.Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  plugin.Message(service, proto::kAnswersTopic,
                 proto::EncodeCommand({.id = 1, .what = proto::FaultsCommand{}}), 0);
  EXPECT_EQ(proto::DecodeCommandReply(broker.batches.back().payload)->result,
            proto::CommandResult::kFaultsOff);
}

}  // namespace
}  // namespace plugin
