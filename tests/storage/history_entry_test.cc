#include "storage/history_entry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/storage/random_entry.h"

namespace storage {
namespace {

using namespace std::string_literals;
using shadow::Arena;
using shadow::Kind;
using shadow::Value;
using testing::HasSubstr;
using NodeKind = PatchNode::Kind;

PatchNode Was(const Value& value) { return {.kind = NodeKind::kWhole, .value = value}; }

// The examples of docs/storage-format.md.

constexpr uint64_t kExampleChange = 777;

HistoryEntry ExampleUpdate() {
  static const PatchMember kDesired[] = {
      {"\"on\"", Was(Value(Kind::kFalse, "false", 980))},
      {"\"rgb\"", {.kind = NodeKind::kAbsent}},
  };
  static const PatchMember kReported[] = {
      {"\"gone\"",
       {.kind = NodeKind::kInserted, .place = 0, .value = Value(Kind::kString, "\"x\"", 990)}},
  };
  return {.kind = HistoryKind::kUpdate,
          .version = 300,
          .time = 1000,
          .record_time = 1000,
          .before = {.kind = RecordKind::kDocument, .version = 299, .time = 990},
          .previous_change = 770,
          .previous_wish = 700,
          .author = {.way = HistoryWay::kMqtt,
                     .client_id = "lamp",
                     .principal = "cd68ab01",
                     .address = "10.0.0.7",
                     .token = "t1"},
          .desired = {.members = kDesired},
          .reported = {.kind = NodeKind::kTimes, .time = 990, .members = kReported}};
}

const std::string kUpdateBytes =
    "\x01\x12\xAC\x02\xD0\x0F"
    "\x14\x07\x46"
    "\x01\x08lamp\x09\xCD\x68\xAB\x01\x10"
    "10.0.0.7\x04t1"
    "\x16\x04\"on\"\x01\x14\x05\"rgb\"\x07"
    "\x27\x00\x0E\x06\"gone\"\x17\x00\x1C\"x\"\x00"s;

const HistoryEntry kExampleImport = {
    .kind = HistoryKind::kImport,
    .version = 9,
    .time = 1000,
    .record_time = 950,
    .before = {.kind = RecordKind::kTombstone, .version = 5, .time = 990},
    .author = {.way = HistoryWay::kAdmin, .principal = "admin"}};
const std::string kImportBytes =
    "\x01\x24\x09\xD0\x0F"
    "\x64\x05\x14\x00"
    "\x04\x00\x0A"
    "admin\x00\x00"s;

const HistoryEntry kExampleEvent = {.kind = HistoryKind::kEnded,
                                    .time = 1000,
                                    .after = RecordKind::kNone,
                                    .author = {.way = HistoryWay::kMqtt, .client_id = "lamp"},
                                    .detail = "keepalive"};
const std::string kEventBytes = "\x01\x07\x00\xD0\x0F\x01\x08lamp\x00\x00\x00\x12keepalive"s;

TEST(EncodeHistoryEntry, WritesAnUpdateAsDocumented) {
  EXPECT_EQ(EncodeHistoryEntry(ExampleUpdate(), kExampleChange), kUpdateBytes);
}

TEST(EncodeHistoryEntry, WritesAnImportAsDocumented) {
  EXPECT_EQ(EncodeHistoryEntry(kExampleImport, kExampleChange), kImportBytes);
}

TEST(EncodeHistoryEntry, WritesAnEventAsDocumented) {
  EXPECT_EQ(EncodeHistoryEntry(kExampleEvent, kExampleChange), kEventBytes);
}

void ExpectSameHead(const HistoryEntry& a, const HistoryEntry& b) {
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.version, b.version);
  EXPECT_EQ(a.time, b.time);
  EXPECT_EQ(a.after, b.after);
  EXPECT_EQ(a.record_time, b.record_time);
  EXPECT_EQ(a.before, b.before);
  EXPECT_EQ(a.previous_change, b.previous_change);
  EXPECT_EQ(a.previous_wish, b.previous_wish);
  EXPECT_EQ(a.author, b.author);
  EXPECT_EQ(a.detail, b.detail);
}

bool SameTree(const Value& a, const Value& b) {
  if (a.kind() != b.kind() || a.text() != b.text()) return false;
  if (!a.is_container() && a.timestamp() != b.timestamp()) return false;
  const auto same_member = [](const shadow::Member& x, const shadow::Member& y) {
    return x.key == y.key && SameTree(x.value, y.value);
  };
  return std::equal(a.members().begin(), a.members().end(), b.members().begin(), b.members().end(),
                    same_member) &&
         std::equal(a.elements().begin(), a.elements().end(), b.elements().begin(),
                    b.elements().end(), SameTree);
}

bool SamePatch(const PatchNode& a, const PatchNode& b) {
  const auto same_member = [](const PatchMember& x, const PatchMember& y) {
    return x.key == y.key && SamePatch(x.node, y.node);
  };
  return a.kind == b.kind && a.place == b.place && a.time == b.time && SameTree(a.value, b.value) &&
         std::equal(a.members.begin(), a.members.end(), b.members.begin(), b.members.end(),
                    same_member);
}

TEST(DecodeHistoryEntry, ReadsTheDocumentedExamples) {
  Arena arena;
  for (const auto& [bytes, expected] :
       std::vector<std::pair<std::string, HistoryEntry>>{{kUpdateBytes, ExampleUpdate()},
                                                         {kImportBytes, kExampleImport},
                                                         {kEventBytes, kExampleEvent}}) {
    const auto entry = DecodeHistoryEntry(bytes, kExampleChange, arena);
    ASSERT_TRUE(entry.ok()) << entry.status();
    ExpectSameHead(*entry, expected);
    EXPECT_TRUE(SamePatch(entry->desired, expected.desired));
    EXPECT_TRUE(SamePatch(entry->reported, expected.reported));
    EXPECT_EQ(HistoryTimeOf(bytes), 1000);
  }
}

TEST(DecodeHistoryEntry, IsTheInverseOfEncodeHistoryEntry) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    SCOPED_TRACE(seed);
    Arena arena(512);
    RandomEntry random(seed, arena);
    const uint64_t change = seed % 3 == 0 ? UINT64_MAX - seed : seed;
    const HistoryEntry entry = random.Next(change);
    const std::string bytes = EncodeHistoryEntry(entry, change);
    const auto decoded = DecodeHistoryEntry(bytes, change, arena);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ExpectSameHead(*decoded, entry);
    ASSERT_TRUE(SamePatch(decoded->desired, entry.desired));
    ASSERT_TRUE(SamePatch(decoded->reported, entry.reported));
    ASSERT_EQ(EncodeHistoryEntry(*decoded, change), bytes);
    ASSERT_EQ(HistoryTimeOf(bytes), entry.time);
  }
}

TEST(DecodeHistoryEntry, RefusesANewerFormatAsSuch) {
  Arena arena;
  std::string bytes = kUpdateBytes;
  bytes[0] = kHistoryFormat + 1;
  const auto status = DecodeHistoryEntry(bytes, kExampleChange, arena).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(status)) << status;
  EXPECT_THAT(status.message(), HasSubstr("has format 2, this program knows format 1"));
  EXPECT_EQ(HistoryTimeOf(bytes), std::nullopt);
}

TEST(DecodeHistoryEntry, NamesWhatIsWrong) {
  // An update of version 2 at 0 with nothing known before it and no names, up to its patches.
  const std::string update = "\x01\x12\x02\x00\x00\x00\x01\x00\x00\x00\x00"s;
  const std::vector<std::pair<std::string, std::string>> cases = {
      {""s, "it is empty"},
      {"\x01"s, "cut off or garbled"},
      {"\x01\x00\x01\x00"s, "of an unknown kind"},
      {"\x01\x09\x01\x00"s, "of an unknown kind"},
      {"\x01\x01\x00\x00"s, "its version is out of range"},
      {"\x01\x07\x01\x00"s, "its version is out of range"},
      {"\x01\x01\x01\x01"s, "before 1970"},
      {"\x01\x17\x00\x00"s, "an event tells of records"},
      {"\x01\x34\x01\x00"s, "a flag that is not known"},
      {"\x01\x84\x01\x00"s, "a flag that is not known"},
      {"\x01\x11\x01\x00"s, "does not fit what stood"},  // made where a document stood
      {"\x01\x02\x01\x00"s, "does not fit what stood"},  // changed where nothing stood
      {"\x01\x13\x01\x00"s, "does not fit what stood"},  // deleted, and a document stays
      {"\x01\x12\x01\x00"s, "the version before is out of range"},
      {"\x01\x24\x01\x00\x00\x00"s, "the version before is out of range"},
      {"\x01\x24\x01\x00\x02"s, "what was brought in is before 1970"},
      {"\x01\x12\x02\x00\x02"s, "the time before is before 1970"},
      {"\x01\x12\x02\x00\x00\x89\x06"s, "the change before it is out of range"},
      {"\x01\x12\x02\x00\x00\x01\x89\x06"s, "the wish before it is out of range"},
      {"\x01\x01\x01\x00\x06"s, "came by an unknown way"},
      {"\x01\x01\x01\x00\x01\x10"s + "0123abcd", "a text has a second form"},
      {"\x01\x01\x01\x00\x01\x03\xAA"s, "a text has a second form"},
      {"\x01\x01\x01\x00\x01\x04x"s, "cut off or garbled"},
      {"\x01\x01\x01\x00\x01\x00\x00\x00\x00\x06"s, "more bytes follow"},
      {update + "\x06"s, "cut off or garbled"},
      {update + "\x06\x05"s, "a section was not an object"},
      {update + "\x06\x07"s, "a section was not an object"},
      {update + "\x06\x2F"s, "a mark that is not known"},
      {update + "\x06\x0F\x05"s, "a second form of a value"},
      {update + "\x06\x27\x00\x06"s, "names no members where it must"},
      {update + "\x06\x0E\x02\"\"\x17\xFF\xFF\xFF\xFF\x1F\x06"s, "place is out of range"},
      {update + "\x06\x0E\x02\"a\x07"s, "a key is not JSON"},
      {update + "\x06\x06\x06"s, "more bytes follow"},
  };
  for (const auto& [bytes, what] : cases) {
    Arena arena;
    const auto status = DecodeHistoryEntry(bytes, kExampleChange, arena).status();
    EXPECT_TRUE(absl::IsDataLoss(status)) << what << ": " << status;
    EXPECT_THAT(status.message(), HasSubstr(what));
  }
}

// A patch of `depth` objects inside one another, the innermost with an empty one in it.
HistoryEntry Nested(size_t depth, Arena& arena) {
  PatchNode node = Was(Value());
  for (size_t i = 0; i < depth; ++i) {
    const PatchMember member = {"\"a\"", node};
    node = {.members = arena.Copy(absl::MakeConstSpan(&member, 1))};
  }
  return {.version = 2, .before = {.kind = RecordKind::kDocument, .version = 1}, .desired = node};
}

TEST(DecodeHistoryEntry, HoldsToTheDepthOfRecords) {
  Arena arena;
  const std::string deepest = EncodeHistoryEntry(Nested(kRecordDepthMax, arena), 1);
  EXPECT_TRUE(DecodeHistoryEntry(deepest, 1, arena).ok());
  const std::string deeper = EncodeHistoryEntry(Nested(kRecordDepthMax + 1, arena), 1);
  EXPECT_THAT(DecodeHistoryEntry(deeper, 1, arena).status().message(),
              HasSubstr("nested too deeply"));
}

TEST(HistoryTimeOf, GivesNothingForWhatItDoesNotUnderstand) {
  for (const std::string& bytes : {""s, "\x01"s, "\x01\x12\xAC\x02"s, "\x01\x0F\x01\x00"s}) {
    EXPECT_EQ(HistoryTimeOf(bytes), std::nullopt);
  }
}

TEST(ToldConnection, HasTheDocumentedBytes) {  // docs/storage-format.md
  const ToldConnection told = {.change = 300, .got = true, .thing = "lamp"};
  EXPECT_EQ(EncodeToldConnection(told), "\x01\x01\xAC\x02lamp");
  EXPECT_EQ(*DecodeToldConnection(EncodeToldConnection(told)), told);
}

TEST(ToldConnection, WhatWasNotEncodedIsRefused) {
  const auto code = [](absl::string_view bytes) {
    return DecodeToldConnection(bytes).status().code();
  };
  const std::string whole = EncodeToldConnection({.change = 300, .thing = "l"});
  for (size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(code(whole.substr(0, size)), absl::StatusCode::kDataLoss) << size;
  }
  EXPECT_EQ(code(absl::string_view("\x01\x02\x01lamp", 7)), absl::StatusCode::kDataLoss);
  EXPECT_EQ(code(absl::string_view("\x01\x00\x01la/mp", 8)), absl::StatusCode::kDataLoss);
  EXPECT_EQ(code(absl::string_view("\x02\x00\x01lamp", 7)), absl::StatusCode::kFailedPrecondition);
}

}  // namespace
}  // namespace storage
