#include "cli/history/telling.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/shadow/terminal.h"

namespace cli {
namespace {

std::string LinesOf(const std::vector<Entry>& entries, std::vector<std::string> path = {},
                    bool colour = false) {
  std::vector<std::vector<std::string>> rows;
  const EntryStyle style{absl::UTCTimeZone(), colour, std::move(path)};
  for (const Entry& entry : entries) {
    for (auto& row : EntryRows(entry, style)) rows.push_back(std::move(row));
  }
  return Columns().Text(rows);
}

Entry Update(int64_t version, Author author, std::vector<Change> changes) {
  Entry entry;
  entry.kind = "update";
  entry.version = version;
  entry.timestamp = 1795356130;
  entry.lane = "w";
  entry.author = std::move(author);
  entry.changes = std::move(changes);
  return entry;
}

Entry Event(const std::string& kind, Author author) {
  Entry entry;
  entry.kind = kind;
  entry.timestamp = 1795356130;
  entry.lane = "e";
  entry.author = std::move(author);
  return entry;
}

const Change kFirmware{{"desired", "fw"}, "\"2.0\"", "\"2.1\""};
const Change kNew{{"desired", "a", "b"}, std::nullopt, "1"};
const Change kGone{{"reported", "c"}, "[1]", std::nullopt};

TEST(EntryRows, SayWhenWhoAndWhatBelowEachOther) {
  const Author anna{.way = "console", .principal = "anna", .address = "10.0.0.7"};
  const Author app{.way = "mqtt", .client_id = "fleet-app", .principal = std::string(64, 'c')};
  Entry got = Event("get", {.way = "mqtt", .client_id = "lamp"});
  got.version = 41;
  got.name = "config";
  EXPECT_EQ(LinesOf({Update(141, anna, {kFirmware}), got, Update(17, app, {kNew, kGone})}),
            "@141  2026-11-22 14:02:10  console user anna (10.0.0.7)           "
            "desired.fw: \"2.0\" -> \"2.1\"\n"
            "      2026-11-22 14:02:10  client lamp                            got @41 of config\n"
            "@17   2026-11-22 14:02:10  certificate cccccc.. client fleet-app  "
            "desired.a.b: (none) -> 1\n"
            "                                                                  "
            "reported.c: [1] -> (none)\n");
}

TEST(EntryRows, OfAPathAreItsChangesAlone) {
  const Entry entry = Update(1, {}, {kFirmware, kNew, kGone});
  for (const auto& path : {std::vector<std::string>{"desired", "a"}, {"desired", "a", "b", "c"}}) {
    EXPECT_EQ(LinesOf({entry}, path),
              "@1  2026-11-22 14:02:10  unknown  desired.a.b: (none) -> 1\n");
  }
}

TEST(EntryRows, LightUpWhatIsNow) {
  EXPECT_THAT(LinesOf({Update(1, {}, {kNew})}, {}, true),
              testing::HasSubstr("(none) -> \x1b[33m1\x1b[0m\n"));
}

TEST(EntryRows, SayWhatAnEntryIs) {
  const auto what = [](const std::string& kind, const std::string& reason = "") {
    Entry entry = Event(kind, {});
    entry.reason = reason;
    return EntryRows(entry, {.zone = absl::UTCTimeZone()})[0][3];
  };
  EXPECT_EQ(what("create"), "created");
  EXPECT_EQ(what("delete"), "deleted");
  EXPECT_EQ(what("import"), "imported");
  EXPECT_EQ(what("restore"), "restored");
  EXPECT_EQ(what("connected"), "connected");
  EXPECT_EQ(what("get"), "asked, and there was none");
  EXPECT_EQ(what("ended"), "disconnected");
  EXPECT_EQ(what("ended", "MQTT_KEEP_ALIVE_TIMEOUT"), "disconnected: MQTT_KEEP_ALIVE_TIMEOUT");
  EXPECT_EQ(what("update"), "(the same values again)");
  EXPECT_EQ(what("\x1b[2J"), "\\x1b[2J");
}

TEST(WhoText, NamesWhoIsKnownAndTheWay) {
  EXPECT_EQ(WhoText({.way = "mqtt", .client_id = "lamp", .address = "::1"}), "client lamp (::1)");
  EXPECT_EQ(WhoText({.way = "https", .principal = "AKIAEXAMPLE"}),
            "access key AKIAEXAMPLE over HTTPS");
  EXPECT_EQ(WhoText({.way = "websocket", .client_id = "page"}), "client page over WebSocket");
  EXPECT_EQ(WhoText({.way = "admin", .principal = "admin"}), "admin socket");
  EXPECT_EQ(WhoText({.way = "mqtt"}), "over MQTT");
  EXPECT_EQ(WhoText({.way = "https"}), "over HTTPS");
  EXPECT_EQ(WhoText({}), "unknown");
  EXPECT_EQ(WhoText({.client_id = "\x1b[2J"}), "client \\x1b[2J");
}

}  // namespace
}  // namespace cli
