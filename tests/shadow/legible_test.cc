#include "shadow/legible.h"

#include <gtest/gtest.h>

namespace shadow {
namespace {

std::string Legible(absl::string_view text) {
  std::string out;
  AppendLegible(text, out);
  return out;
}

TEST(Legible, LeavesWhatCanBeRead) {
  for (const char* text : {"", "client-1", "a b\\n\"=", "\u00fc \u65e5\u672c \U0001F600"}) {
    EXPECT_EQ(Legible(text), text);
  }
}

TEST(Legible, EscapesWhatChangesTheLine) {
  EXPECT_EQ(Legible("a\nb\r\x1b[2J\x7f"), "a\\u000ab\\u000d\\u001b[2J\\u007f");
  EXPECT_EQ(Legible("\u0085\u2028"), "\\u0085\\u2028");
  EXPECT_EQ(Legible("lamp\u202egpj.exe\u2066\u200f\ufeff"),
            "lamp\\u202egpj.exe\\u2066\\u200f\\ufeff");
  EXPECT_EQ(Legible("\U000E0041"), "\\udb40\\udc41");
}

TEST(Legible, IsAlwaysUtf8) {
  EXPECT_EQ(Legible("a\xff\xc3(\xe2\x82"), "a\\ufffd\\ufffd(\\ufffd\\ufffd");
  EXPECT_EQ(Legible("\xed\xa0\x80"), "\\ufffd\\ufffd\\ufffd");
}

}  // namespace
}  // namespace shadow
