#include "history/entry.h"

#include <gtest/gtest.h>

#include "tests/shadow/text.h"

namespace history {
namespace {

using shadow::Arena;
using shadow::Document;
using shadow::Record;
using shadow::Tombstone;
using storage::HistoryKind;
using storage::HistoryLane;
using storage::RecordHead;
using storage::RecordKind;

constexpr int64_t kNow = 1'700'000'000;
const RecordHead kHead = {.last_change = 50, .last_wish = 40};

class Entry : public testing::Test {
 protected:
  Document Of(int64_t version, absl::string_view desired, absl::string_view reported) {
    return {.desired = shadow::Tree(desired, arena_, kNow - 5),
            .reported = shadow::Tree(reported, arena_, kNow - 5),
            .version = version,
            .updated_at = kNow - 5};
  }

  MadeEntry Made(HistoryKind kind, const std::optional<Record>& before, const Record& after) {
    return MakeEntry({.kind = kind,
                      .before = before,
                      .before_head = kHead,
                      .after = after,
                      .now = kNow,
                      .author = {.client_id = "app"},
                      .number = 60},
                     arena_);
  }

  Arena arena_;
};

TEST_F(Entry, PutsAChangeOfDesiredAmongTheWishes) {
  const MadeEntry made =
      Made(HistoryKind::kUpdate, Of(7, R"({"a":1})", "{}"), Of(8, R"({"a":2})", R"({"b":1})"));
  EXPECT_EQ(made.lane, HistoryLane::kWishes);
  EXPECT_EQ(made.entry.kind, HistoryKind::kUpdate);
  EXPECT_EQ(made.entry.version, 8);
  EXPECT_EQ(made.entry.time, kNow);
  EXPECT_EQ(made.entry.author.client_id, "app");
  EXPECT_EQ(made.entry.before, (storage::HistoryBefore{RecordKind::kDocument, 7, kNow - 5}));
  EXPECT_EQ(made.entry.previous_change, 50u);
  EXPECT_EQ(made.entry.previous_wish, 40u);
  EXPECT_EQ(made.head, (RecordHead{.last_change = 60, .last_wish = 60}));
}

TEST_F(Entry, PutsAChangeOfReportedAloneAmongTheReports) {
  const Document before = Of(7, R"({"a":1})", R"({"a":1})");
  Document after = before;
  after.version = 8;
  const MadeEntry silent = Made(HistoryKind::kUpdate, before, after);
  EXPECT_EQ(silent.lane, HistoryLane::kReports) << "nothing changed but the version";
  after.reported = shadow::Tree(R"({"a":3})", arena_, kNow);
  const MadeEntry made = Made(HistoryKind::kUpdate, before, after);
  EXPECT_EQ(made.lane, HistoryLane::kReports);
  EXPECT_EQ(made.head, (RecordHead{.last_change = 60, .last_wish = 40}));
}

TEST_F(Entry, PutsAnUpdateThatChangedNothingWhereItsWordsAre) {
  const std::optional<Record> before = Of(7, R"({"a":1})", R"({"a":1})");
  Record after = *before;
  std::get<Document>(after).version = 8;
  for (const bool names_desired : {false, true}) {
    const MadeEntry made = MakeEntry({.before = before,
                                      .before_head = kHead,
                                      .after = after,
                                      .now = kNow,
                                      .names_desired = names_desired,
                                      .number = 60},
                                     arena_);
    EXPECT_EQ(made.lane, names_desired ? HistoryLane::kWishes : HistoryLane::kReports);
    EXPECT_EQ(made.head.last_wish, names_desired ? 60u : 40u);
  }
}

TEST_F(Entry, TakesDesiredThatIsWrittenAgainForAWish) {
  const Document before = Of(7, R"({"a":1})", R"({"a":1})");
  Document after = before;
  after.desired = shadow::Tree(R"({"a":1})", arena_, kNow);
  const MadeEntry made = Made(HistoryKind::kUpdate, before, after);
  EXPECT_EQ(made.lane, HistoryLane::kWishes);
}

TEST_F(Entry, BeginsALineWhereNothingStood) {
  const std::optional<Record> expired = Tombstone{9, kNow - shadow::kTombstoneSeconds};
  for (const std::optional<Record>& before : {std::optional<Record>(), expired}) {
    const MadeEntry made = Made(HistoryKind::kUpdate, before, Of(1, "{}", R"({"a":1})"));
    EXPECT_EQ(made.lane, HistoryLane::kWishes);
    EXPECT_EQ(made.entry.kind, HistoryKind::kCreate);
    EXPECT_EQ(made.entry.before, storage::HistoryBefore());
    EXPECT_EQ(made.entry.previous_change, 0u);
    EXPECT_EQ(made.head, (RecordHead{.last_change = 60, .last_wish = 60}));
  }
}

TEST_F(Entry, GoesOnWithTheLineOfATombstone) {
  const Record tombstone = Tombstone{9, kNow - shadow::kTombstoneSeconds + 1};
  const MadeEntry made = Made(HistoryKind::kUpdate, tombstone, Of(10, "{}", "{}"));
  EXPECT_EQ(made.entry.kind, HistoryKind::kCreate);
  EXPECT_EQ(made.entry.before.kind, RecordKind::kTombstone);
  EXPECT_EQ(made.entry.before.version, 9);
  EXPECT_EQ(made.entry.previous_change, 50u);
  EXPECT_TRUE(made.entry.desired.empty());
}

TEST_F(Entry, TellsTheWholeDocumentOfADelete) {
  const MadeEntry made =
      Made(HistoryKind::kDelete, Of(9, R"({"a":1})", R"({"b":2})"), Tombstone{10, kNow});
  EXPECT_EQ(made.lane, HistoryLane::kWishes);
  EXPECT_EQ(made.entry.version, 10);
  EXPECT_EQ(made.entry.after, RecordKind::kTombstone);
  EXPECT_EQ(shadow::Text(made.entry.desired.value), R"({"a":1})");
  EXPECT_EQ(shadow::Text(made.entry.reported.value), R"({"b":2})");
  EXPECT_EQ(made.head, (RecordHead{.last_change = 60, .last_wish = 60}));
}

TEST_F(Entry, TellsOfAnImportWhenItCameAndWhichTimeItBrought) {
  const MadeEntry made = Made(HistoryKind::kImport, Of(9, "{}", "{}"), Of(3, "{}", "{}"));
  EXPECT_EQ(made.lane, HistoryLane::kWishes);
  EXPECT_EQ(made.entry.kind, HistoryKind::kImport);
  EXPECT_EQ(made.entry.time, kNow);
  EXPECT_EQ(made.entry.record_time, kNow - 5);
  EXPECT_EQ(made.entry.version, 3);
  EXPECT_EQ(made.entry.before.version, 9);
}

}  // namespace
}  // namespace history
