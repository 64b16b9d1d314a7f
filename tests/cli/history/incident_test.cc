#include "cli/history/incident.h"

#include <gtest/gtest.h>

#include <sstream>

#include "absl/strings/str_cat.h"

namespace cli {
namespace {

constexpr absl::string_view kUpdate =
    R"({"change":2,"kind":"update","version":2,"timestamp":5,"thing":"lamp","lane":"w",)"
    R"("changes":[{"path":["desired","a"],"old":1,"new":2}]})";
constexpr absl::string_view kConnected =
    R"({"change":1,"kind":"connected","timestamp":4,"thing":"lamp","lane":"e"})";

absl::StatusOr<std::vector<Entry>> ReadLines(absl::string_view text) {
  std::istringstream in{std::string(text)};
  return ReadIncident(in, "a.ndjson");
}

std::string LineFault(absl::string_view text) {
  return std::string(ReadLines(text).status().message());
}

TEST(Incident, IsAnEntryALine) {
  const auto entries = ReadLines(absl::StrCat(kUpdate, "\n\n", kConnected, "\r\n"));
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].version, 2);
  EXPECT_EQ((*entries)[1].kind, "connected");
  EXPECT_TRUE(ReadLines("")->empty());
}

TEST(Incident, IsRefusedWholeWithTheLineThatIsWrong) {
  EXPECT_EQ(LineFault(absl::StrCat(kUpdate, "\n{\"change\":1}\n")),
            "a.ndjson:2: \"kind\" is missing");
  EXPECT_EQ(LineFault(absl::StrCat(kUpdate, "\n", kConnected, "\nthe end")),
            "a.ndjson:3: it is not a JSON object");
  EXPECT_EQ(LineFault(absl::StrCat(kConnected, "\n", kUpdate, "\n", kConnected)),
            "a.ndjson:3: \"change\" 1 stands in line 1 already");
  EXPECT_EQ(
      LineFault(R"({"change":2,"kind":"x","version":2,"timestamp":5,"thing":"lamp","lane":"w"})"),
      "a.ndjson:1: \"kind\" is \"x\", which is none that is known");
  EXPECT_EQ(LineFault(R"({"change":2,"kind":"update","timestamp":5,"thing":"lamp","lane":"w"})"),
            "a.ndjson:1: \"version\" is none that a shadow can have");
}

TEST(Incident, OfTooManyBytesIsRefused) {
  EXPECT_EQ(LineFault(std::string(kIncidentBytesMax + 1, ' ')),
            absl::StrCat("a.ndjson is longer than ", kIncidentBytesMax,
                         " bytes: take less of the history, with --since, --until or --wishes"));
}

}  // namespace
}  // namespace cli
