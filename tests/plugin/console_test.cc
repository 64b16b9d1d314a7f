// A page of the console: a session of shadowd's that hears and says what any client may, and is no
// client to anything here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "policy/registry.h"
#include "proto/arrivals.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const Origin kNear{.address = "127.0.0.1"};
constexpr absl::string_view kSecret = "0123456789abcdef";
constexpr absl::string_view kUser = "console-ann";
constexpr absl::string_view kUpdate = "$aws/things/T/shadow/update";
constexpr absl::string_view kAccepted = "$aws/things/T/shadow/update/accepted";

class ConsoleTest : public testing::Test {
 protected:
  Verdict Come(const Client& client, absl::string_view user = kUser,
               absl::string_view secret = kSecret) {
    return plugin_.Connect(client, kNear, user, secret, 0);
  }
  void Greet() {
    ASSERT_TRUE(plugin_.Connect(service_, kNear, proto::kServiceUser, kSecret, 0));
    plugin_.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
    plugin_.Tick(0);
  }
  // Publishes as the broker has a client do it.
  bool Say(const Client& client, absl::string_view topic, absl::string_view payload,
           bool retain = false) {
    return plugin_.MayPublish(client, topic, retain, 1, payload) &&
           plugin_.MayCarry(client, topic.size()) &&
           bool(plugin_.Message(client, topic, payload, 1));
  }
  std::vector<proto::Arrival> Arrivals() {
    std::vector<proto::Arrival> all;
    for (const auto& told : broker_.arrivals) {
      const auto batch = proto::DecodeArrivals(told.payload);
      all.insert(all.end(), batch->arrivals.begin(), batch->arrivals.end());
    }
    return all;
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused", .skip_unheard = true};
  Plugin plugin_{options_, std::string(kSecret), 7, broker_, 0};
  int handles_[4];
  Client page_{.handle = &handles_[0], .id = "$shadow/console/0123456789abcdef", .mqtt5 = true};
  Client device_{.handle = &handles_[1], .id = "device"};
  Client service_{.handle = &handles_[2], .id = "$shadow/link/1"};
};

TEST_F(ConsoleTest, NeedsTheSecretAndAUser) {
  EXPECT_FALSE(Come(page_, kUser, "wrong"));
  EXPECT_FALSE(Come(page_, kUser, ""));
  EXPECT_FALSE(Come(page_, "console-"));
  EXPECT_FALSE(Come(page_, proto::kServiceUser));
  EXPECT_FALSE(Come(page_, ""));
  EXPECT_EQ(plugin_.status().forbidden_connects, 5u);
  EXPECT_TRUE(Come(page_));
  Client other = page_;
  other.id = "$shadow/consoles/0123456789abcdef";
  EXPECT_FALSE(Come(other));
}

TEST_F(ConsoleTest, NeedsNoCertificate) {
  const auto registry = policy::RegistryBuilder().Finish();
  ASSERT_TRUE(registry.ok());
  options_.auth = Auth::kCertificate;
  Plugin guarded(options_, std::string(kSecret), 7, broker_, 0, *registry);
  ASSERT_TRUE(guarded.Connect(page_, kNear, kUser, kSecret, 0));
  EXPECT_TRUE(guarded.MaySubscribe(page_, "#"));
  EXPECT_TRUE(guarded.MayReceive(page_, "a/b", "x"));
  EXPECT_TRUE(guarded.MayPublish(page_, "a/b", true));
  EXPECT_TRUE(guarded.Stands(page_, kNear, kUser, kSecret, true));
}

TEST_F(ConsoleTest, WhoOnlyCallsItselfSoMayNothing) {
  EXPECT_FALSE(plugin_.MaySubscribe(page_, "a"));
  EXPECT_FALSE(plugin_.MayReceive(page_, "a", "x"));
  EXPECT_FALSE(plugin_.Stands(page_, kNear, kUser, kSecret, true));
  ASSERT_TRUE(Come(page_));
  plugin_.Disconnect(page_, 1);
  EXPECT_FALSE(plugin_.MaySubscribe(page_, "a"));
  EXPECT_FALSE(plugin_.MayReceive(page_, "a", "x"));
}

TEST_F(ConsoleTest, HearsAllButTheServicesOwn) {
  ASSERT_TRUE(Come(page_));
  for (const absl::string_view filter :
       {absl::string_view("#"), absl::string_view("+/a"), absl::string_view("$aws/#"),
        absl::string_view("$aws/events/#"), absl::string_view("$SYS/#"), kAccepted}) {
    EXPECT_TRUE(plugin_.MaySubscribe(page_, filter)) << filter;
    ++page_.filters;
  }
  for (const absl::string_view filter : {"$shadow", "$shadow/#", "$shadow/link/requests",
                                         "$share/g/$shadow/#", "$share/g/a/b", "$share/g/#"}) {
    EXPECT_FALSE(plugin_.MaySubscribe(page_, filter)) << filter;
  }
  for (const absl::string_view topic :
       {absl::string_view("a/b"), kUpdate, kAccepted,
        absl::string_view("$aws/events/presence/connected/device"),
        absl::string_view("$SYS/broker/uptime"), absl::string_view("$SYS/broker/log/N")}) {
    EXPECT_TRUE(plugin_.MayReceive(page_, topic, "x")) << topic;
  }
  for (const absl::string_view topic :
       {"$shadow/link/requests", "$shadow/x", "$aws/things/T/jobs/get",
        "$aws/certificates/create/json"}) {
    EXPECT_FALSE(plugin_.MayReceive(page_, topic, "x")) << topic;
  }
}

TEST_F(ConsoleTest, SaysWhatAnyClientMay) {
  ASSERT_TRUE(Come(page_));
  EXPECT_TRUE(Say(page_, "a/b", "x", /*retain=*/true));
  EXPECT_TRUE(Say(page_, kUpdate, "{}"));
  EXPECT_FALSE(Say(page_, kUpdate, "{}", /*retain=*/true));
  for (const absl::string_view topic :
       {kAccepted, proto::kAnswersTopic, proto::kPiecesTopic, proto::kRequestsTopic,
        absl::string_view("$shadow"), absl::string_view("$aws/events/presence/connected/device"),
        absl::string_view("$aws/things/T/jobs/notify")}) {
    EXPECT_FALSE(Say(page_, topic, "x")) << topic;
  }
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  EXPECT_EQ(plugin_.status().forbidden_publishes, 0u);
}

TEST_F(ConsoleTest, ItsRequestsAreTakenAndSayWhoAsked) {
  Greet();
  ASSERT_TRUE(Come(page_));
  ASSERT_TRUE(Say(page_, kUpdate, "{}"));
  plugin_.Tick(2);
  EXPECT_EQ(plugin_.status().taken, 1u);
  const auto arrivals = Arrivals();
  ASSERT_EQ(arrivals.size(), 1u);
  EXPECT_EQ(arrivals[0].way, proto::ConnectionWay::kConsole);
  EXPECT_EQ(arrivals[0].principal, "ann");
  EXPECT_EQ(arrivals[0].client_id, "");
  EXPECT_EQ(arrivals[0].thing, "");
  ASSERT_TRUE(arrivals[0].end.has_value());
  EXPECT_EQ(arrivals[0].end->last_request, 1u);
  EXPECT_EQ(arrivals[0].end->reason, "");
  const auto batch = proto::DecodeRequestBatch(broker_.batches.back().payload);
  ASSERT_TRUE(batch.ok());
  ASSERT_EQ(batch->requests.size(), 1u);
  EXPECT_EQ(batch->requests[0].connection, arrivals[0].connection);
  EXPECT_EQ(broker_.arrivals.back().behind, broker_.batches.size() - 1);
}

TEST_F(ConsoleTest, AnAnswerForTheAskerAloneComesToThePage) {
  Greet();
  ASSERT_TRUE(Come(page_));
  ASSERT_TRUE(Say(page_, "$aws/things/T/jobs/get", "{}"));
  plugin_.Tick(2);
  proto::AnswerBatchWriter writer(7);
  writer.BeginAnswer(1, {});
  writer.BeginMessage(proto::AnswerTopic::kAccepted).append("{}");
  plugin_.Message(service_, proto::kAnswersTopic, std::move(writer).Finish(), 3);
  EXPECT_THAT(broker_.batches, Contains(testing::Field(&RecordingBroker::Batch::topic,
                                                       "$aws/things/T/jobs/get/accepted")));
  EXPECT_EQ(broker_.batches.back().client_id, page_.id);
}

TEST_F(ConsoleTest, IsNoClientToAnybody) {
  Greet();
  ASSERT_TRUE(Come(page_));
  ASSERT_TRUE(plugin_.MaySubscribe(page_, "#"));
  plugin_.Unsubscribe(page_, "#");
  plugin_.Tick(1'000'000);
  EXPECT_EQ(plugin_.status().connected_clients, 0u);
  plugin_.Message(
      service_, proto::kAnswersTopic,
      proto::EncodeCommand({.id = 1, .what = proto::DisconnectCommand{.client_id = page_.id}}), 2);
  plugin_.Tick(1'000'001);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  plugin_.Disconnect(page_, 1'000'002);
  plugin_.Tick(1'000'003);
  EXPECT_THAT(Arrivals(), IsEmpty());
  EXPECT_THAT(broker_.published, IsEmpty());
}

TEST_F(ConsoleTest, DoesNotTouchTheLink) {
  Greet();
  ASSERT_TRUE(Come(page_));
  plugin_.Disconnect(page_, 1);
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 1));
  ASSERT_TRUE(Say(device_, kUpdate, "{}"));
  broker_.batches.clear();
  plugin_.Tick(2);
  EXPECT_THAT(broker_.batches,
              Contains(testing::Field(&RecordingBroker::Batch::client_id, service_.id)));
  EXPECT_THAT(broker_.lines, Not(Contains(HasSubstr("the service is gone"))));
}

TEST_F(ConsoleTest, IsHeldToNoMannersAndNoQuota) {
  options_.manners = Manners::Aws();
  options_.quota_thing_rate = 1;
  options_.quota_in_flight = 1;
  Plugin strict(options_, std::string(kSecret), 7, broker_, 0);
  ASSERT_TRUE(strict.Connect(page_, kNear, kUser, kSecret, 0));
  for (int i = 0; i < 60; ++i) {
    EXPECT_TRUE(strict.MaySubscribe(page_, absl::StrCat("a/b/c/d/e/f/g/h/i/", i), 2));
  }
  EXPECT_TRUE(strict.MaySubscribe(page_, "$SYS/#"));
  EXPECT_TRUE(strict.MayPublish(page_, "a/b/c/d/e/f/g/h/i/j", false, 2, "x"));
  EXPECT_TRUE(strict.MayCarry(page_, 60'000));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(strict.Message(page_, kUpdate, "{}", 1));
  ASSERT_TRUE(strict.Connect(device_, kNear, "", "", 0));
  EXPECT_TRUE(strict.Message(device_, kUpdate, "{}", 1));
  EXPECT_EQ(strict.status().taken, 4u);
  EXPECT_EQ(strict.status().bad_manners, 0u);
  strict.Tick(2);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

// What nobody hears is not worded. A page that is subscribed hears it.
TEST_F(ConsoleTest, WhatItIsSubscribedToIsHeard) {
  Greet();
  ASSERT_TRUE(plugin_.Connect(device_, kNear, "", "", 1));
  uint64_t sequence = 0;
  const auto update = [&] {  // what the request says that nobody hears
    EXPECT_TRUE(Say(device_, kUpdate, "{}"));
    plugin_.Tick(2);
    const auto batch = proto::DecodeRequestBatch(broker_.batches.back().payload);
    EXPECT_TRUE(batch.ok());
    proto::AnswerBatchWriter writer(7);
    writer.BeginAnswer(++sequence, {});
    for (const auto topic :
         {proto::AnswerTopic::kUpdateAccepted, proto::AnswerTopic::kUpdateDocuments,
          proto::AnswerTopic::kUpdateDelta}) {
      writer.BeginMessage(topic).append("{}");
    }
    plugin_.Message(service_, proto::kAnswersTopic, std::move(writer).Finish(), 3);
    plugin_.Tick(4);
    plugin_.Tick(5);
    return batch->requests[0].unheard;
  };
  update();
  EXPECT_TRUE(update().documents);
  ASSERT_TRUE(Come(page_));
  ASSERT_TRUE(plugin_.MaySubscribe(page_, "$aws/things/T/shadow/#"));
  EXPECT_FALSE(update().documents);
  EXPECT_TRUE(plugin_.MayReceive(page_, "$aws/things/T/shadow/update/documents", "{}"));
  EXPECT_FALSE(plugin_.MayReceive(page_, "$aws/things/T/shadow/update/documents", ""));
  EXPECT_FALSE(update().documents);
}

TEST_F(ConsoleTest, IsToldOnceASecondHowMuchItWasToBeHanded) {
  ASSERT_TRUE(Come(page_));
  plugin_.Tick(1'000'000);
  EXPECT_THAT(broker_.batches, IsEmpty());
  for (const absl::string_view topic : {"a", "b", "$shadow/link/requests"}) {
    plugin_.MayReceive(page_, topic, "x");
  }
  plugin_.Tick(1'500'000);
  EXPECT_THAT(broker_.batches, IsEmpty());
  plugin_.Tick(2'000'000);
  ASSERT_EQ(broker_.batches.size(), 1u);
  EXPECT_EQ(broker_.batches[0].client_id, page_.id);
  EXPECT_EQ(broker_.batches[0].topic, proto::kConsoleCountTopic);
  EXPECT_EQ(broker_.batches[0].payload, "2");
  plugin_.Tick(3'000'000);
  EXPECT_EQ(broker_.batches.size(), 1u);
  plugin_.MayReceive(page_, "a", "x");
  plugin_.Tick(4'000'000);
  EXPECT_EQ(broker_.batches.back().payload, "3");
}

// As AWS reads `x/#`: what is below x.
TEST_F(ConsoleTest, IsHandedRequestsByItsFiltersAsAnybodyIs) {
  ASSERT_TRUE(Come(page_));
  ASSERT_TRUE(plugin_.MaySubscribe(page_, "$aws/things/T/shadow/update/#"));
  EXPECT_FALSE(plugin_.MayReceive(page_, kUpdate, "{}"));
  ASSERT_TRUE(plugin_.MaySubscribe(page_, kUpdate));
  EXPECT_TRUE(plugin_.MayReceive(page_, kUpdate, "{}"));
  plugin_.Unsubscribe(page_, kUpdate);
  EXPECT_FALSE(plugin_.MayReceive(page_, kUpdate, "{}"));
}

}  // namespace
}  // namespace plugin
