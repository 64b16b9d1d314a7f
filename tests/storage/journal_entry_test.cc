#include "storage/journal_entry.h"

#include <gtest/gtest.h>

namespace storage {
namespace {

using namespace std::string_literals;

TEST(JournalEntry, IsWrittenAsDocumented) {
  EXPECT_EQ(EncodeJournal({{.sequence = 7, .now = 100, .previous = "abc"},
                           {.sequence = 9, .now = 99, .previous = "", .brief = true},
                           {.sequence = 10, .now = 99, .previous = "\x01{}", .beyond = true}}),
            "\x03\x03\x07\xC8\x01\x0C"
            "abc\x02\x01\x01"
            "\x01\x00\x0E\x01{}"s);
}

TEST(JournalEntry, IsWrittenAsBeforeWhereAllAreOfShadows) {
  EXPECT_EQ(EncodeJournal({{.sequence = 7, .now = 100, .previous = "abc"},
                           {.sequence = 9, .now = 99, .previous = "", .brief = true}}),
            "\x02\x02\x07\xC8\x01\x06"
            "abc\x02\x01\x01"s);
}

TEST(JournalEntry, IsReadAsFormat1WroteIt) {
  const std::string bytes =
      "\x01\x02\x07\xC8\x01\x03"
      "abc\x02\x01\x00"s;
  const auto entries = DecodeJournal(bytes);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].previous, "abc");
  EXPECT_EQ((*entries)[1].sequence, 9u);
  EXPECT_EQ((*entries)[1].now, 99);
  for (const JournalEntry& entry : *entries) EXPECT_FALSE(entry.brief);
}

TEST(JournalEntry, IsReadAsFormat2WroteIt) {
  const std::string bytes =
      "\x02\x02\x07\xC8\x01\x06"
      "abc\x02\x01\x01"s;
  const auto entries = DecodeJournal(bytes);
  ASSERT_TRUE(entries.ok()) << entries.status();
  ASSERT_EQ(entries->size(), 2u);
  EXPECT_EQ((*entries)[0].previous, "abc");
  EXPECT_FALSE((*entries)[0].brief);
  EXPECT_TRUE((*entries)[1].brief);
  for (const JournalEntry& entry : *entries) EXPECT_FALSE(entry.beyond);
}

TEST(JournalEntry, ComesBack) {
  const std::string large(40'000, 'x');
  const std::vector<JournalEntry> entries = {
      {.sequence = UINT64_MAX, .now = INT64_MIN, .previous = large},
      {.sequence = 3, .now = INT64_MAX, .previous = "", .brief = true},
      {.sequence = 2, .now = 0, .previous = "y", .brief = true},
      {.sequence = 1, .now = 0, .previous = ""},
      {.sequence = 9, .now = 5, .previous = "\x01{}", .beyond = true},
  };
  for (size_t size = 0; size <= entries.size(); ++size) {
    const std::vector<JournalEntry> some(entries.begin(),
                                         entries.begin() + static_cast<ptrdiff_t>(size));
    const std::string bytes = EncodeJournal(some);
    const auto decoded = DecodeJournal(bytes);
    ASSERT_TRUE(decoded.ok()) << decoded.status();
    ASSERT_EQ(decoded->size(), size);
    for (size_t i = 0; i < size; ++i) {
      EXPECT_EQ((*decoded)[i].sequence, some[i].sequence);
      EXPECT_EQ((*decoded)[i].now, some[i].now);
      EXPECT_EQ((*decoded)[i].previous, some[i].previous);
      EXPECT_EQ((*decoded)[i].brief, some[i].brief);
      EXPECT_EQ((*decoded)[i].beyond, some[i].beyond);
    }
  }
}

TEST(JournalEntry, RefusesOtherBytes) {
  for (const char format : {'\x01', '\x02', '\x03'}) {
    std::string bytes = EncodeJournal({{.sequence = 7, .now = 100, .previous = "abc"}});
    bytes[0] = format;
    bytes[5] = static_cast<char>(3 << (format - 1));  // where the size stands, above the flags
    ASSERT_TRUE(DecodeJournal(bytes).ok());
    for (size_t size = 0; size < bytes.size(); ++size) {
      EXPECT_TRUE(absl::IsDataLoss(DecodeJournal(bytes.substr(0, size)).status())) << size;
    }
    EXPECT_TRUE(absl::IsDataLoss(DecodeJournal(bytes + "x").status()));
  }
  EXPECT_TRUE(absl::IsDataLoss(DecodeJournal("\x02\xFF\xFF\xFF\xFF\x0F"s).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeJournal("\x00\x00"s).status()));
  EXPECT_TRUE(absl::IsFailedPrecondition(DecodeJournal("\x04\x00"s).status()));
  // An answer has its first byte, and is never brief.
  EXPECT_TRUE(absl::IsDataLoss(DecodeJournal("\x03\x01\x07\xC8\x01\x02"s).status()));
  EXPECT_TRUE(absl::IsDataLoss(DecodeJournal("\x03\x01\x07\xC8\x01\x07\x01"s).status()));
}

}  // namespace
}  // namespace storage
