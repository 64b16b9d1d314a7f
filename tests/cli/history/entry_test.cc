#include "cli/history/entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr absl::string_view kWhole =
    R"({"change":123,"kind":"update","version":41,"timestamp":1764000000,"thing":"lamp",)"
    R"("name":"config","lane":"w","way":"mqtt","clientId":"app","principal":"cd68",)"
    R"("address":"10.0.0.7","clientToken":"t-1","changes":[)"
    R"({"path":["desired","fw"],"old":"2.0","new":"2.1"},{"path":["desired","a.b"],"new":{}},)"
    R"({"path":["reported","c"],"old":[1,2]}]})";

TEST(Entry, IsReadWhole) {
  const auto entry = ReadEntry(kWhole);
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_EQ(entry->change, 123);
  EXPECT_EQ(entry->kind, "update");
  EXPECT_EQ(entry->version, 41);
  EXPECT_EQ(entry->timestamp, 1764000000);
  EXPECT_EQ(entry->thing, "lamp");
  EXPECT_EQ(entry->name, "config");
  EXPECT_FALSE(entry->is_event());
  EXPECT_EQ(entry->author.way, "mqtt");
  EXPECT_EQ(entry->author.client_id, "app");
  EXPECT_EQ(entry->author.principal, "cd68");
  EXPECT_EQ(entry->author.address, "10.0.0.7");
  EXPECT_EQ(entry->author.token, "t-1");
  ASSERT_EQ(entry->changes.size(), 3u);
  EXPECT_THAT(entry->changes[0].path, ElementsAre("desired", "fw"));
  EXPECT_EQ(entry->changes[0].before, R"("2.0")");
  EXPECT_EQ(entry->changes[0].after, R"("2.1")");
  EXPECT_EQ(entry->changes[1].before, std::nullopt);
  EXPECT_EQ(entry->changes[1].after, "{}");
  EXPECT_EQ(entry->changes[2].before, "[1,2]");
  EXPECT_EQ(entry->changes[2].after, std::nullopt);
}

TEST(Entry, OfAnEventHasNeitherVersionNorChanges) {
  const auto entry = ReadEntry(
      R"({"change":9,"kind":"ended","timestamp":5,"thing":"lamp","lane":"e","reason":"keepalive"})");
  ASSERT_TRUE(entry.ok()) << entry.status();
  EXPECT_TRUE(entry->is_event());
  EXPECT_EQ(entry->reason, "keepalive");
  EXPECT_EQ(entry->author.client_id, "");
}

// The whole one with a part of it otherwise.
std::string FaultOf(absl::string_view part, absl::string_view otherwise) {
  const std::string text = absl::StrReplaceAll(kWhole, {{part, otherwise}});
  EXPECT_NE(text, kWhole) << part;
  return std::string(ReadEntry(text).status().message());
}

TEST(Entry, AFaultNamesItsMember) {
  EXPECT_EQ(FaultOf(R"("change":123,)", ""), "\"change\" is missing");
  EXPECT_EQ(FaultOf("1764000000", "\"now\""), "\"timestamp\" is not a whole number");
  EXPECT_EQ(FaultOf("1764000000", "1.5"), "\"timestamp\" is not a whole number");
  EXPECT_EQ(FaultOf("\"update\"", "1"), "\"kind\" is not a text");
  EXPECT_EQ(FaultOf("\"lamp\"", "\"a/b\""), "\"thing\" cannot name a thing");
  EXPECT_EQ(FaultOf("\"config\"", "\"a b\""), "\"name\" cannot name a shadow");
  EXPECT_EQ(FaultOf("\"10.0.0.7\"", "{}"), "\"address\" is not a text");
  EXPECT_EQ(FaultOf(R"(["desired","fw"])", "[]"),
            "change 1 of \"changes\": \"path\" begins neither with \"desired\" nor with "
            "\"reported\"");
  EXPECT_EQ(FaultOf(R"(["desired","a.b"])", R"(["desired",1])"),
            "change 2 of \"changes\": \"path\" is not an array of texts");
  EXPECT_EQ(FaultOf(R"({"path":["reported","c"],"old":[1,2]})", "7"),
            "change 3 of \"changes\": a change is not a JSON object");
  std::string deep = R"(["desired")";
  for (size_t i = 0; i < kPathNamesMax; ++i) absl::StrAppend(&deep, ",\"a\"");
  EXPECT_EQ(FaultOf(R"(["desired","fw"])", deep + "]"),
            "change 1 of \"changes\": \"path\" is deeper than a shadow can be");
  for (const char* const bad : {"", "[]", "7", "{", "\xff", "{}{}"}) {
    EXPECT_THAT(ReadEntry(bad).status().message(), HasSubstr("it is not a JSON object")) << bad;
  }
}

TEST(Path, IsWrittenWithDots) {
  EXPECT_EQ(PathText({"desired", "a.b", "c"}), "desired.a\\.b.c");
  EXPECT_THAT(*ReadPath("desired.a\\.b.c"), ElementsAre("desired", "a.b", "c"));
  EXPECT_THAT(*ReadPath("reported"), ElementsAre("reported"));
  EXPECT_THAT(ReadPath("fw").status().message(),
              HasSubstr("--path: \"fw\" begins neither with desired nor with reported"));
}

}  // namespace
}  // namespace cli
