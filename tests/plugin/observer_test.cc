// What the plugin sees of devices for whoever observes them. Over the real broker:
// tests/broker/observations_test.py.
#include "plugin/observer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "proto/envelope.h"
#include "proto/observation.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using proto::CommandResult;
using proto::Observation;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr absl::string_view kObserverSecret = "0123456789abcdef";
constexpr uint64_t kObserverEpoch = 77;

// "publish lamp a/b QoS 1 allowed (3) {}".
std::string TextOf(const Observation& seen) {
  static constexpr const char* kWhat[] = {
      "", "connect", "disconnect", "subscribe", "unsubscribe", "publish", "deliver"};
  std::string text =
      absl::StrCat(kWhat[static_cast<size_t>(seen.kind)], " ", seen.client, " ", seen.text);
  if (seen.kind == Observation::Kind::kConnect) {
    absl::StrAppend(&text, "result ", static_cast<int>(seen.result), seen.clean ? " clean" : "",
                    seen.mqtt5 ? " 5" : " 4", " keep ", seen.keep_alive_s);
  }
  if (seen.qos != 0) absl::StrAppend(&text, " QoS ", seen.qos);
  if (seen.retain) absl::StrAppend(&text, " retain");
  if (seen.allowed) absl::StrAppend(&text, " allowed");
  if (seen.payload_bytes != 0) absl::StrAppend(&text, " (", seen.payload_bytes, ") ", seen.payload);
  return text;
}

class ObserverTest : public testing::Test {
 protected:
  ObserverTest() { ServiceComes(service_); }

  void ServiceComes(const Client& service) {
    EXPECT_TRUE(plugin_.Connect(service, {.address = "127.0.0.1"}, proto::kServiceUser,
                                kObserverSecret, 0));
    EXPECT_TRUE(plugin_.MayPublish(service, proto::kAnswersTopic, false));
    Tell(service, proto::EncodeHello({.life = 5}));
    plugin_.Tick(0);
  }

  void Tell(const Client& service, absl::string_view envelope) {
    plugin_.Message(service, proto::kAnswersTopic, envelope, 0);
  }

  CommandResult Observe(const proto::ObserveCommand& command, std::string* told = nullptr) {
    Tell(service_, proto::EncodeCommand({.id = 1, .what = command}));
    const auto reply = proto::DecodeCommandReply(broker_.batches.back().payload);
    EXPECT_TRUE(reply.ok()) << reply.status();
    if (told != nullptr) *told = std::string(reply->text);
    return reply->result;
  }

  Verdict Connect(const Client& client) {
    return plugin_.Connect(client, {.address = "127.0.0.1"}, "", "", 0);
  }

  proto::ObservationBatch Batch() {
    broker_.batches.clear();
    plugin_.Tick(0);
    proto::ObservationBatch all;
    size_t envelopes = 0;
    for (const auto& batch : broker_.batches) {
      if (!proto::IsObservations(batch.payload)) continue;
      EXPECT_EQ(batch.client_id, service_.id);
      envelope_ = batch.payload;
      const auto decoded = proto::DecodeObservations(envelope_);
      EXPECT_TRUE(decoded.ok()) << decoded.status();
      EXPECT_EQ(decoded->epoch, kObserverEpoch);
      all = *decoded;
      ++envelopes;
    }
    EXPECT_LE(envelopes, 1u);
    return all;
  }

  // What was seen in this turn, which ends.
  std::vector<std::string> Seen() {
    std::vector<std::string> seen;
    for (const Observation& one : Batch().observations) seen.push_back(TextOf(one));
    return seen;
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused", .lifecycle_events = false, .faults = true};
  Plugin plugin_{options_, std::string(kObserverSecret), kObserverEpoch, broker_, 0};
  std::string envelope_;
  int handles_[4];
  Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  Client lamp_{.handle = &handles_[1], .id = "lamp"};
  Client other_{.handle = &handles_[2], .id = "other"};
};

TEST_F(ObserverTest, WhileNobodyObservesNothingIsSent) {
  Connect(lamp_);
  plugin_.MayPublish(lamp_, "a", false);
  EXPECT_THAT(Seen(), IsEmpty());
}

TEST_F(ObserverTest, WhatAThingDoesIsTold) {
  broker_.steady_us = 5'000'000;
  std::string us;
  EXPECT_EQ(Observe({.thing = "lamp"}, &us), CommandResult::kDone);
  EXPECT_EQ(us, "5000000");
  lamp_.mqtt5 = true;
  lamp_.keep_alive_s = 1200;
  ASSERT_TRUE(Connect(lamp_));
  EXPECT_TRUE(plugin_.MaySubscribe(lamp_, "in/#", 1));
  EXPECT_FALSE(plugin_.MaySubscribe(lamp_, "$shadow/x", 0));
  EXPECT_TRUE(plugin_.MayPublish(lamp_, "out", true, 1, "{}"));
  EXPECT_FALSE(plugin_.MayPublish(lamp_, "$shadow/x", false, 0, "{}"));
  EXPECT_TRUE(plugin_.MayReceive(lamp_, "in/1", "m", 1, false));
  EXPECT_FALSE(plugin_.MayReceive(lamp_, "$shadow/x", "m", 1, false));
  plugin_.Unsubscribe(lamp_, "in/#");
  plugin_.Disconnect(lamp_, 0, DisconnectReason::kKeepAliveTimeout);
  EXPECT_THAT(
      Seen(),
      ElementsAre("connect lamp result 0 clean 5 keep 1200", "subscribe lamp in/# QoS 1 allowed",
                  "subscribe lamp $shadow/x", "publish lamp out QoS 1 retain allowed (2) {}",
                  "publish lamp $shadow/x (2) {}", "deliver lamp in/1 QoS 1 (1) m",
                  "unsubscribe lamp in/#", "disconnect lamp MQTT_KEEP_ALIVE_TIMEOUT"));
  EXPECT_THAT(Seen(), IsEmpty());
}

TEST_F(ObserverTest, EachIsToldWithItsTime) {
  Observe({.thing = "lamp"});
  broker_.us_per_look = 7;
  Connect(lamp_);
  plugin_.MayPublish(lamp_, "out", false);
  const auto seen = Batch().observations;
  ASSERT_EQ(seen.size(), 2u);
  EXPECT_GT(seen[0].us, 0);
  EXPECT_GT(seen[1].us, seen[0].us);
}

TEST_F(ObserverTest, AConnectionIsObservedByItsThingOrByItsClientId) {
  Observe({.client = "other"});
  Observe({.thing = "no", .client = "a/b"});
  Client by_client{.handle = &handles_[3], .id = "a/b"};
  for (const Client* client : {&lamp_, &other_, &by_client}) Connect(*client);
  EXPECT_THAT(Seen(), ElementsAre(HasSubstr("connect other"), HasSubstr("connect a/b")));
  Observe({.client = "other", .on = false});
  for (const Client* client : {&lamp_, &other_, &by_client}) {
    plugin_.MayPublish(*client, "t", false);
  }
  EXPECT_THAT(Seen(), ElementsAre("publish a/b t QoS 1 allowed"));
  Observe({.client = "a/b", .on = false});  // was not asked for
  plugin_.MayPublish(by_client, "t", false);
  EXPECT_EQ(Seen().size(), 1u);
}

TEST_F(ObserverTest, WhyAConnectionEndedIsToldOnceItIsKnown) {
  Observe({.thing = "lamp"});
  Connect(lamp_);
  Batch();
  plugin_.Disconnect(lamp_, 0);
  plugin_.MayPublish(lamp_, "will", false);  // it is the will that shows how it ended
  EXPECT_THAT(Seen(), ElementsAre("disconnect lamp CONNECTION_LOST"));
}

TEST_F(ObserverTest, WhoIsTurnedAwayHasTriedToConnect) {
  Observe({.thing = "lamp"});
  plugin_.Connect(lamp_, {.address = "192.0.2.1"}, "", "", 0);  // beyond loopback
  EXPECT_THAT(Seen(), ElementsAre(HasSubstr("connect lamp result 1")));
}

TEST_F(ObserverTest, WhatMeetsAFaultWasDone) {
  Tell(service_,
       proto::EncodeCommand({.id = 1,
                             .what = proto::FaultsCommand{proto::FaultsCommand::Verb::kStart,
                                                          R"({"name":"p","for":"1m","rules":[
                              {"id":"a","on":"connect","count":1,"do":"close"},
                              {"id":"b","on":"subscribe","do":"cut_before_suback"},
                              {"id":"c","on":"request","do":"swallow"},
                              {"id":"d","on":"deliver","count":1,"do":"drop"},
                              {"id":"e","on":"deliver","skip":1,"do":"delay","ms":50}]})"}}));
  Observe({.thing = "lamp"});
  EXPECT_EQ(Connect(lamp_).kind(), Verdict::Kind::kCut);
  ASSERT_TRUE(Connect(lamp_));
  EXPECT_EQ(plugin_.MaySubscribe(lamp_, "in").kind(), Verdict::Kind::kCut);
  constexpr absl::string_view kGet = "$aws/things/lamp/shadow/get";
  EXPECT_TRUE(plugin_.MayPublish(lamp_, kGet, false));
  EXPECT_EQ(plugin_.Message(lamp_, kGet, "", 0).kind(), Verdict::Kind::kSwallow);
  EXPECT_FALSE(plugin_.MayReceive(lamp_, "in", "dropped", 1));
  EXPECT_FALSE(plugin_.MayReceive(lamp_, "in", "held", 1));
  EXPECT_THAT(Seen(), ElementsAre(HasSubstr("connect lamp result 2"),
                                  HasSubstr("connect lamp result 0"), "subscribe lamp in QoS 1",
                                  "publish lamp $aws/things/lamp/shadow/get QoS 1 allowed"));
  plugin_.Tick(49'000);
  EXPECT_THAT(broker_.handed, IsEmpty());
  broker_.batches.clear();
  plugin_.Tick(51'000);
  EXPECT_THAT(broker_.handed, ElementsAre("lamp in held QoS 1"));
  bool told = false;
  for (const auto& batch : broker_.batches) {
    const auto decoded = proto::DecodeObservations(batch.payload);
    told |= decoded.ok() && TextOf(decoded->observations[0]) == "deliver lamp in QoS 1 (4) held";
  }
  EXPECT_TRUE(told);
}

TEST_F(ObserverTest, AMessageWithTooMuchBesideItsPayloadWasForbidden) {
  Connections connections(broker_);
  connections.Add(lamp_, {.thing = "lamp"}, /*service=*/false);
  Observer observer(broker_, connections);
  observer.Obey({.thing = "lamp"});
  observer.Published(lamp_.handle, "a", "", 1, false, /*allowed=*/true);
  observer.Published(lamp_.handle, "b", "", 1, false, /*allowed=*/true);
  observer.Forbidden(lamp_.handle);
  observer.Subscribed(lamp_.handle, "c", 0, true);
  observer.Forbidden(lamp_.handle);
  const std::string envelope = observer.TakeEnvelope(7);
  const auto batch = proto::DecodeObservations(envelope);
  ASSERT_EQ(batch->observations.size(), 3u);
  EXPECT_TRUE(batch->observations[0].allowed);
  EXPECT_FALSE(batch->observations[1].allowed);
  EXPECT_TRUE(batch->observations[2].allowed);
}

TEST_F(ObserverTest, OfTheServiceAndOfWhoIsAwayNothingIsTold) {
  Observe({.client = "$shadow/link/2"});
  Observe({.thing = "lamp"});
  const Client second{.handle = &handles_[3], .id = "$shadow/link/2"};
  EXPECT_TRUE(
      plugin_.Connect(second, {.address = "127.0.0.1"}, proto::kServiceUser, kObserverSecret, 0));
  plugin_.MayPublish(second, proto::kAnswersTopic, false);
  plugin_.Disconnect(second, 0);
  EXPECT_TRUE(plugin_.Connect(lamp_, {.address = "127.0.0.1"}, proto::kServiceUser, kObserverSecret,
                              0));  // the end of a session
  plugin_.Disconnect(lamp_, 0);
  EXPECT_TRUE(plugin_.MayReceive(lamp_, "in", "m", 1));
  EXPECT_THAT(Seen(), IsEmpty());
}

TEST_F(ObserverTest, PayloadsAreWholeOrLeftOut) {
  Observe({.thing = "lamp"});
  Connect(lamp_);
  Batch();
  for (const size_t size : {proto::kPublishedBytesMax, proto::kPublishedBytesMax + 1}) {
    plugin_.MayPublish(lamp_, "a", false, 0, std::string(size, 'x'));
  }
  for (const size_t size : {proto::kDeliveredBytesMax, proto::kDeliveredBytesMax + 1}) {
    plugin_.MayReceive(lamp_, "a", std::string(size, 'x'));
  }
  std::vector<std::pair<size_t, size_t>> sizes;
  for (const Observation& one : Batch().observations) {
    sizes.emplace_back(one.payload_bytes, one.payload.size());
  }
  EXPECT_THAT(sizes, ElementsAre(std::pair(131072, 131072), std::pair(131073, 0),
                                 std::pair(8192, 8192), std::pair(8193, 0)));
}

TEST_F(ObserverTest, OfATurnThatIsTooFullTheRestIsCounted) {
  Observe({.thing = "lamp"});
  Connect(lamp_);
  Batch();
  for (size_t i = 0; i < Observer::kSeenMax + 3; ++i) plugin_.MayPublish(lamp_, "a", false);
  auto batch = Batch();
  EXPECT_EQ(batch.observations.size(), Observer::kSeenMax);
  EXPECT_EQ(batch.lost, 3u);

  const std::string large(proto::kPublishedBytesMax, 'x');
  for (int i = 0; i < 130; ++i) plugin_.MayPublish(lamp_, "a", false, 1, large);
  plugin_.MayPublish(lamp_, "small", false);  // would fit, and would seem to have come before
  batch = Batch();
  EXPECT_LE(envelope_.size(), Observer::kSeenBytesMax);
  EXPECT_GT(batch.lost, 1u);
  EXPECT_EQ(batch.observations.size() + batch.lost, 131u);
  EXPECT_EQ(batch.observations.back().payload_bytes, large.size());
  plugin_.MayPublish(lamp_, "a", false);
  EXPECT_EQ(Batch().lost, 0u);
}

TEST_F(ObserverTest, AllEndsWithTheService) {
  Observe({.thing = "lamp"});
  Connect(lamp_);
  Client next{.handle = &handles_[3], .id = "$shadow/link/2"};
  plugin_.Disconnect(service_, 0);
  plugin_.MayPublish(lamp_, "a", false);
  service_ = next;
  ServiceComes(next);
  plugin_.MayPublish(lamp_, "a", false);
  EXPECT_THAT(Seen(), IsEmpty());
}

TEST_F(ObserverTest, WhoTakesTheLinkOverBeginsAnew) {
  Observe({.thing = "lamp"});
  Connect(lamp_);
  service_ = {.handle = &handles_[3], .id = "$shadow/link/2"};
  ServiceComes(service_);
  plugin_.MayPublish(lamp_, "a", false);
  EXPECT_THAT(Seen(), IsEmpty());
}

TEST_F(ObserverTest, OnlySoMuchIsObservedAtATime) {
  for (size_t i = 0; i < Observer::kObservedMax; ++i) {
    EXPECT_EQ(Observe({.client = absl::StrCat("c", i)}), CommandResult::kDone);
  }
  std::string told;
  EXPECT_EQ(Observe({.client = "one more"}, &told), CommandResult::kRefused);
  EXPECT_THAT(told, HasSubstr("at most 64"));
  EXPECT_EQ(Observe({.client = "c1"}), CommandResult::kDone);
  EXPECT_EQ(Observe({.client = "c1", .on = false}), CommandResult::kDone);
  EXPECT_EQ(Observe({.client = "one more"}), CommandResult::kDone);
}

TEST_F(ObserverTest, WithoutAHelloNobodyObserves) {
  plugin_.Disconnect(service_, 0);
  service_ = {.handle = &handles_[3], .id = "$shadow/link/2"};
  EXPECT_TRUE(
      plugin_.Connect(service_, {.address = "127.0.0.1"}, proto::kServiceUser, kObserverSecret, 0));
  broker_.batches.clear();
  Tell(service_, proto::EncodeCommand({.id = 1, .what = proto::ObserveCommand{.thing = "lamp"}}));
  EXPECT_THAT(broker_.batches, IsEmpty());
}

}  // namespace
}  // namespace plugin
