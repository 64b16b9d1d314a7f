#include "service/history/historian.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "rest/route.h"
#include "storage/memory_store.h"
#include "tests/service/history/past.h"
#include "tests/storage/open_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using rest::VersionName;
using storage::HistoryLane;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using By = VersionName::By;

const rest::HistoryOf kLampPast{"lamp", ""};
constexpr shadow::ShadowId kLampId{.thing = "lamp", .name = ""};

rest::ListHistory List(size_t entries_max = 100, uint64_t before = 0) {
  return {.of = kLampPast, .entries_max = entries_max, .before = before};
}
rest::GetVersion VersionNumber(int64_t number) { return {kLampPast, {By::kNumber, number}}; }
rest::GetVersion VersionBack(int64_t number) { return {kLampPast, {By::kBack, number}}; }
rest::GetVersion VersionAt(int64_t time) { return {kLampPast, {By::kTime, time}}; }

// Wishes are versions 1, 5 and 9; what is between and behind them only reports.
void WishAndReport(Past& past) {
  for (int version = 1; version <= 10; ++version) {
    past.endpoint.now = 1000 + version;
    const absl::string_view section = version % 4 == 1 ? "desired" : "reported";
    EXPECT_EQ(
        past.Update(kLampId, absl::StrCat(R"({"state":{")", section, R"(":{"a":)", version, "}}}")),
        "update/accepted");
  }
}

constexpr storage::HistoryBounds kTwoReports = {.reports = {.entries_max = 2, .days_max = 30}};

class HistorianTest : public testing::Test {
 protected:
  storage::MemoryStore store_;
};

TEST_F(HistorianTest, TellsAVersionToTheByteWithWhatMadeIt) {
  Past past(store_);
  past.endpoint.now = 1000;
  past.Update(kLampId, R"({"state":{"desired":{"b":[1,{"x":"é"}],"a":1.50}},"clientToken":"t"})");
  const std::string given = past.Get(kLampId);
  past.endpoint.now = 1001;
  past.Update(kLampId, R"({"state":{"desired":{"b":null},"reported":{"a":1}}})");
  const std::string wanted = absl::StrCat(
      R"({"version":1,"timestamp":1000,"document":)", given,
      R"(,"entry":{"change":1,"kind":"create","version":1,"timestamp":1000,"thing":"lamp",)",
      R"("lane":"w")");
  for (const auto& asked : {VersionNumber(1), VersionBack(1), VersionAt(1000)}) {
    EXPECT_THAT(past.Ask(asked), StartsWith(wanted));
    EXPECT_EQ(past.status, 200);
  }
  EXPECT_THAT(past.Ask(VersionNumber(1)),
              HasSubstr(R"("clientToken":"t","changes":[{"path":["desired","b"],"new":)"
                        R"([1,{"x":"é"}]},{"path":["desired","a"],"new":1.5}]})"));
  EXPECT_THAT(past.Ask(VersionNumber(2)),
              HasSubstr(R"("changes":[{"path":["desired","b"],"old":[1,{"x":"é"}]},)"
                        R"({"path":["reported","a"],"new":1}])"));
}

TEST_F(HistorianTest, BeyondTheReportsShowsWhatWasDesired) {
  Past past(store_, kTwoReports);
  WishAndReport(past);
  const std::string list = past.Ask(List());
  for (const absl::string_view version : {"10", "9", "8", "5", "1"}) {
    EXPECT_THAT(list, HasSubstr(absl::StrCat(R"("version":)", version, ",\"timestamp\"")));
  }
  for (const absl::string_view version : {"7", "6", "4", "3", "2"}) {
    EXPECT_THAT(list, Not(HasSubstr(absl::StrCat(R"("version":)", version, ",\"timestamp\""))));
  }
  // The document of 8 is whole: it is the one before 9, and 8 itself is kept.
  EXPECT_THAT(past.Ask(VersionNumber(8)), HasSubstr(R"("reported":{"a":8},"delta")"));
  const std::string six = past.Ask(VersionNumber(6));
  EXPECT_THAT(six, StartsWith(R"({"version":6,"timestamp":1005,"document":{"state":{"desired":)"
                              R"({"a":5}},"metadata":{"desired":{"a":{"timestamp":1005}}},)"
                              R"("version":6,"timestamp":1005})"));
  EXPECT_THAT(six, HasSubstr(R"("reported":"not kept before version 7 of 1970-01-01T00:16:47Z")"));
  EXPECT_EQ(past.Ask(VersionBack(4)), six);
  EXPECT_THAT(past.Ask(VersionAt(1006)), StartsWith(R"({"version":5,"timestamp":1005,)"));
  EXPECT_THAT(past.Ask(rest::CompareVersions{kLampPast, {By::kNumber, 2}, {By::kNumber, 10}}),
              StartsWith(R"({"from":2,"to":10,"changes":[{"path":["desired","a"],"old":1,"new":9}])"
                         R"(,"reported":"not kept before version)"));
  past.Ask(rest::Restore{.of = kLampPast, .version = {By::kNumber, 6}, .reported = true},
           [](const std::string&) { ADD_FAILURE(); });
  EXPECT_EQ(past.status, 404);
}

TEST_F(HistorianTest, NothingIsSaidOfReportsThatAreNotKept) {
  Past past(store_, {.reports = {.entries_max = 0, .days_max = 30}});
  past.Update(kLampId, R"({"state":{"desired":{"a":1},"reported":{"secret":1}}})");
  past.Update(kLampId, R"({"state":{"desired":{"a":2},"reported":null}})");
  past.Update(kLampId, R"({"state":{"reported":{"b":1}}})");
  EXPECT_THAT(past.Ask(VersionNumber(2)),
              HasSubstr(R"("changes":[{"path":["desired","a"],"old":1,"new":2}]})"));
}

TEST_F(HistorianTest, WhoseReportsAreAllBeyondKnowsItsNewestAsAWhole) {
  Past past(store_, {.reports = {.entries_max = 0, .days_max = 30}});
  WishAndReport(past);
  const std::string newest = past.Get(kLampId);
  for (const auto& asked : {VersionNumber(10), VersionBack(0), VersionAt(1010)}) {
    EXPECT_EQ(past.Ask(asked),
              absl::StrCat(R"({"version":10,"timestamp":1010,"document":)", newest, "}"));
  }
  EXPECT_THAT(past.Ask(VersionBack(1)), StartsWith(R"({"version":9,"timestamp":1009,)"));
}

TEST_F(HistorianTest, NumbersMeanTheNewestLifeAndTimesAny) {
  Past past(store_);
  past.endpoint.now = 1000;
  past.Update(kLampId, R"({"state":{"desired":{"life":1}}})");
  past.Update(kLampId, R"({"state":{"desired":{"life":1.5}}})");
  past.endpoint.now = 2000;
  past.Delete(kLampId);
  past.endpoint.now = 2000 + shadow::kTombstoneSeconds;
  EXPECT_THAT(past.Ask(VersionNumber(1)), HasSubstr(R"({"life":1})"));  // gone without a trace
  EXPECT_THAT(past.Ask(VersionBack(1)),
              StartsWith(R"({"version":3,"timestamp":2000,"document":null)"));
  past.Update(kLampId, R"({"state":{"desired":{"life":2}}})");
  EXPECT_THAT(past.Ask(VersionNumber(1)), HasSubstr(R"({"life":2})"));
  past.Ask(VersionNumber(2));
  EXPECT_EQ(past.status, 404);
  EXPECT_THAT(past.Ask(VersionAt(1999)), HasSubstr(R"({"life":1.5})"));
  EXPECT_THAT(past.Ask(VersionAt(2000)),
              StartsWith(R"({"version":3,"timestamp":2000,"document":null)"));
  EXPECT_THAT(past.Ask(VersionAt(999)), HasSubstr("was not there at this time"));
  EXPECT_THAT(past.Ask(List()),
              HasSubstr(R"("end":"begin","kept_from":{"version":1,"timestamp":1000}})"));
}

TEST_F(HistorianTest, AListGoesOnWhereASliceEnded) {
  Past past(store_);
  WishAndReport(past);
  std::vector<std::string> pages;
  uint64_t before = 0;
  do {
    pages.push_back(past.AskInSlices(List(100, before), 2).body);
    // Two more entries for each page, though one before it is walked over again.
    before = 11 - 3 * pages.size();
  } while (pages.size() < 3);
  EXPECT_THAT(pages[0], HasSubstr(absl::StrCat(R"("nextToken":")", rest::PageToken("8"))));
  EXPECT_THAT(pages[1], StartsWith(R"({"entries":[{"change":7,)"));
  EXPECT_THAT(pages[2], StartsWith(R"({"entries":[{"change":4,)"));
  const auto deep = past.AskInSlices(List(100, 3), 2);
  EXPECT_GT(deep.slices, 1u);
  EXPECT_THAT(deep.body, StartsWith(R"({"entries":[{"change":2,)"));
  EXPECT_THAT(past.AskInSlices(VersionNumber(1), 2).body, StartsWith(R"({"version":1,)"));
}

TEST_F(HistorianTest, AListHoldsNoMoreThanWasAskedFor) {
  Past past(store_);
  WishAndReport(past);
  EXPECT_THAT(past.Ask(List(2)), HasSubstr(absl::StrCat(R"("nextToken":")", rest::PageToken("9"))));
  EXPECT_THAT(past.Ask(List(10)), HasSubstr(R"(],"end":"begin")"));
  EXPECT_THAT(past.Ask(List(2, 3)), HasSubstr(R"(],"end":"begin")"));
}

TEST_F(HistorianTest, EventsStandAmongTheChanges) {
  Past past(store_);
  past.Update(kLampId, R"({"state":{"desired":{"a":1}}})");
  const auto put = [this](uint64_t change, storage::HistoryKind kind, int64_t time,
                          absl::string_view detail) {
    const storage::HistoryEntry event = {
        .kind = kind, .time = time, .author = {.client_id = "c-1"}, .detail = detail};
    ASSERT_TRUE(storage::Put(store_, storage::HistoryKey(kLampId, HistoryLane::kEvents, change),
                             storage::EncodeHistoryEntry(event, change))
                    .ok());
  };
  put(2, storage::HistoryKind::kConnected, 2000, "");
  put(3, storage::HistoryKind::kGet, 2001, "config");
  put(4, storage::HistoryKind::kEnded, 2010, "keepalive");
  EXPECT_THAT(
      past.Ask(List()),
      StartsWith(R"({"entries":[{"change":4,"kind":"ended","timestamp":2010,"thing":"lamp",)"
                 R"("lane":"e","clientId":"c-1","reason":"keepalive"},)"
                 R"({"change":3,"kind":"get","timestamp":2001,"thing":"lamp",)"
                 R"("name":"config","lane":"e","clientId":"c-1"},)"
                 R"({"change":2,"kind":"connected","timestamp":2000,)"));
  auto wishes = List();
  wishes.filter.events = false;
  EXPECT_THAT(past.Ask(wishes), StartsWith(R"({"entries":[{"change":1,"kind":"create")"));
  const rest::ListHistory named{.of = {"lamp", "config"}, .entries_max = 9};
  past.Update({"lamp", "config"}, R"({"state":{"desired":{"a":1}}})");
  EXPECT_THAT(past.Ask(named), HasSubstr(R"("reason":"keepalive")"));
  EXPECT_THAT(past.Ask(VersionAt(2005)), HasSubstr(R"("connected":{"since":2000}})"));
  EXPECT_THAT(past.Ask(VersionAt(2010)), HasSubstr(R"("connected":{"away_since":2010}})"));
  EXPECT_THAT(past.Ask(VersionNumber(1)), Not(HasSubstr("connected\":{")));
}

TEST_F(HistorianTest, WhoIsHiddenFromWhoMayNotSeeIt) {
  Past past(store_);
  past.Update(kLampId, R"({"state":{"desired":{"a":1}},"clientToken":"t"})");
  const storage::HistoryEntry event = {.kind = storage::HistoryKind::kConnected,
                                       .time = 2000,
                                       .author = {.way = storage::HistoryWay::kWebSocket,
                                                  .client_id = "secret-client",
                                                  .principal = "secret-principal",
                                                  .address = "secret-address"}};
  ASSERT_TRUE(storage::Put(store_, storage::HistoryKey(kLampId, HistoryLane::kEvents, 2),
                           storage::EncodeHistoryEntry(event, 2))
                  .ok());
  EXPECT_THAT(past.Ask(List()), HasSubstr(R"("way":"websocket","clientId":"secret-client",)"
                                          R"("principal":"secret-principal","address":)"));
  past.provenance = Provenance::kHidden;
  const std::string hidden = past.Ask(List());
  EXPECT_THAT(hidden, HasSubstr(R"("way":"websocket"})"));
  EXPECT_THAT(hidden, Not(HasSubstr("secret")));
}

TEST_F(HistorianTest, DamageEndsWhatIsToldAndHarmsNothingElse) {
  Past past(store_);
  WishAndReport(past);
  ASSERT_TRUE(
      storage::Put(store_, storage::HistoryKey(kLampId, HistoryLane::kWishes, 5), "\x01\xff").ok());
  EXPECT_THAT(past.Ask(List()), HasSubstr(R"(],"end":"damaged","kept_from":{"version":5,)"));
  EXPECT_THAT(past.Ask(VersionNumber(6)), StartsWith(R"({"version":6,)"));
  EXPECT_THAT(past.Ask(VersionNumber(5)), StartsWith(R"({"version":5,)"));
  EXPECT_THAT(past.Ask(VersionNumber(4)), HasSubstr("Version 4 is not kept"));
  ASSERT_TRUE(storage::Put(store_, storage::RecordKey(kLampId), "\x01\xff").ok());
  past.Ask(VersionNumber(6));
  EXPECT_EQ(past.status, 500);
}

TEST_F(HistorianTest, SaysThatHistoryIsOffWhereNothingIsKept) {
  Past past(store_, {}, false);
  past.Update(kLampId, R"({"state":{"desired":{"a":1}}})");
  past.Update(kLampId, R"({"state":{"desired":{"a":2}}})");
  for (const std::string& answer :
       {past.Ask(List()), past.Ask(VersionNumber(1)), past.Ask(rest::Blame{kLampPast})}) {
    EXPECT_THAT(answer, HasSubstr("shadowd runs with --history=off"));
    EXPECT_EQ(past.status, 404);
  }
  EXPECT_THAT(past.Ask(VersionNumber(2)), HasSubstr(R"({"a":2})"));
}

TEST_F(HistorianTest, BlamesWhatIsKeptAndTellsTheTimeOfTheRest) {
  {
    Past past(store_, {}, false);
    past.endpoint.now = 900;
    past.Update(kLampId, R"({"state":{"desired":{"old":1,"both":1}}})");
  }
  Past past(store_);
  past.endpoint.now = 1000;
  past.Update(kLampId, R"({"state":{"desired":{"new":[1,2],"both":1}}})");
  EXPECT_EQ(past.Ask(rest::Blame{kLampPast}),
            R"({"version":2,"leaves":[{"path":["desired","old"],"value":1,"timestamp":900},)"
            R"({"path":["desired","both"],"value":1,"version":2,"timestamp":1000,"change":1},)"
            R"({"path":["desired","new"],"value":[1,2],"version":2,"timestamp":1000,"change":1}],)"
            R"("end":"not_kept","kept_from":{"version":1,"timestamp":900}})");
}

TEST_F(HistorianTest, ARestoreNamesTheVersionThatItWasMadeFor) {
  Past past(store_);
  past.Update(kLampId, R"({"state":{"desired":{"a":1,"b":{"x":1}}}})");
  past.Update(kLampId, R"({"state":{"desired":{"a":2,"b":{"y":1},"c":1}}})");
  rest::Restore restore{.of = kLampPast, .version = {By::kNumber, 1}};
  const std::string update = past.UpdateOf(restore);
  EXPECT_EQ(update, R"({"state":{"desired":{"a":1,"b":{"y":null},"c":null}},"version":2})");
  past.Update(kLampId, R"({"state":{"reported":{"moved":"on"}}})");
  EXPECT_EQ(past.Update(kLampId, update), "update/rejected");
  restore.expect = 2;
  EXPECT_EQ(past.UpdateOf(restore), "");
  EXPECT_EQ(past.status, 409);
  restore.expect = 3;
  EXPECT_EQ(past.Update(kLampId, past.UpdateOf(restore)), "update/accepted");
  restore.expect = std::nullopt;
  EXPECT_EQ(past.UpdateOf(restore), "");  // it is as it was
  EXPECT_EQ(past.status, 200);
}

TEST_F(HistorianTest, ADryRunIsRefusedAsTheUpdateWouldBe) {
  Past past(store_);
  const std::string large(7000, 'x');
  past.Update(kLampId, absl::StrCat(R"({"state":{"desired":{"a":")", large, R"("}}})"));
  past.Update(kLampId,
              absl::StrCat(R"({"state":{"desired":{"a":1},"reported":{"a":")", large, R"("}}})"));
  const auto never = [](const std::string&) { ADD_FAILURE(); };
  const std::string refused =
      past.Ask(rest::Restore{.of = kLampPast, .version = {By::kNumber, 1}, .dry_run = true}, never);
  EXPECT_EQ(past.status, 413);
  EXPECT_THAT(refused, HasSubstr("too large"));
}

TEST(Historian, TellsTheSameOfAStoreOnDisk) {
  const storage::ScratchFolder folder;
  const auto on_disk = storage::OpenStore(folder.In("store"));
  ASSERT_NE(on_disk, nullptr);
  storage::MemoryStore in_memory;
  Past one(*on_disk);
  Past other(in_memory);
  for (int i = 0; i < 700; ++i) {  // more than is read ahead at once
    const std::string payload =
        absl::StrCat(R"({"state":{")", i % 3 == 0 ? "desired" : "reported", R"(":{"n":)", i, "}}}");
    one.Update(kLampId, payload);
    other.Update(kLampId, payload);
  }
  const std::string list = one.AskInSlices(List(1000), 1000).body;
  EXPECT_EQ(list, other.AskInSlices(List(1000), 1000).body);
  for (int version = 1; version <= 700; ++version) {
    EXPECT_THAT(list, HasSubstr(absl::StrCat(R"("version":)", version, R"(,"timestamp")")));
  }
  EXPECT_EQ(one.Ask(rest::Blame{kLampPast}), other.Ask(rest::Blame{kLampPast}));
  for (int version = 1; version < 700; version += 97) {
    EXPECT_EQ(one.Ask(VersionNumber(version)), other.Ask(VersionNumber(version)));
  }
}

}  // namespace
}  // namespace service
