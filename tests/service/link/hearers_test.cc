#include "service/link/hearers.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"

namespace service {
namespace {

using proto::Hearing;
using proto::Unheard;

constexpr Unheard kAll{.accepted = true, .documents = true, .delta = true};
constexpr Unheard kButDelta{.accepted = true, .documents = true};

class HearersTest : public testing::Test {
 protected:
  // An update over broker 0, at which nobody hears anything of it.
  Unheard UnheardOf(const shadow::ShadowId& id) { return hearers_.UnheardOf(id, 0, kAll); }

  Hearers hearers_{3, /*shadows_max=*/100};
};

TEST_F(HearersTest, WhatIsNotKnownIsHeard) {
  EXPECT_EQ(UnheardOf({"T", ""}), Unheard());
  hearers_.Hear(1, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  EXPECT_EQ(UnheardOf({"T", ""}), Unheard());  // of broker 2 nothing is known
}

TEST_F(HearersTest, OnlyWhatNobodyHearsAnywhereIsUnheard) {
  hearers_.Hear(1, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  hearers_.Hear(2, {Hearing{.id = {"T", ""}, .unheard = kButDelta}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
  EXPECT_EQ(hearers_.UnheardOf({"T", ""}, 0, {.documents = true}), Unheard{.documents = true});
  EXPECT_EQ(UnheardOf({"T", "S"}), Unheard());
  EXPECT_EQ(UnheardOf({"U", ""}), Unheard());
}

TEST_F(HearersTest, TheAskersBrokerSpeaksForItself) {
  hearers_.Hear(1, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  EXPECT_EQ(hearers_.UnheardOf({"T", ""}, 2, kAll), Unheard());  // broker 0 has told nothing
  hearers_.Hear(0, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  EXPECT_EQ(hearers_.UnheardOf({"T", ""}, 2, kButDelta), kButDelta);
}

TEST_F(HearersTest, OneBrokerAloneIsAskedWithTheRequest) {
  EXPECT_EQ(Hearers(1).UnheardOf({"T", ""}, 0, kButDelta), kButDelta);
}

TEST_F(HearersTest, OneMessageIsToldAfterTheOther) {
  for (const size_t broker : {1, 2}) {
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = {.documents = true}}});
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = {.accepted = true}}});
  }
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
}

TEST_F(HearersTest, ItIsOverForEveryShadowOfTheThing) {
  for (const size_t broker : {1, 2}) {
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = kAll},
                           Hearing{.id = {"T", "S"}, .unheard = kAll},
                           Hearing{.id = {"U", ""}, .unheard = kAll}});
  }
  hearers_.Hear(1, {Hearing{.id = {"T", ""}, .unheard = {.delta = true}, .is_over = true},
                    Hearing{.id = {"V", ""}, .unheard = kAll, .is_over = true}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
  EXPECT_EQ(UnheardOf({"T", "S"}), kButDelta);
  EXPECT_EQ(UnheardOf({"U", ""}), kAll);
  hearers_.Hear(1, {Hearing{.id = {"T", "S"}, .unheard = {.delta = true}}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
  EXPECT_EQ(UnheardOf({"T", "S"}), kAll);
}

TEST_F(HearersTest, ItIsOverForAll) {
  for (const size_t broker : {1, 2}) {
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = kAll},
                           Hearing{.id = {"U", "S"}, .unheard = kAll}});
  }
  hearers_.Hear(2, {Hearing{.id = {}, .unheard = {.delta = true}, .is_over = true},
                    Hearing{.id = {"U", "S"}, .unheard = {.delta = true}}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
  EXPECT_EQ(UnheardOf({"U", "S"}), kAll);
}

TEST_F(HearersTest, ANewSessionHasToldNothing) {
  for (const size_t broker : {1, 2}) {
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  }
  hearers_.Forget(1);
  EXPECT_EQ(UnheardOf({"T", ""}), Unheard());
  hearers_.Hear(1, {Hearing{.id = {"T", ""}, .unheard = kButDelta}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
}

TEST_F(HearersTest, WhoIsSilentMayHearAgain) {
  const absl::Time start = absl::FromUnixSeconds(1'000);
  for (const size_t broker : {1, 2}) {
    hearers_.Heard(broker, start);
    hearers_.Hear(broker, {Hearing{.id = {"T", ""}, .unheard = kAll}});
  }
  hearers_.ForgetSilent(start + Hearers::kSilenceMax);
  EXPECT_EQ(UnheardOf({"T", ""}), kAll);
  hearers_.Heard(1, start + absl::Seconds(1));
  hearers_.ForgetSilent(start + Hearers::kSilenceMax + absl::Milliseconds(1));
  EXPECT_EQ(UnheardOf({"T", ""}), Unheard());
  hearers_.Hear(2, {Hearing{.id = {"T", ""}, .unheard = kButDelta}});
  EXPECT_EQ(UnheardOf({"T", ""}), kButDelta);
}

TEST_F(HearersTest, WhatIsRememberedIsBounded) {
  Hearers hearers(2, 100);
  for (int i = 0; i < 100; ++i) {
    hearers.Hear(1, {Hearing{.id = {absl::StrCat("T", i), ""}, .unheard = kAll}});
  }
  EXPECT_EQ(hearers.UnheardOf({"T0", ""}, 0, kAll), kAll);
  hearers.Hear(1, {Hearing{.id = {"one more", ""}, .unheard = kAll}});
  EXPECT_EQ(hearers.UnheardOf({"T0", ""}, 0, kAll), Unheard());
  EXPECT_EQ(hearers.UnheardOf({"one more", ""}, 0, kAll), kAll);
}

}  // namespace
}  // namespace service
