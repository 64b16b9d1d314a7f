#include "plugin/connections.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ConnectionsTest : public testing::Test {
 protected:
  void Come(const Client& client) { connections_.Add(client, {}, /*service=*/false); }

  // Connects, lets `happen` happen, goes, and gives why once the turn is over.
  template <class Happen>
  DisconnectReason ReasonOf(Happen happen) {
    Come(device_);
    happen();
    return connections_.Remove(device_.handle)->reason;
  }
  DisconnectReason ReasonIn(absl::string_view line) {
    return ReasonOf([&] { connections_.Logged(line); });
  }

  RecordingBroker broker_;
  Connections connections_{broker_};
  int handles_[2];
  Client device_{.handle = &handles_[0], .id = "device"};
  Client service_{.handle = &handles_[1], .id = "$shadow/link/1"};
};

TEST_F(ConnectionsTest, ANumberIsGivenOnce) {
  Come(device_);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 1u);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.Find(device_.handle), nullptr);
  Come(device_);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 2u);
}

TEST_F(ConnectionsTest, TheServiceIsNoClient) {
  connections_.Add(service_, {}, /*service=*/true);
  EXPECT_EQ(connections_.clients(), 0u);
  Come(device_);
  EXPECT_EQ(connections_.clients(), 1u);
  connections_.Remove(service_.handle);
  connections_.Remove(service_.handle);
  EXPECT_EQ(connections_.clients(), 1u);
}

TEST_F(ConnectionsTest, ACutComesWithTheNextTurnAndItsReason) {
  Come(device_);
  connections_.Cut(device_.handle, DisconnectReason::kApiInitiated, /*with_will=*/false);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  connections_.Tick();
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device without its will"));
  EXPECT_EQ(connections_.Remove(device_.handle)->reason, DisconnectReason::kApiInitiated);
}

TEST_F(ConnectionsTest, WhoHasGoneIsNotCutNorWhoCameAfterwards) {
  connections_.Cut(device_.handle, DisconnectReason::kClientError);  // not there yet
  Come(device_);
  connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Remove(device_.handle);
  Come(device_);  // the handle is used again
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

TEST_F(ConnectionsTest, WhatIsCutManyTimesIsCutOnce) {
  Come(device_);
  for (int i = 0; i < 3; ++i) connections_.Cut(device_.handle, DisconnectReason::kClientError);
  connections_.Tick();
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
}

TEST_F(ConnectionsTest, AClientIdLeadsToItsLatestConnection) {
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
  Come(device_);
  const Client again{.handle = &handles_[1], .id = "device"};
  Come(again);
  connections_.Remove(device_.handle);
  EXPECT_EQ(connections_.HandleOf("device"), again.handle);
  connections_.Remove(again.handle);
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
}

TEST_F(ConnectionsTest, AnEndIsUnknownUnlessSomethingTells) {  // L6
  EXPECT_EQ(ReasonOf([] {}), DisconnectReason::kUnknown);
  EXPECT_EQ(connections_.Remove(device_.handle), nullptr);
}

TEST_F(ConnectionsTest, AWillTellsThatTheConnectionWasLost) {
  Come(device_);
  const auto* const ended = connections_.Remove(device_.handle);
  connections_.WillIsSent(device_.handle);
  EXPECT_EQ(ended->reason, DisconnectReason::kConnectionLost);
  connections_.EndTurn(1);
  connections_.WillIsSent(device_.handle);  // after a delay: it was told
}

TEST_F(ConnectionsTest, WhoIsCutIsKnown) {
  Come(device_);
  connections_.WillBeCut(device_.handle, DisconnectReason::kForbiddenAccess);
  connections_.WillBeCut(device_.handle, DisconnectReason::kClientError);
  connections_.Logged("Client device been disconnected by administrative action.");
  const auto* const ended = connections_.Remove(device_.handle);
  connections_.WillIsSent(device_.handle);
  EXPECT_EQ(ended->reason, DisconnectReason::kForbiddenAccess);
}

TEST_F(ConnectionsTest, ASecondConnectionEndsTheFirst) {
  EXPECT_EQ(ReasonOf([&] { Come({.handle = &handles_[1], .id = "device"}); }),
            DisconnectReason::kDuplicateClientId);
}

TEST_F(ConnectionsTest, TheBrokersLogTellsWhy) {
  EXPECT_EQ(ReasonIn("Client device disconnected."), DisconnectReason::kClientInitiated);
  EXPECT_EQ(ReasonIn("1700000000: Client device closed its connection."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client device has exceeded timeout, disconnecting."),
            DisconnectReason::kKeepAliveTimeout);
  EXPECT_EQ(ReasonIn("Client device disconnected due to malformed packet."),
            DisconnectReason::kClientError);
  EXPECT_EQ(ReasonIn("Client device disconnected: Connection reset by peer."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Bad socket read/write on client device: Unknown error."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client device been disconnected by administrative action."),
            DisconnectReason::kServerInitiated);
}

TEST_F(ConnectionsTest, ABrokerThatTellsWhyIsBelievedOverItsLog) {  // Mosquitto 2.1
  Come(device_);
  connections_.Logged("Client device disconnected.");
  const auto* const ended = connections_.Remove(device_.handle, DisconnectReason::kConnectionLost);
  EXPECT_EQ(ended->reason, DisconnectReason::kConnectionLost);
}

TEST_F(ConnectionsTest, WhoIsCutOrTakenOverIsKnownWhateverTheBrokerTells) {
  Come(device_);
  connections_.WillBeCut(device_.handle, DisconnectReason::kForbiddenAccess);
  const auto told = DisconnectReason::kServerInitiated;
  EXPECT_EQ(connections_.Remove(device_.handle, told)->reason, DisconnectReason::kForbiddenAccess);
  Come(device_);
  Come({.handle = &handles_[1], .id = "device"});
  EXPECT_EQ(connections_.Remove(device_.handle, told)->reason,
            DisconnectReason::kDuplicateClientId);
}

TEST_F(ConnectionsTest, TheLogOfAnotherClientTellsNothing) {
  EXPECT_EQ(ReasonIn("Client d disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("Client device disconnected.\n"), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("device disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn(""), DisconnectReason::kUnknown);
}

TEST_F(ConnectionsTest, WhoComesAtAPlaceWhoseEndWasNotToldEndsWhoWasThere) {
  Come(device_);
  Come({.handle = device_.handle, .id = "another"});
  EXPECT_EQ(connections_.clients(), 1u);
  EXPECT_EQ(connections_.HandleOf("device"), nullptr);
  EXPECT_EQ(connections_.Find(device_.handle)->number, 2u);
}

// What is told: the numbers, those of connections that have ended with their last request.
class ConnectionsNewsTest : public ConnectionsTest {
 protected:
  static auto Into(std::vector<std::string>& told) {
    return [&told](const Connections::Connection& one, const Connections::Ended* ended) {
      std::string text = absl::StrCat(one.number, " ", one.client_id);
      if (ended != nullptr) absl::StrAppend(&text, " ended ", ended->last_request);
      told.push_back(std::move(text));
    };
  }

  std::vector<std::string> News() {
    std::vector<std::string> told;
    connections_.TellNews(Into(told));
    return told;
  }
  std::vector<std::string> All() {
    std::vector<std::string> told;
    connections_.TellAll(Into(told));
    return told;
  }

  Client late_{.handle = &handles_[1], .id = "late"};
};

TEST_F(ConnectionsNewsTest, WhoComesAndGoesIsNewsForOneTurn) {
  EXPECT_FALSE(connections_.HasNews());
  Come(device_);
  Come(late_);
  EXPECT_TRUE(connections_.HasNews());
  EXPECT_THAT(News(), ElementsAre("1 device", "2 late"));
  connections_.EndTurn(1);
  EXPECT_FALSE(connections_.HasNews());
  EXPECT_THAT(News(), IsEmpty());
  connections_.Remove(late_.handle);
  EXPECT_THAT(News(), ElementsAre("2 late ended 0"));
  EXPECT_THAT(All(), ElementsAre("2 late ended 0", "1 device"));
  connections_.EndTurn(1);
  EXPECT_THAT(All(), ElementsAre("1 device"));
}

TEST_F(ConnectionsNewsTest, WhoTakesAClientIdOverIsToldAfterWhoHadIt) {
  Come(device_);
  connections_.EndTurn(1);
  Come({.handle = &handles_[1], .id = "device"});
  connections_.Remove(device_.handle);
  EXPECT_THAT(News(), ElementsAre("1 device ended 0", "2 device"));
}

TEST_F(ConnectionsNewsTest, WhoComesAndGoesInOneTurnHasOnlyItsEnd) {
  Come(device_);
  connections_.Remove(device_.handle);
  EXPECT_THAT(News(), ElementsAre("1 device ended 0"));
}

TEST_F(ConnectionsNewsTest, OneThatHasEndedIsKnownWhileRequestsOfItsAreUnderWay) {
  Come(device_);
  Come(late_);
  connections_.Find(device_.handle)->last_request = 7;
  connections_.Find(late_.handle)->last_request = 3;
  connections_.Remove(device_.handle);
  connections_.Remove(late_.handle);
  connections_.EndTurn(/*answered_below=*/4);
  EXPECT_THAT(All(), ElementsAre("1 device ended 7"));
  connections_.EndTurn(7);
  EXPECT_THAT(All(), ElementsAre("1 device ended 7"));
  connections_.EndTurn(8);
  EXPECT_THAT(All(), IsEmpty());
}

TEST_F(ConnectionsNewsTest, WhatAConnectionStandsForIsNewsWhenItChanges) {
  connections_.Add(device_, {.thing = "lamp"}, /*service=*/false);
  connections_.EndTurn(1);
  connections_.StandsFor(device_.handle, "lamp");
  connections_.StandsFor(&handles_[1], "of nobody");
  EXPECT_FALSE(connections_.HasNews());
  connections_.StandsFor(device_.handle, "heater");
  EXPECT_THAT(News(), ElementsAre("1 device"));
  EXPECT_EQ(connections_.Find(device_.handle)->thing, "heater");
}

TEST_F(ConnectionsNewsTest, OfTheServiceNothingIsTold) {
  connections_.Add(service_, {}, /*service=*/true);
  EXPECT_THAT(All(), IsEmpty());
  connections_.Remove(service_.handle);
  EXPECT_THAT(News(), IsEmpty());
  EXPECT_THAT(All(), IsEmpty());
}

TEST_F(ConnectionsNewsTest, WhoSendsARequestWithoutAConnectionIsKnownWhileItIsUnderWay) {
  const uint64_t number = connections_.NewNumber();
  connections_.AddPassing(number, {.principal = "AKIA"}, /*request=*/5);
  EXPECT_THAT(News(), ElementsAre("1  ended 5"));
  connections_.EndTurn(5);
  EXPECT_THAT(All(), ElementsAre("1  ended 5"));
  connections_.EndTurn(6);
  EXPECT_THAT(All(), IsEmpty());
  EXPECT_EQ(connections_.clients(), 0u);
}

}  // namespace
}  // namespace plugin
