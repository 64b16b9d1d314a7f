#include "storage/archive.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace storage {
namespace {

using testing::HasSubstr;

std::string Again(absl::string_view line) {
  shadow::Arena arena;
  const auto archived = ParseArchiveLine(line, arena);
  if (!archived.ok()) return std::string(archived.status().message());
  return ArchiveLine({archived->thing, archived->name}, archived->record);
}

TEST(ShadowArchive, ALineIsReadAsItWasWritten) {
  for (
      const absl::string_view line : {
          R"({"thing":"T","name":"S","state":{"desired":{"a":[1,{"b":2}],"x":1.0},"reported":{"a":{}}},)"
          R"("metadata":{"desired":{"a":[{"timestamp":5},{"b":{"timestamp":6}}],"x":{"timestamp":7}},)"
          R"("reported":{"a":{}}},"version":7,"timestamp":9})",
          R"({"thing":"T","state":{},"metadata":{},"version":1,"timestamp":0})",
          R"({"thing":"T","deleted":true,"version":8,"timestamp":9})",
      }) {
    EXPECT_EQ(Again(line), line);
  }
}

TEST(ShadowArchive, WhatTheMetadataDoesNotKnowGetsTheDocumentsTime) {
  EXPECT_EQ(
      Again(R"({"thing":"T","state":{"desired":{"a":[1,2],"b":{"c":3}}},)"
            R"("metadata":{"desired":{"a":[{"timestamp":-4}],"b":5}},"version":1,"timestamp":9})"),
      R"({"thing":"T","state":{"desired":{"a":[1,2],"b":{"c":3}}},)"
      R"("metadata":{"desired":{"a":[{"timestamp":9},{"timestamp":9}],"b":{"c":{"timestamp":9}}}},)"
      R"("version":1,"timestamp":9})");
}

TEST(ShadowArchive, WhatNoShadowHoldsIsRefusedByName) {
  const auto with = [](absl::string_view state) {
    return Again(absl::StrCat(R"({"thing":"T","state":)", state, R"(,"version":1,"timestamp":9})"));
  };
  EXPECT_THAT(with("1"), HasSubstr("\"state\" must be an object"));
  EXPECT_THAT(with(R"({"desired":[]})"), HasSubstr("\"desired\" must be an object"));
  EXPECT_THAT(with(R"({"reported":{"a":null}})"), HasSubstr("a null in the state"));
  EXPECT_THAT(with(R"({"reported":{"a":[null]}})"), HasSubstr("null in an array"));
  const std::string deep = absl::StrCat(std::string(5000, '['), std::string(5000, ']'));
  EXPECT_THAT(with(absl::StrCat(R"({"desired":{"a":)", deep, "}}")), HasSubstr("levels deep"));
  EXPECT_THAT(Again(R"({"thing":"a b"})"), HasSubstr("\"thing\" cannot be the name"));
  EXPECT_THAT(Again(R"({"thing":"T","name":""})"), HasSubstr("\"name\" cannot be the name"));
  EXPECT_THAT(Again(R"({"thing":"T","version":0})"), HasSubstr("\"version\" must be"));
  EXPECT_THAT(Again(R"({"thing":"T","version":1.5})"), HasSubstr("\"version\" must be"));
  EXPECT_THAT(Again(R"({"thing":"T","version":1})"), HasSubstr("\"timestamp\" must be"));
  EXPECT_THAT(Again("{"), HasSubstr("not one JSON object"));
  const std::string whole = R"({"thing":"T","state":{},"version":1,"timestamp":9})";
  EXPECT_THAT(Again(absl::StrCat(whole, " \t")), HasSubstr("\"thing\":\"T\""));
  EXPECT_THAT(Again(absl::StrCat(whole, whole)), HasSubstr("not one JSON object"));
  EXPECT_THAT(Again(absl::StrCat(whole, "}")), HasSubstr("not one JSON object"));
}

}  // namespace
}  // namespace storage
