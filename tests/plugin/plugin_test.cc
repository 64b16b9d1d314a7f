#include "plugin/plugin.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kPluginEpoch = 77;
const Origin kLocal{.address = "127.0.0.1"};
constexpr absl::string_view kSecret = "0123456789abcdef";
constexpr absl::string_view kUpdate = "$aws/things/T/shadow/update";

class PluginTest : public testing::Test {
 protected:
  void ServiceSaysHello() {
    ASSERT_TRUE(plugin_.Connect(service_, kLocal, proto::kServiceUser, kSecret, 0));
    ASSERT_TRUE(plugin_.MayPublish(service_, proto::kAnswersTopic, false));
    plugin_.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  }

  static std::string AnswersOf(uint64_t epoch, uint64_t sequence, absl::string_view payload) {
    proto::AnswerBatchWriter answers(epoch);
    answers.BeginAnswer(sequence, {});
    answers.BeginMessage(proto::AnswerTopic::kUpdateAccepted).append(std::string(payload));
    return std::move(answers).Finish();
  }

  void Answer(uint64_t epoch, uint64_t sequence, absl::string_view payload) {
    plugin_.Message(service_, proto::kAnswersTopic, AnswersOf(epoch, sequence, payload), 0);
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused", .window_requests = 2, .link_timeout_ms = 1000};
  Plugin plugin_{options_, std::string(kSecret), kPluginEpoch, broker_, 0};
  int handles_[3];
  Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  Client device_{.handle = &handles_[1], .id = "device"};
};

TEST_F(PluginTest, ARequestGoesToTheServiceAndItsAnswerToEverybody) {
  ServiceSaysHello();
  plugin_.Tick(0);
  plugin_.Message(device_, kUpdate, R"({"state":{}})", 1);
  plugin_.Tick(1);
  ASSERT_EQ(broker_.batches.size(), 2u);  // the greeting and the request
  EXPECT_EQ(broker_.batches[1].client_id, "$shadow/link/1");
  EXPECT_EQ(broker_.batches[1].topic, proto::kRequestsTopic);
  const auto batch = proto::DecodeRequestBatch(broker_.batches[1].payload);
  ASSERT_EQ(batch->requests.size(), 1u);
  EXPECT_EQ(batch->requests[0].payload, R"({"state":{}})");
  Answer(kPluginEpoch, 1, "fine");
  Answer(kPluginEpoch, 1, "twice");
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/update/accepted fine"));
}

TEST_F(PluginTest, ARequestThatWaitsAsksMeanwhileWhoWouldHear) {
  constexpr absl::string_view kDocuments = "$aws/things/T/shadow/update/documents";
  constexpr int kUnderWay = 20;  // so many that others gather
  options_.window_requests = 200;
  options_.skip_unheard = true;
  Plugin plugin(options_, std::string(kSecret), kPluginEpoch, broker_, 0);
  ASSERT_TRUE(plugin.Connect(service_, kLocal, proto::kServiceUser, kSecret, 0));
  ASSERT_TRUE(plugin.MayPublish(service_, proto::kAnswersTopic, false));
  plugin.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  plugin.Tick(0);
  for (int i = 0; i < kUnderWay; ++i) {
    plugin.Message(device_, absl::StrCat("$aws/things/t", i, "/shadow/update"), "{}", 1);
  }
  plugin.Tick(1);
  EXPECT_THAT(broker_.published, IsEmpty());

  plugin.Message(device_, "$aws/things/T/shadow/get", "", 2);
  EXPECT_THAT(broker_.published, IsEmpty());
  for (int i = 0; i < kUnderWay; ++i) plugin.Message(device_, kUpdate, "{}", 2);
  EXPECT_THAT(broker_.published,
              ElementsAre(absl::StrCat(kDocuments, " "), "$aws/things/T/shadow/update/delta "));
  plugin.Tick(2);  // they leave, too early to know
  EXPECT_FALSE(plugin.MayReceive(device_, kDocuments, "", 1, false));
  EXPECT_TRUE(plugin.MayReceive(device_, kDocuments, "{}", 1, false));
  for (int i = 0; i < 3 * kUnderWay; ++i) plugin.Message(device_, kUpdate, "{}", 3);
  plugin.Tick(3);
  EXPECT_EQ(broker_.published.size(), 2u);

  const auto unheard_of = [&](size_t place) {
    return proto::DecodeRequestBatch(broker_.batches[place].payload)->requests.back().unheard;
  };
  ASSERT_EQ(broker_.batches.size(), 4u);
  EXPECT_EQ(unheard_of(2), proto::Unheard());
  EXPECT_EQ(unheard_of(3), proto::Unheard{.delta = true});
}

TEST_F(PluginTest, AnswersToAnotherLifeOfTheBrokerAreDropped) {
  ServiceSaysHello();
  plugin_.Message(device_, kUpdate, "{}", 1);
  Answer(kPluginEpoch + 1, 1, "stale");
  EXPECT_THAT(broker_.published, IsEmpty());
}

TEST_F(PluginTest, AnswersInPiecesCountWithTheLast) {
  ServiceSaysHello();
  plugin_.Message(device_, kUpdate, "{}", 1);
  plugin_.Tick(2);
  EXPECT_TRUE(plugin_.MayPublish(service_, proto::kPiecesTopic, false));
  EXPECT_FALSE(plugin_.MayPublish(device_, proto::kPiecesTopic, false));
  const std::string answers = AnswersOf(kPluginEpoch, 1, "fine");
  plugin_.Message(service_, proto::kPiecesTopic, answers.substr(0, 10), 3);
  plugin_.Message(service_, proto::kPiecesTopic, answers.substr(10, 10), 3);
  EXPECT_THAT(broker_.published, IsEmpty());
  plugin_.Message(service_, proto::kAnswersTopic, answers.substr(20), 3);
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/shadow/update/accepted fine"));
}

TEST_F(PluginTest, PiecesOfALostSessionAreForgotten) {
  ServiceSaysHello();
  plugin_.Message(service_, proto::kPiecesTopic, "begun", 0);
  plugin_.Disconnect(service_, 1);
  ServiceSaysHello();  // at the same place in memory
  EXPECT_EQ(plugin_.status().bad_envelopes, 0u);
}

TEST_F(PluginTest, DamagedAnswersHaveNoEffect) {
  ServiceSaysHello();
  plugin_.Message(service_, proto::kAnswersTopic, "garbage", 0);
  EXPECT_THAT(broker_.published, IsEmpty());
}

TEST_F(PluginTest, TheServicesNameNeedsTheSecret) {
  EXPECT_FALSE(plugin_.Connect(service_, kLocal, proto::kServiceUser, "wrong", 0));
  EXPECT_FALSE(plugin_.Connect(service_, kLocal, "other", kSecret, 0));
  EXPECT_FALSE(plugin_.Connect({.handle = &handles_[2], .id = "$shadow/x"}, kLocal, "", "", 0));
  EXPECT_TRUE(plugin_.Connect(device_, kLocal, "?SDK=Python", "", 0));
}

TEST_F(PluginTest, AFullWindowRefusesWith429AndTheToken) {  // I3, H4
  for (int i = 0; i < 2; ++i) plugin_.Message(device_, kUpdate, "{}", 1);
  plugin_.Message(device_, kUpdate, R"({"clientToken":"c"})", 1);
  EXPECT_THAT(broker_.published,
              ElementsAre(R"($aws/things/T/shadow/update/rejected )"
                          R"({"code":429,"message":"TOO_MANY_REQUESTS","clientToken":"c"})"));
}

TEST_F(PluginTest, AServiceThatStaysAwayMeans500) {
  plugin_.Message(device_, kUpdate, R"({"clientToken":"a"})", 500'000);
  plugin_.Tick(1'000'000);
  EXPECT_THAT(broker_.published, IsEmpty());
  plugin_.Tick(1'600'000);
  plugin_.Message(device_, kUpdate, R"({"clientToken":"b"})", 1'600'000);
  EXPECT_THAT(
      broker_.published,
      ElementsAre(R"($aws/things/T/shadow/update/rejected )"
                  R"({"code":500,"message":"Internal service failure","clientToken":"a"})",
                  R"($aws/things/T/shadow/update/rejected )"
                  R"({"code":500,"message":"Internal service failure","clientToken":"b"})"));
}

TEST_F(PluginTest, AForbiddenPublishCutsAnOldClientWithTheNextTick) {  // K6
  plugin_.Connect(device_, kLocal, "", "", 0);
  EXPECT_FALSE(plugin_.MayPublish(device_, "$aws/things/T/shadow/update/accepted", false));
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(PluginTest, AForbiddenWillOfAClientThatHasGoneCutsNobody) {
  plugin_.Connect(device_, kLocal, "", "", 0);
  plugin_.Disconnect(device_, 1);
  EXPECT_FALSE(plugin_.MayPublish(device_, "$shadow/x", false));
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

TEST_F(PluginTest, TheTimeFromTakingARequestToItsAnswerIsCounted) {
  ServiceSaysHello();
  plugin_.Message(device_, kUpdate, "{}", 1'000);
  plugin_.Message(device_, kUpdate, "{}", 2'000);
  plugin_.Tick(2'000);
  broker_.steady_us = 1'400;
  Answer(kPluginEpoch, 1, "fine");
  Answer(kPluginEpoch, 1, "a second answer is none");
  plugin_.Tick(1'102'000);  // the other is given up
  proto::AnswerTimes expected;
  expected.Add(400);
  expected.Add(1'100'000);
  EXPECT_EQ(plugin_.status().answer_times, expected);
  EXPECT_EQ(expected.counts[3], 1u);   // beyond 250 us, up to 500 us
  EXPECT_EQ(expected.counts[14], 1u);  // beyond 1 s, up to 2.5 s
  EXPECT_EQ(expected.sum, 1'100'400u);
}

TEST_F(PluginTest, TheServiceMayOnlyAnswer) {
  ServiceSaysHello();
  EXPECT_FALSE(plugin_.MayPublish(service_, "a/b", false));
  EXPECT_FALSE(plugin_.MayPublish(service_, proto::kAnswersTopic, true));
}

TEST_F(PluginTest, TheServiceIsToldOnceASecondHowThePluginDoes) {
  ServiceSaysHello();
  plugin_.Connect(device_, {.address = "127.0.0.1"}, "", "", 0);
  EXPECT_FALSE(plugin_.MayReceive(service_, "$SYS/broker/subscriptions/count", "42"));
  plugin_.Message(device_, kUpdate, "{}", 1);
  plugin_.Tick(999'999);
  ASSERT_EQ(broker_.batches.size(), 1u);  // the greeting, with the request
  plugin_.Tick(1'000'000);
  plugin_.Tick(1'000'001);
  ASSERT_EQ(broker_.batches.size(), 2u);
  const auto status = proto::DecodeStatus(broker_.batches[1].payload);
  ASSERT_TRUE(status.ok()) << status.status();
  EXPECT_EQ(*status, (proto::PluginStatus{.taken = 1,
                                          .connected_clients = 1,
                                          .subscriptions = 42,
                                          .waiting_requests = 1,
                                          .waiting_bytes = status->waiting_bytes}));
  EXPECT_GT(status->waiting_bytes, 0u);
  plugin_.Disconnect(device_, 2'000'000);
  plugin_.Tick(2'000'000);
  EXPECT_EQ(proto::DecodeStatus(broker_.batches.back().payload)->connected_clients, 0u);
}

TEST_F(PluginTest, ASilentServiceIsAwayUntilItIsHeardAgain) {
  ServiceSaysHello();
  plugin_.Tick(0);
  plugin_.Message(device_, kUpdate, R"({"clientToken":"waits"})", 1);
  plugin_.Tick(1'100'000);
  plugin_.Message(device_, kUpdate, R"({"clientToken":"asks"})", 1'200'000);
  plugin_.Message(device_, kUpdate, R"({"clientToken":"at once"})", 1'200'000);
  EXPECT_THAT(broker_.published,
              ElementsAre(testing::HasSubstr("waits"), testing::HasSubstr("at once")));
  Answer(kPluginEpoch, 1, "late");
  plugin_.Message(device_, kUpdate, R"({"clientToken":"heard"})", 1'300'000);
  EXPECT_EQ(broker_.published.size(), 2u);
  EXPECT_EQ(plugin_.status().given_up, 1u);
  EXPECT_EQ(plugin_.status().refused_away, 1u);
  EXPECT_EQ(plugin_.status().late_answers, 1u);
  EXPECT_EQ(plugin_.status().taken, 3u);
}

TEST_F(PluginTest, QuotasRefuseWith429AndTheTokenUntilAnAnswerComes) {  // I3
  Plugin plugin({.link_secret_file = "unused", .quota_in_flight = 1}, std::string(kSecret),
                kPluginEpoch, broker_, 0);
  plugin.Connect(service_, kLocal, proto::kServiceUser, kSecret, 0);
  plugin.Connect(device_, kLocal, "", "", 0);
  plugin.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  plugin.Message(device_, kUpdate, R"({"clientToken":"a"})", 1);
  plugin.Message(device_, kUpdate, R"({"clientToken":"b"})", 1);
  EXPECT_THAT(broker_.published,
              ElementsAre(R"($aws/things/T/shadow/update/rejected )"
                          R"({"code":429,"message":"TOO_MANY_REQUESTS","clientToken":"b"})"));
  EXPECT_EQ(plugin.status().refused_in_flight, 1u);
  proto::AnswerBatchWriter answers(kPluginEpoch);
  answers.BeginAnswer(1, {});
  plugin.Message(service_, proto::kAnswersTopic, std::move(answers).Finish(), 2);
  plugin.Message(device_, kUpdate, R"({"clientToken":"c"})", 3);
  EXPECT_EQ(plugin.status().taken, 2u);
  EXPECT_EQ(plugin.status().answered, 1u);
}

TEST_F(PluginTest, BadMannersCutAnyClientWithTheNextTick) {  // K3
  Plugin plugin({.link_secret_file = "unused", .manners = Manners::Aws()}, std::string(kSecret),
                kPluginEpoch, broker_, 0);
  device_.mqtt5 = true;
  EXPECT_TRUE(plugin.Connect(device_, kLocal, "", "", 0));
  EXPECT_TRUE(plugin.MayPublish(device_, "t", false, 1, std::string(1000, 'x')));
  EXPECT_FALSE(plugin.MayPublish(device_, "t", false, 2, std::string(1000, 'x')));
  EXPECT_FALSE(plugin.MaySubscribe(device_, "$SYS/#"));
  EXPECT_EQ(plugin.status().bad_manners, 2u);
  EXPECT_THAT(broker_.lines, ElementsAre("shadow: manner_no_qos_2: a client was cut: device: a "
                                         "publish at QoS 2; at most QoS 1",
                                         "shadow: manner_no_unsupported_topic: a client was cut: "
                                         "device: a subscription to $SYS/#"));
  plugin.Tick(1);
  EXPECT_THAT(broker_.disconnected, testing::Contains("device"));
}

TEST_F(PluginTest, BoundsHoldWithoutManners) {
  const std::string long_id(129, 'c');
  EXPECT_FALSE(plugin_.Connect({.handle = &handles_[2], .id = long_id}, kLocal, "", "", 0));
  EXPECT_TRUE(plugin_.Connect(device_, kLocal, "", "", 0));
  EXPECT_TRUE(plugin_.MayCarry(device_, 16384));
  EXPECT_FALSE(plugin_.MayCarry(device_, 16385));
  device_.filters = 10'000;
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "t"));
  device_.filters = 10'001;
  EXPECT_FALSE(plugin_.MaySubscribe(device_, "t"));
  EXPECT_EQ(plugin_.status().bad_manners, 3u);
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, testing::Contains("device"));
}

TEST_F(PluginTest, TheServiceNeedsNoManners) {
  Plugin plugin({.link_secret_file = "unused", .manners = Manners::Aws()}, std::string(kSecret),
                kPluginEpoch, broker_, 0);
  EXPECT_TRUE(plugin.Connect(service_, kLocal, proto::kServiceUser, kSecret, 0));
  EXPECT_TRUE(
      plugin.MayPublish(service_, proto::kAnswersTopic, false, 0, std::string(1u << 20, 'x')));
}

TEST_F(PluginTest, AFloodOfForbiddenPublishesIsCountedAndLoggedOnce) {
  plugin_.Connect(device_, kLocal, "", "", 0);
  for (int i = 0; i < 50; ++i) {
    EXPECT_FALSE(plugin_.MayPublish(device_, absl::StrCat("$shadow/link/", i), false));
  }
  EXPECT_EQ(plugin_.status().forbidden_publishes, 50u);
  EXPECT_THAT(broker_.lines,
              ElementsAre("shadow: a client published where it may not: device to $shadow/link/0"));
}

TEST_F(PluginTest, WarningsOfAKindComeOncePerWhile) {
  for (int i = 0; i < 50; ++i) plugin_.Message(device_, kUpdate, "{}", 1);
  EXPECT_EQ(std::count_if(broker_.lines.begin(), broker_.lines.end(),
                          [](const std::string& line) { return absl::StrContains(line, "429"); }),
            1);
}

TEST_F(PluginTest, TheServiceIsToldWhoItsRequestsAreFrom) {
  Plugin plugin(
      {.link_secret_file = "unused", .open_to_websocket = true, .lifecycle_events = false},
      std::string(kSecret), kPluginEpoch, broker_, 0);
  plugin.Connect(service_, kLocal, proto::kServiceUser, kSecret, 0);
  plugin.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  plugin.Connect(device_, kLocal, "", "", 0);
  const Client page = {.handle = &handles_[2], .id = "no thing's name"};
  plugin.Connect(page, {.address = "127.0.0.1", .websocket = true}, "", "", 0);
  plugin.Message(device_, kUpdate, "{}", 1);
  plugin.Tick(1);
  ASSERT_EQ(broker_.arrivals.size(), 1u);
  auto arrivals = proto::DecodeArrivals(broker_.arrivals[0].payload)->arrivals;
  ASSERT_EQ(arrivals.size(), 2u);
  if (arrivals[0].connection > arrivals[1].connection) std::swap(arrivals[0], arrivals[1]);
  EXPECT_EQ(arrivals[0].client_id, "device");
  EXPECT_EQ(arrivals[0].thing, "device");
  EXPECT_EQ(arrivals[0].address, "127.0.0.1");
  EXPECT_EQ(arrivals[0].way, proto::ConnectionWay::kMqtt);
  EXPECT_EQ(arrivals[1].thing, "");
  EXPECT_EQ(arrivals[1].way, proto::ConnectionWay::kWebSocket);
  const auto requests = proto::DecodeRequestBatch(broker_.batches[0].payload)->requests;
  ASSERT_EQ(requests.size(), 1u);
  EXPECT_EQ(requests[0].connection, arrivals[0].connection);

  plugin.Disconnect(device_, 2);
  plugin.Tick(2);
  plugin.Tick(3);
  ASSERT_EQ(broker_.arrivals.size(), 2u);
  arrivals = proto::DecodeArrivals(broker_.arrivals[1].payload)->arrivals;
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals[0].end->reason, "UNKNOWN");
  EXPECT_EQ(arrivals[0].end->last_request, 1u);
  EXPECT_THAT(broker_.published, IsEmpty());  // no lifecycle events
}

}  // namespace
}  // namespace plugin
