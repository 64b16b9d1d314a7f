#include "plugin/presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using Kind = LifecycleEvent::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

class PresenceTest : public testing::Test {
 protected:
  void Come(int handle, absl::string_view client_id, int64_t now_us = 0) {
    Come(presence_, handle, client_id, now_us);
  }
  void Come(Presence& presence, int handle, absl::string_view client_id, int64_t now_us = 0) {
    presence.Connected(connections_.Add({.handle = &handles_[handle], .id = client_id},
                                        {.principal = "p", .address = "::1"}, false),
                       now_us);
  }
  const Connections::Ended* Go(int handle, int64_t now_us = 0) {
    return Go(presence_, handle, now_us);
  }
  const Connections::Ended* Go(Presence& presence, int handle, int64_t now_us = 0) {
    const auto* const ended = connections_.Remove(&handles_[handle]);
    presence.Disconnected(*ended, now_us);
    return ended;
  }

  const Connections::Connection& Connection(int handle) const {
    return *connections_.Find(&handles_[handle]);
  }

  std::vector<LifecycleEvent> Flush() { return Flush(presence_); }
  std::vector<LifecycleEvent> Flush(Presence& presence) {
    std::vector<LifecycleEvent> events;
    presence.Flush(4711, [&](const LifecycleEvent& event) { events.push_back(event); });
    connections_.EndTurn(1);
    return events;
  }

  // Connects and goes, and gives the version of that.
  uint64_t VersionOf(Presence& presence, absl::string_view client_id, int64_t now_us = 0) {
    Come(presence, 0, client_id, now_us);
    Go(presence, 0, now_us);
    return Flush(presence).back().version;
  }

  RecordingBroker broker_;
  Connections connections_{broker_};
  Presence presence_{77};
  int handles_[3];
};

TEST_F(PresenceTest, AConnectionHasOneSessionAndOneVersion) {  // L7
  Come(0, "c");
  Go(0, 1);
  const auto events = Flush();
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].kind, Kind::kConnected);
  EXPECT_EQ(events[0].client_id, "c");
  EXPECT_EQ(events[0].principal, "p");
  EXPECT_EQ(events[0].address, "::1");
  EXPECT_EQ(events[0].timestamp_ms, 4711);
  EXPECT_EQ(events[1].kind, Kind::kDisconnected);
  EXPECT_EQ(events[1].version, events[0].version);
  EXPECT_EQ(events[1].session, events[0].session);
  EXPECT_EQ(events[1].principal, "p");
  EXPECT_THAT(Flush(), IsEmpty());
}

TEST_F(PresenceTest, SessionsAreUuidsOfTheirOwn) {
  const auto session = [&](Presence& presence) {
    Come(presence, 0, "c");
    return Flush(presence).back().session;
  };
  const std::string first = session(presence_);
  EXPECT_THAT(first, testing::MatchesRegex(
                         "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
  EXPECT_NE(first, session(presence_));
  Presence another_life(78);
  EXPECT_NE(first, session(another_life));
}

TEST_F(PresenceTest, VersionsGrowByClientAndBeginAgainAfterAnHourAway) {  // L7
  const auto version = [&](absl::string_view id, int64_t now_us) {
    return VersionOf(presence_, id, now_us);
  };
  EXPECT_EQ(version("a", 0), 0u);
  EXPECT_EQ(version("a", 1), 1u);
  EXPECT_EQ(version("b", 2), 0u);
  EXPECT_EQ(version("a", Presence::kForgetAfterUs), 2u);
  EXPECT_EQ(version("a", 2 * Presence::kForgetAfterUs - 1), 3u);
  EXPECT_EQ(version("a", 3 * Presence::kForgetAfterUs - 1), 0u);
}

TEST_F(PresenceTest, WhoIsThereIsNotForgotten) {
  Come(0, "a");
  Go(0);
  Come(0, "a", 1);
  Come(1, "b", 2 * Presence::kForgetAfterUs);
  Go(0, 2 * Presence::kForgetAfterUs);
  EXPECT_EQ(Flush().back().version, 1u);
}

TEST_F(PresenceTest, OnlySoManyThatAreAwayAreRemembered) {
  Presence presence(77, 2);
  const auto version = [&](absl::string_view id) { return VersionOf(presence, id); };
  version("a");
  version("b");
  EXPECT_EQ(version("b"), 1u);
  version("c");
  EXPECT_EQ(version("a"), 0u);
}

TEST_F(PresenceTest, WhoComesAndGoesMakesNobodyForgotten) {
  Presence presence(77, 2);
  const auto version = [&](absl::string_view id) { return VersionOf(presence, id); };
  version("a");
  for (uint64_t i = 0; i < 5; ++i) EXPECT_EQ(version("b"), i);
  EXPECT_EQ(version("a"), 1u);
}

TEST_F(PresenceTest, AnEndIsToldWithWhatBecameKnownUntilItsTurnWasOver) {  // L6
  Come(0, "c");
  const Connections::Ended* const ended = Go(0);
  connections_.WillIsSent(&handles_[0]);
  EXPECT_EQ(ended->reason, DisconnectReason::kConnectionLost);
  EXPECT_EQ(Flush().back().reason, DisconnectReason::kConnectionLost);
}

TEST_F(PresenceTest, ASecondConnectionHasTheNextVersion) {
  Come(0, "c");
  Come(1, "c");
  Go(0);
  Come(2, "another", 2 * Presence::kForgetAfterUs);  // who stands is not forgotten
  Go(1, 2 * Presence::kForgetAfterUs);
  EXPECT_EQ(Flush().back().version, 1u);
  EXPECT_EQ(VersionOf(presence_, "c", 2 * Presence::kForgetAfterUs), 2u);
}

TEST_F(PresenceTest, FiltersThatComeTogetherAreOneEvent) {  // L4
  Come(0, "a");
  Come(1, "b");
  Flush();
  presence_.Subscribed(Connection(0), "1");
  presence_.Subscribed(Connection(0), "2");
  presence_.Subscribed(Connection(1), "3");
  presence_.Unsubscribed(Connection(1), "3");
  presence_.Subscribed({.client_id = "c", .number = 4711}, "of nobody that is known");
  const auto events = Flush();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_THAT(events[0].topics, ElementsAre("1", "2"));
  EXPECT_EQ(events[1].client_id, "b");
  EXPECT_EQ(events[2].kind, Kind::kUnsubscribed);
  EXPECT_THAT(events[2].topics, ElementsAre("3"));
}

TEST_F(PresenceTest, AFloodOfFiltersIsCutShort) {
  Come(0, "a");
  for (size_t i = 0; i < 2 * Presence::kTopicsMax; ++i) {
    presence_.Subscribed(Connection(0), absl::StrCat(i));
  }
  EXPECT_EQ(Flush().back().topics.size(), Presence::kTopicsMax);
  presence_.Subscribed(Connection(0), "in the next turn");
  EXPECT_THAT(Flush().back().topics, ElementsAre("in the next turn"));
}

TEST_F(PresenceTest, FiltersThatComeAndGoInOneTurnAreCutShortTogether) {
  Come(0, "a");
  Come(1, "b");
  Flush();
  for (size_t i = 0; i < Presence::kTopicsMax; ++i) {
    presence_.Subscribed(Connection(0), "t");
    presence_.Unsubscribed(Connection(0), "t");
  }
  presence_.Subscribed(Connection(1), "of another");
  const auto events = Flush();
  EXPECT_EQ(events.size(), Presence::kTopicsMax + 1);
  EXPECT_THAT(events.back().topics, ElementsAre("of another"));
}

TEST_F(PresenceTest, LongFiltersAreCutShortByTheirBytes) {
  Come(0, "a");
  const std::string filter(65'535, 'x');
  for (int i = 0; i < 5; ++i) presence_.Subscribed(Connection(0), filter);
  EXPECT_EQ(Flush().back().topics.size(), Presence::kTopicBytesMax / filter.size());
}

TEST_F(PresenceTest, WhoIsRefusedIsToldOfToo) {  // L3
  presence_.Refused("c", {.address = "192.0.2.1"});
  presence_.Refused("#", {});
  const auto events = Flush();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, Kind::kConnectFailed);
  EXPECT_EQ(events[0].address, "192.0.2.1");
}

TEST_F(PresenceTest, ClientIdsWithWildcardsComeAndGoUnseen) {  // L5
  Come(0, "a+");
  presence_.Subscribed(Connection(0), "t");
  Go(0);
  EXPECT_THAT(Flush(), IsEmpty());
}

}  // namespace
}  // namespace plugin
