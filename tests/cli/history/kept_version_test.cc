#include "cli/history/kept_version.h"

#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "shadow/arena.h"

namespace cli {
namespace {

constexpr int64_t kTwoPm = 1795356000;  // 2026-11-22 14:00:00

absl::StatusOr<KeptVersion> ReadKept(absl::string_view text) {
  shadow::Arena arena;
  return ReadKeptVersion(*shadow::ParseJson(text, 0, arena));
}

KeptVersion Kept(absl::string_view text) {
  const auto kept = ReadKept(text);
  EXPECT_TRUE(kept.ok()) << kept.status();
  return kept.value_or(KeptVersion());
}

TEST(KeptVersion, HoldsTheDocumentToTheByte) {
  const std::string document =
      R"({"state":{"desired":{"a":1.10,"b":"é"}},"metadata":{},"version":12,"timestamp":9})";
  const auto kept = Kept(R"({"version":12,"timestamp":9,"document":)" + document + "}");
  EXPECT_EQ(kept.version, 12);
  EXPECT_EQ(kept.document, R"({"state":{"desired":{"a":1.1,"b":"é"}},)"
                           R"("metadata":{},"version":12,"timestamp":9})");
  EXPECT_FALSE(kept.entry);
}

TEST(KeptVersion, AFaultNamesItsMember) {
  EXPECT_EQ(ReadKept(R"({"version":12,"timestamp":9})").status().message(),
            "the answer: \"document\" is missing");
  EXPECT_EQ(
      ReadKept(R"({"version":1,"timestamp":9,"document":{},"connected":7})").status().message(),
      "the answer: \"connected\" is not a JSON object");
}

std::string Knowledge(absl::string_view connected, int64_t timestamp,
                      const Deliveries& deliveries = {}) {
  KeptVersion kept = Kept(absl::StrCat(R"({"version":41,"timestamp":)", timestamp,
                                       R"(,"document":{})", connected, "}"));
  return KnowledgeText(kept, kTwoPm, deliveries, absl::UTCTimeZone());
}

TEST(Knowledge, IsWhatWasPublishedAtMost) {
  EXPECT_EQ(Knowledge(R"(,"connected":{"since":1795353600})", kTwoPm - 60),
            "connected since 13:20:00: @41 was published to it");
  EXPECT_EQ(Knowledge(R"(,"connected":{"since":1795353600})", kTwoPm - 6000),
            "connected since 13:20:00: whether it knew @41 is not known");
  EXPECT_EQ(Knowledge(R"(,"connected":{"since":1795353600})", 1795353600),
            "connected since 13:20:00: whether it knew @41 is not known");
  EXPECT_EQ(Knowledge(R"(,"connected":{"since":1795353600})", kTwoPm - 6000, {.got = 41}),
            "connected since 13:20:00: it got @41");
  EXPECT_EQ(Knowledge(R"(,"connected":{"away_since":1795355880})", kTwoPm, {.last_published = 39}),
            "away since 13:58:00: at most @39");
  EXPECT_EQ(Knowledge(R"(,"connected":{"away_since":1795355880})", kTwoPm),
            "away since 13:58:00: it knew no version");
  EXPECT_EQ(Knowledge("", kTwoPm), "whether the device was connected is not kept");
}

}  // namespace
}  // namespace cli
