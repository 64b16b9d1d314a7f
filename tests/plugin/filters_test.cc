#include "plugin/filters.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace plugin {
namespace {

const int one = 1;  // connections
const int two = 2;
constexpr absl::string_view kGet = "$aws/things/T/shadow/get";

// The device's session, and how many subscriptions the broker has for it.
class FiltersTest : public testing::Test {
 protected:
  FiltersTest() { filters_.Connect("device", &one, true); }

  void Subscribe(absl::string_view filter) { filters_.Subscribe("device", filter, held_++); }

  Filters filters_;
  size_t held_ = 0;
};

TEST_F(FiltersTest, AHashBelowTheRequestDoesNotDeliverIt) {  // K8
  Subscribe("$aws/things/T/shadow/get/#");
  EXPECT_FALSE(filters_.Deliver("device", kGet, true));
  EXPECT_FALSE(filters_.Deliver("device", kGet, false));
  Subscribe("$share/g/$aws/things/T/shadow/#");
  EXPECT_TRUE(filters_.Deliver("device", kGet, true));
  filters_.Unsubscribe("device", "$share/g/$aws/things/T/shadow/#");
  EXPECT_FALSE(filters_.Deliver("device", kGet, true));
}

TEST_F(FiltersTest, AFilterOutlivesTheSameForAGroup) {
  for (int again = 0; again < 2; ++again) {
    Subscribe(kGet);
    Subscribe(absl::StrCat("$share/g/", kGet));
  }
  filters_.Unsubscribe("device", absl::StrCat("$share/g/", kGet));
  EXPECT_TRUE(filters_.Deliver("device", kGet, true));
  filters_.Unsubscribe("device", kGet);
  EXPECT_FALSE(filters_.Deliver("device", kGet, true));
}

TEST_F(FiltersTest, ASessionOutlivesItsConnection) {
  Subscribe(kGet);
  filters_.Disconnect("device", &one, false);
  filters_.Connect("device", &one, false);
  EXPECT_TRUE(filters_.Deliver("device", kGet, false));
  filters_.Disconnect("device", &one, true);
  filters_.Connect("device", &one, true);
  EXPECT_FALSE(filters_.Deliver("device", kGet, false));
}

TEST_F(FiltersTest, AnUnknownSessionIsSparedItsOwnRequestsOnly) {
  filters_.Connect("other", &one, false);
  EXPECT_FALSE(filters_.Deliver("other", kGet, true));
  EXPECT_TRUE(filters_.Deliver("other", kGet, false));
  EXPECT_TRUE(filters_.Deliver("nobody", kGet, false));
}

TEST_F(FiltersTest, AnOldConnectionThatGoesLateTakesNothingWithIt) {
  filters_.Connect("device", &two, true);
  filters_.Disconnect("device", &one, true);
  Subscribe(kGet);
  EXPECT_TRUE(filters_.Deliver("device", kGet, true));
}

TEST_F(FiltersTest, AnUnknownSessionIsNotHandedWhatAKnownFilterExplains) {
  filters_.Connect("other", &one, false);
  filters_.Subscribe("other", "$aws/things/T/shadow/get/#", 7);
  EXPECT_FALSE(filters_.Deliver("other", kGet, false));
  EXPECT_TRUE(filters_.Deliver("other", "$aws/things/T/shadow/update", false));
}

TEST_F(FiltersTest, ASessionThatEndedUntoldIsForgotten) {
  Subscribe(kGet);
  filters_.Disconnect("device", &one, false);
  filters_.Connect("device", &two, false);
  held_ = 0;
  Subscribe("$aws/things/T/shadow/update");
  EXPECT_FALSE(filters_.Deliver("device", kGet, false)) << "all that it has is known";
}

TEST_F(FiltersTest, NoMoreIsRememberedOfASessionThanTheBrokerHas) {
  const auto subscribe_to_others = [&](int i) {
    filters_.Connect("device", &one, false);
    for (held_ = 0; held_ < 10;) Subscribe(absl::StrCat("$aws/things/", i, "/", held_, "/#"));
    filters_.Disconnect("device", &one, false);
  };
  subscribe_to_others(0);
  const size_t bytes = filters_.away_bytes();
  for (int i = 1; i < 10; ++i) subscribe_to_others(i);
  EXPECT_EQ(filters_.away_bytes(), bytes);
}

// Sessions that go away with a filter each; how many of them are remembered.
size_t Remembered(Filters& filters, int sessions) {
  for (int i = 0; i < sessions; ++i) {
    const std::string id = absl::StrCat("session", i);
    filters.Connect(id, &one, true);
    filters.Subscribe(id, kGet, 0);
    filters.Disconnect(id, &one, false);
  }
  return filters.sessions();
}

TEST(Filters, SessionsOfWhoIsAwayTakeBoundedMemory) {
  Filters filters(/*away_bytes_max=*/10'000);
  const size_t fit = Remembered(filters, 1000);
  EXPECT_GT(fit, 5u);
  EXPECT_LT(fit, 100u);
  EXPECT_TRUE(filters.Deliver("session999", kGet, true));
  EXPECT_FALSE(filters.Deliver("session0", kGet, true)) << "as of an unknown session";
}

TEST(Filters, WhoComesAndGoesPushesNobodyOut) {
  Filters filters(/*away_bytes_max=*/10'000);
  const size_t fit = Remembered(filters, 4);
  ASSERT_EQ(fit, 4u);
  for (int i = 0; i < 1000; ++i) {
    filters.Connect("session3", &two, false);
    filters.Disconnect("session3", &two, false);
  }
  EXPECT_EQ(filters.sessions(), fit);
}

TEST(Filters, WhoIsHereIsNotForgotten) {
  Filters filters(/*away_bytes_max=*/10'000);
  Remembered(filters, 2);
  filters.Connect("session0", &two, false);
  filters.Connect("session1", &two, true);
  filters.Subscribe("session1", kGet, 0);
  filters.Connect("here", &one, true);
  filters.Subscribe("here", kGet, 0);
  for (int i = 0; i < 1000; ++i) {
    filters.Connect(absl::StrCat(i), &one, true);
    filters.Disconnect(absl::StrCat(i), &one, false);
  }
  for (const absl::string_view id : {"session0", "session1", "here"}) {
    EXPECT_TRUE(filters.Deliver(id, kGet, true)) << id;
  }
}

}  // namespace
}  // namespace plugin
