#include "plugin/presence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

using Kind = LifecycleEvent::Kind;
using testing::ElementsAre;
using testing::IsEmpty;

class PresenceTest : public testing::Test {
 protected:
  std::vector<LifecycleEvent> Flush() {
    std::vector<LifecycleEvent> events;
    presence_.Flush(4711, [&](const LifecycleEvent& event) { events.push_back(event); });
    return events;
  }

  // Connects, lets `end` happen, and gives why the connection ended.
  template <class End>
  DisconnectReason ReasonOf(End end) {
    presence_.Connected(&handles_[0], {.client_id = "c"}, 0);
    end();
    for (const LifecycleEvent& event : Flush()) {
      if (event.kind == Kind::kDisconnected) return event.reason;
    }
    ADD_FAILURE() << "no end";
    return DisconnectReason::kUnknown;
  }

  // Connects and goes, and gives the version of that.
  uint64_t VersionOf(Presence& presence, absl::string_view client_id) {
    presence.Connected(&handles_[0], {.client_id = client_id}, 0);
    presence.Disconnected(&handles_[0], 0);
    uint64_t version = 0;
    presence.Flush(0, [&](const LifecycleEvent& event) { version = event.version; });
    return version;
  }

  DisconnectReason ReasonIn(absl::string_view line) {
    return ReasonOf([&] {
      presence_.Logged(line);
      presence_.Disconnected(&handles_[0], 0);
    });
  }

  Presence presence_{77};
  int handles_[3];
};

TEST_F(PresenceTest, AConnectionHasOneSessionAndOneVersion) {  // L7
  presence_.Connected(&handles_[0], {.client_id = "c", .principal = "p", .address = "::1"}, 0);
  presence_.Disconnected(&handles_[0], 1);
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
    presence.Connected(&handles_[0], {.client_id = "c"}, 0);
    std::string id;
    presence.Flush(0, [&](const LifecycleEvent& event) { id = event.session; });
    return id;
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
    presence_.Connected(&handles_[0], {.client_id = id}, now_us);
    presence_.Disconnected(&handles_[0], now_us);
    return Flush().back().version;
  };
  EXPECT_EQ(version("a", 0), 0u);
  EXPECT_EQ(version("a", 1), 1u);
  EXPECT_EQ(version("b", 2), 0u);
  EXPECT_EQ(version("a", Presence::kForgetAfterUs), 2u);
  EXPECT_EQ(version("a", 2 * Presence::kForgetAfterUs - 1), 3u);
  EXPECT_EQ(version("a", 3 * Presence::kForgetAfterUs - 1), 0u);
}

TEST_F(PresenceTest, WhoIsThereIsNotForgotten) {
  presence_.Connected(&handles_[0], {.client_id = "a"}, 0);
  presence_.Disconnected(&handles_[0], 0);
  presence_.Connected(&handles_[0], {.client_id = "a"}, 1);
  presence_.Connected(&handles_[1], {.client_id = "b"}, 2 * Presence::kForgetAfterUs);
  presence_.Disconnected(&handles_[0], 2 * Presence::kForgetAfterUs);
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

TEST_F(PresenceTest, AnEndIsUnknownUnlessSomethingTells) {  // L6
  EXPECT_EQ(ReasonOf([&] { presence_.Disconnected(&handles_[0], 0); }), DisconnectReason::kUnknown);
}

TEST_F(PresenceTest, AWillTellsThatTheConnectionWasLost) {
  EXPECT_EQ(ReasonOf([&] {
              presence_.Disconnected(&handles_[0], 0);
              presence_.WillIsSent(&handles_[0]);
            }),
            DisconnectReason::kConnectionLost);
}

TEST_F(PresenceTest, ThePluginKnowsWhomItCuts) {
  EXPECT_EQ(ReasonOf([&] {
              presence_.WillBeCut(&handles_[0], DisconnectReason::kForbiddenAccess);
              presence_.WillBeCut(&handles_[0], DisconnectReason::kClientError);
              presence_.Logged("Client c been disconnected by administrative action.");
              presence_.Disconnected(&handles_[0], 0);
              presence_.WillIsSent(&handles_[0]);
            }),
            DisconnectReason::kForbiddenAccess);
}

TEST_F(PresenceTest, ASecondConnectionEndsTheFirst) {
  EXPECT_EQ(ReasonOf([&] {
              presence_.Connected(&handles_[1], {.client_id = "c"}, 0);
              presence_.Disconnected(&handles_[0], 0);
            }),
            DisconnectReason::kDuplicateClientId);
  presence_.Disconnected(&handles_[1], 0);
  EXPECT_EQ(Flush().back().version, 1u);
}

TEST_F(PresenceTest, TheBrokersLogTellsWhy) {
  EXPECT_EQ(ReasonIn("Client c disconnected."), DisconnectReason::kClientInitiated);
  EXPECT_EQ(ReasonIn("1700000000: Client c closed its connection."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client c has exceeded timeout, disconnecting."),
            DisconnectReason::kKeepAliveTimeout);
  EXPECT_EQ(ReasonIn("Client c disconnected due to malformed packet."),
            DisconnectReason::kClientError);
  EXPECT_EQ(ReasonIn("Client c disconnected: Connection reset by peer."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Bad socket read/write on client c: Unknown error."),
            DisconnectReason::kConnectionLost);
  EXPECT_EQ(ReasonIn("Client c been disconnected by administrative action."),
            DisconnectReason::kServerInitiated);
}

TEST_F(PresenceTest, TheLogOfAnotherClientTellsNothing) {
  EXPECT_EQ(ReasonIn("Client d disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("Client c disconnected.\n"), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn("c disconnected."), DisconnectReason::kUnknown);
  EXPECT_EQ(ReasonIn(""), DisconnectReason::kUnknown);
}

TEST_F(PresenceTest, FiltersThatComeTogetherAreOneEvent) {  // L4
  presence_.Connected(&handles_[0], {.client_id = "a"}, 0);
  presence_.Connected(&handles_[1], {.client_id = "b"}, 0);
  Flush();
  presence_.Subscribed(&handles_[0], "1");
  presence_.Subscribed(&handles_[0], "2");
  presence_.Subscribed(&handles_[1], "3");
  presence_.Unsubscribed(&handles_[1], "3");
  presence_.Subscribed(&handles_[2], "of nobody that is known");
  const auto events = Flush();
  ASSERT_EQ(events.size(), 3u);
  EXPECT_THAT(events[0].topics, ElementsAre("1", "2"));
  EXPECT_EQ(events[1].client_id, "b");
  EXPECT_EQ(events[2].kind, Kind::kUnsubscribed);
  EXPECT_THAT(events[2].topics, ElementsAre("3"));
}

TEST_F(PresenceTest, AFloodOfFiltersIsCutShort) {
  presence_.Connected(&handles_[0], {.client_id = "a"}, 0);
  for (size_t i = 0; i < 2 * Presence::kTopicsMax; ++i) {
    presence_.Subscribed(&handles_[0], absl::StrCat(i));
  }
  EXPECT_EQ(Flush().back().topics.size(), Presence::kTopicsMax);
  presence_.Subscribed(&handles_[0], "in the next turn");
  EXPECT_THAT(Flush().back().topics, ElementsAre("in the next turn"));
}

TEST_F(PresenceTest, FiltersThatComeAndGoInOneTurnAreCutShortTogether) {
  presence_.Connected(&handles_[0], {.client_id = "a"}, 0);
  presence_.Connected(&handles_[1], {.client_id = "b"}, 0);
  Flush();
  for (size_t i = 0; i < Presence::kTopicsMax; ++i) {
    presence_.Subscribed(&handles_[0], "t");
    presence_.Unsubscribed(&handles_[0], "t");
  }
  presence_.Subscribed(&handles_[1], "of another");
  const auto events = Flush();
  EXPECT_EQ(events.size(), Presence::kTopicsMax + 1);
  EXPECT_THAT(events.back().topics, ElementsAre("of another"));
}

TEST_F(PresenceTest, LongFiltersAreCutShortByTheirBytes) {
  presence_.Connected(&handles_[0], {.client_id = "a"}, 0);
  const std::string filter(65'535, 'x');
  for (int i = 0; i < 5; ++i) presence_.Subscribed(&handles_[0], filter);
  EXPECT_EQ(Flush().back().topics.size(), Presence::kTopicBytesMax / filter.size());
}

TEST_F(PresenceTest, WhoIsRefusedIsToldOfToo) {  // L3
  presence_.Refused(&handles_[0], {.client_id = "c", .address = "192.0.2.1"});
  presence_.Refused(&handles_[0], {.client_id = "#"});
  const auto events = Flush();
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].kind, Kind::kConnectFailed);
  EXPECT_EQ(events[0].address, "192.0.2.1");
}

TEST_F(PresenceTest, WhoIsRefusedLaterHasAnEnd) {
  EXPECT_EQ(ReasonOf([&] {
              presence_.Refused(&handles_[0], {.client_id = "c"});
              presence_.Disconnected(&handles_[0], 0);
            }),
            DisconnectReason::kAuthError);
}

TEST_F(PresenceTest, ClientIdsWithWildcardsComeAndGoUnseen) {  // L5
  presence_.Connected(&handles_[0], {.client_id = "a+"}, 0);
  presence_.Subscribed(&handles_[0], "t");
  presence_.Disconnected(&handles_[0], 0);
  EXPECT_THAT(Flush(), IsEmpty());
}

}  // namespace
}  // namespace plugin
