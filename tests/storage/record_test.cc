#include "storage/record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "shadow/metadata.h"
#include "tests/storage/random_record.h"

namespace storage {
namespace {

using namespace std::string_literals;
using shadow::Arena;
using shadow::Document;
using shadow::Record;
using shadow::Tombstone;
using shadow::Value;
using testing::HasSubstr;

// All that can be seen of a record.
std::string Describe(const Record& record) {
  if (const auto* tombstone = std::get_if<Tombstone>(&record)) {
    return absl::StrCat("gone ", tombstone->version, " ", tombstone->deleted_at);
  }
  const auto& document = std::get<Document>(record);
  std::string out = absl::StrCat("v", document.version, " at ", document.updated_at, " ");
  for (const Value* section : {&document.desired, &document.reported}) {
    shadow::PrintJson(*section, out);
    shadow::PrintMetadata(*section, out);
  }
  return out;
}

Document ExampleDocument(Arena& arena) {
  Document document;
  document.desired = *shadow::ParseJson(R"({"on":true,"rgb":[1,22]})", 1000, arena);
  document.reported = *shadow::ParseJson(R"({"on":false})", 990, arena);
  document.version = 300;
  document.updated_at = 1000;
  return document;
}

// The examples of docs/storage-format.md.
const RecordHead kExampleHead = {.differs = true, .last_change = 777, .last_wish = 700};
const std::string kExampleVersion = "\xAC\x02"s;
const std::string kExampleBehindVersion =
    "\xD0\x0F"
    "\x16"
    "\x04\"on\"\x02\x00"
    "\x05\"rgb\"\x15\x0B"
    "1\x00\x13"
    "22\x00"
    "\x0E"
    "\x04\"on\"\x01\x14"s;
const std::string kExampleBytes =
    "\x02\x01\x01\x89\x06\x4D"s + kExampleVersion + kExampleBehindVersion;
const std::string kExampleOfFormat1 = "\x01\x01"s + kExampleVersion + kExampleBehindVersion;

const Tombstone kExampleTombstone = {.version = 258, .deleted_at = 1000};
const std::string kExampleDeletion = "\xE8\x03\0\0\0\0\0\0\x02\x01\0\0\0\0\0\0"s;

TEST(EncodeRecord, WritesADocumentAsDocumented) {
  Arena arena;
  EXPECT_EQ(EncodeRecord(ExampleDocument(arena), kExampleHead), kExampleBytes);
}

TEST(EncodeRecord, WritesATombstoneAsDocumented) {
  EXPECT_EQ(EncodeRecord(kExampleTombstone, {.last_change = 777, .last_wish = 777}),
            "\x02\x02\0\x89\x06\0"s + kExampleDeletion);
}

TEST(DecodeRecord, ReadsTheDocumentedExamplesOfBothFormats) {
  Arena arena;
  for (const std::string& bytes : {kExampleBytes, kExampleOfFormat1}) {
    const auto record = DecodeRecord(bytes, arena);
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(Describe(*record), Describe(ExampleDocument(arena)));
  }
  for (const std::string& head : {"\x02\x02\0\x89\x06\0"s, "\x01\x02"s}) {
    const auto record = DecodeRecord(head + kExampleDeletion, arena);
    ASSERT_TRUE(record.ok()) << record.status();
    EXPECT_EQ(Describe(*record), Describe(kExampleTombstone));
  }
}

TEST(DecodeRecordHead, GivesWhatStandsBesideADocumentOrTombstone) {
  Arena arena;
  for (const RecordHead& head :
       {RecordHead(), kExampleHead, RecordHead{.last_change = UINT64_MAX, .last_wish = 0},
        RecordHead{.last_change = 5, .last_wish = UINT64_MAX}}) {
    EXPECT_EQ(*DecodeRecordHead(EncodeRecord(ExampleDocument(arena), head)), head);
    EXPECT_EQ(*DecodeRecordHead(EncodeRecord(kExampleTombstone, head)), head);
  }
}

TEST(DecodeRecordHead, IsAllZeroInFormat1) {
  EXPECT_EQ(*DecodeRecordHead(kExampleOfFormat1), RecordHead());
  EXPECT_EQ(*DecodeRecordHead("\x01\x02"s + kExampleDeletion), RecordHead());
}

TEST(DecodeRecordHead, RefusesWhatHasNone) {
  for (const auto& [bytes, what] : std::vector<std::pair<std::string, std::string>>{
           {"", "it is empty"},
           {"\x02", "cut off or garbled"},
           {"\x02\x01\x00\x80"s, "cut off or garbled"},
           {"\x02\x01\x02\x00\x00"s, "a flag that is not known"},
           {"\x02\x03\x00\x00\x00"s, "neither a document nor a tombstone"}}) {
    const auto status = DecodeRecordHead(bytes).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << status;
    EXPECT_THAT(status.message(), HasSubstr(what));
  }
}

TEST(KindOf, KnowsBothFormats) {
  for (const char format : {'\x01', '\x02'}) {
    EXPECT_EQ(KindOf(std::string({format, '\x01'})), RecordKind::kDocument);
    EXPECT_EQ(KindOf(std::string({format, '\x02'})), RecordKind::kTombstone);
    EXPECT_EQ(KindOf(std::string({format, '\x03'})), RecordKind::kNone);
    EXPECT_EQ(KindOf(std::string({format})), RecordKind::kNone);
  }
  EXPECT_EQ(KindOf("\x03\x01"), RecordKind::kNone);
  EXPECT_EQ(KindOf("\0\x01"s), RecordKind::kNone);
}

TEST(DecodeRecord, IsTheInverseOfEncodeRecord) {
  for (uint64_t seed = 1; seed <= 2000; ++seed) {
    SCOPED_TRACE(seed);
    Arena arena(512);
    const Record record = RandomRecord(seed, arena).Next();
    const std::string bytes = EncodeRecord(record);
    const auto decoded = DecodeRecord(bytes, arena);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(Describe(*decoded), Describe(record));
    ASSERT_EQ(EncodeRecord(*decoded), bytes);
  }
}

TEST(DecodeRecord, ReadsSizesOnBothSidesOfTheShortForm) {
  for (const size_t size : {0, 28, 29, 30, 31, 100, 200, 20'000}) {
    Arena arena;
    std::string json = "{\"a\":[";
    for (size_t i = 0; i < size; ++i) absl::StrAppend(&json, i == 0 ? "" : ",", i);
    absl::StrAppend(&json, "],\"b\":\"", std::string(size, 'x'), "\"}");
    Document document;
    document.version = 1;
    document.desired = *shadow::ParseJson(json, 5, arena);
    const std::string bytes = EncodeRecord(document);
    const auto decoded = DecodeRecord(bytes, arena);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    EXPECT_EQ(Describe(*decoded), Describe(document));
  }
}

Document Nested(size_t depth, Arena& arena) {
  Document document;
  document.version = 1;
  std::string json(depth - 1, '[');
  json = "{\"a\":" + json + "1" + std::string(depth - 1, ']') + "}";
  document.reported = *shadow::ParseJson(arena.Copy(json), 0, arena);
  return document;
}

TEST(DecodeRecord, HoldsToItsDepth) {
  Arena arena;
  const std::string deepest = EncodeRecord(Nested(kRecordDepthMax, arena));
  EXPECT_TRUE(DecodeRecord(deepest, arena).ok());
  const std::string deeper = EncodeRecord(Nested(kRecordDepthMax + 1, arena));
  const auto refused = DecodeRecord(deeper, arena).status();
  EXPECT_TRUE(absl::IsDataLoss(refused));
  EXPECT_THAT(refused.message(), HasSubstr("nested too deeply"));
}

TEST(DecodeRecord, RefusesANewerFormatAsSuch) {
  Arena arena;
  std::string bytes = kExampleBytes;
  bytes[0] = kRecordFormat + 1;
  const auto status = DecodeRecord(bytes, arena).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("has format 3, this program knows format 2"));
}

TEST(DecodeRecord, NamesWhatIsWrong) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {""s, "it is empty"},
      {"\x00\x01"s, "it has no format"},
      {"\x01"s, "it is cut off or garbled"},
      {"\x01\x03"s, "neither a document nor a tombstone"},
      {"\x01\x01\x00\x00\x06\x06"s, "version is out of range"},
      {"\x01\x01\x01\x01\x06\x06"s, "before 1970"},
      {"\x01\x01\x01\x00\x06\x06\x06"s, "more bytes follow"},
      {"\x01\x01\x81\x00\x00\x06\x06"s, "it is cut off or garbled"},  // 1 in two bytes
      {"\x01\x01\x01\x00\x05\x06"s, "a section is not an object"},
      {"\x01\x01\x01\x00\x06\x07"s, "unknown kind"},
      {"\x01\x01\x01\x00\x06\xFE\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x01"s,
       "it is cut off or garbled"},
      {"\x01\x01\x01\x00\x06\x0E\x02\"a\x06\x06\x06"s, "a key is not JSON"},
      {"\x01\x01\x01\x00\x06\x0E\x02\"\"\x14\"a\x00"s, "a scalar is not JSON"},
      {"\x01\x01\x01\x00\x06\x0E\x02\"\"\x0Bx\x00"s, "a scalar is not JSON"},
      {"\x01\x01\x01\x00\x06\x0E\x02\"\"\x0A.\x00"s, "a literal has a size"},
      {"\x01\x02\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s, "version is out of range"},
      {"\x01\x02\0\0\0\0\0\0\0\x80\x01\0\0\0\0\0\0\0"s, "before 1970"},
      {"\x02\x01"s, "it is cut off or garbled"},
      {"\x02\x01\x02\x00\x00\x01\x00\x06\x06"s, "a flag that is not known"},
      {"\x02\x01\x00\x00\x00\x00\x00\x06\x06"s, "version is out of range"},
      {"\x02\x01\x00\x00\x00\x01\x00\x06\x06\x06"s, "more bytes follow"},
      {"\x02\x02\x00\x00\x00"s + std::string(16, '\0'), "version is out of range"},
  };
  for (const auto& [bytes, what] : cases) {
    Arena arena;
    const auto status = DecodeRecord(bytes, arena).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << what << ": " << status;
    EXPECT_THAT(status.message(), HasSubstr(what));
    EXPECT_THAT(status.message(), HasSubstr("restore a backup"));
  }
}

TEST(IsExpiredTombstone, HoldsFromTheSecondOn) {
  for (const std::string& head : {"\x01\x02"s, "\x02\x02\0\0\0"s, "\x02\x02\0\x89\x06\x4D"s}) {
    const std::string bytes = head + kExampleDeletion;
    EXPECT_FALSE(IsExpiredTombstone(bytes, 1000 + shadow::kTombstoneSeconds - 1));
    EXPECT_TRUE(IsExpiredTombstone(bytes, 1000 + shadow::kTombstoneSeconds));
  }
}

TEST(IsExpiredTombstone, DoesNotHoldForWhatIsNotOne) {
  Arena arena;
  const std::string tombstone = EncodeRecord(Tombstone{.version = 7, .deleted_at = 0});
  std::string newer = tombstone;
  newer[0] = kRecordFormat + 1;
  std::string negative = tombstone;
  negative[12] = '\x80';
  std::string flagged = tombstone;
  flagged[2] = '\x02';
  for (const std::string& bytes :
       {std::string(), EncodeRecord(ExampleDocument(arena)), tombstone + "x",
        tombstone.substr(0, tombstone.size() - 1), newer, negative, flagged}) {
    EXPECT_FALSE(IsExpiredTombstone(bytes, INT64_MAX / 2));
  }
}

TEST(NameOf, IsOfTheDocumentOrTombstone) {
  const RecordName document = {.version = 488, .at = 1'700'000'000};
  EXPECT_EQ(NameOf(EncodeRecord(Document{.version = 488, .updated_at = 1'700'000'000})), document);
  const RecordName tombstone = {.version = 300, .at = 1000, .deleted = true};
  EXPECT_EQ(NameOf(EncodeRecord(Tombstone{.version = 300, .deleted_at = 1000})), tombstone);
}

TEST(NameOf, IsNothingOfWhatItDoesNotUnderstand) {
  const std::string tombstone = EncodeRecord(Tombstone{.version = 7, .deleted_at = 1});
  for (const std::string& bytes : {std::string(), "\x02"s, "\x02\x01\0\0\0\xFF"s, tombstone + "x",
                                   tombstone.substr(0, tombstone.size() - 1)}) {
    EXPECT_EQ(NameOf(bytes), RecordName());
  }
}

}  // namespace
}  // namespace storage
