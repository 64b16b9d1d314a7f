#include "proto/hearing.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

namespace proto {
namespace {

const std::vector<Hearing> kHearings = {
    {.id = {"T", ""}, .unheard = {.accepted = true, .documents = true}},
    {.id = {"Th", "S"}, .unheard = {.delta = true}},
    {.id = {"T", ""}, .unheard = {.documents = true}, .is_over = true},
    {.id = {}, .unheard = {.accepted = true, .documents = true, .delta = true}, .is_over = true}};

TEST(Hearings, HaveTheDocumentedBytes) {  // docs/link-format.md
  EXPECT_EQ(EncodeHearings(7, kHearings), std::string("SL\x0D\x0F\x04\0\0\0\x07\0\0\0\0\0\0\0"
                                                      "\x06\x01\0T\x08\x02\x01ThS"
                                                      "\x05\x01\0T\x0F\0\0",
                                                      33));
}

TEST(Hearings, ComeBackAsTheyWent) {
  const std::string bytes = EncodeHearings(7, kHearings);
  EXPECT_TRUE(IsHearings(bytes));
  const auto hearings = DecodeHearings(bytes);
  ASSERT_TRUE(hearings.ok()) << hearings.status();
  ASSERT_EQ(hearings->size(), kHearings.size());
  for (size_t i = 0; i < kHearings.size(); ++i) {
    EXPECT_EQ((*hearings)[i].id, kHearings[i].id) << i;
    EXPECT_EQ((*hearings)[i].unheard, kHearings[i].unheard) << i;
    EXPECT_EQ((*hearings)[i].is_over, kHearings[i].is_over) << i;
  }
}

TEST(Hearings, OfAnyOtherLengthAreRefused) {
  const std::string bytes = EncodeHearings(7, kHearings);
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(DecodeHearings(absl::string_view(bytes).substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(DecodeHearings(bytes + "x").ok());
}

TEST(Hearings, AreOfAnEpochAndOfNoAbsurdCount) {
  EXPECT_FALSE(DecodeHearings(EncodeHearings(0, kHearings)).ok());
  std::string bytes = EncodeHearings(7, kHearings);
  for (size_t i = 4; i < 8; ++i) bytes[i] = '\xFF';
  EXPECT_FALSE(DecodeHearings(bytes).ok());
}

TEST(Hearings, NameWhatTheyAreAbout) {
  const Unheard delta{.delta = true};
  for (const Hearing& bad :
       {Hearing{.id = {"", ""}, .unheard = delta}, Hearing{.id = {"a/b", ""}, .unheard = delta},
        Hearing{.id = {"T", "a b"}, .unheard = delta},
        Hearing{.id = {"T", "S"}, .unheard = delta, .is_over = true},
        Hearing{.id = {"a/b", ""}, .unheard = delta, .is_over = true},
        Hearing{.id = {"T", ""}, .unheard = {}}}) {
    EXPECT_FALSE(DecodeHearings(EncodeHearings(7, {bad})).ok()) << bad.id.thing << bad.id.name;
  }
  std::string unknown = EncodeHearings(7, {{.id = {"T", ""}, .unheard = delta}});
  unknown[16] |= 16;
  EXPECT_FALSE(DecodeHearings(unknown).ok());
}

TEST(Hearings, DamageNeverCrashes) {
  constexpr unsigned kSeed = 20261130;
  std::mt19937 random(kSeed);
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = EncodeHearings(7, kHearings);
    for (int i = 0; i < 3; ++i) bytes[random() % bytes.size()] = static_cast<char>(random());
    (void)DecodeHearings(bytes);
  }
}

}  // namespace
}  // namespace proto
