#include "cli/shadow/terminal.h"

#include <gtest/gtest.h>

namespace cli {
namespace {

TEST(Terminal, DoesNotActOnWhatItIsShown) {
  EXPECT_EQ(Shown("a\x1b[2J\n\x7f"), "a\\x1b[2J\\x0a\\x7f");
  EXPECT_EQ(Shown("\xc2\x9b"
                  "31m"),
            "\\x9b31m");
  EXPECT_EQ(Shown("\xc2\xb0"
                  "C \xc3\xa9 \xc2"),
            "\xc2\xb0"
            "C \xc3\xa9 \xc2");
}

TEST(Terminal, ColumnsStandBelowEachOther) {
  Columns columns;
  EXPECT_EQ(columns.Text({{"a", "bb", "c"}, {"aaa", "\xc3\xa9", "longer than all"}, {"", "", "d"}}),
            "a    bb  c\naaa  \xc3\xa9   longer than all\n         d\n");
  EXPECT_EQ(columns.Text({{"a", "b", "later"}}), "a    b   later\n");
}

TEST(Terminal, ACellThatIsTooWideMovesNoOther) {
  const std::string wide(kColumnWidthMax + 1, 'x');
  Columns columns;
  EXPECT_EQ(columns.Text({{wide, "1"}, {"a", "2"}}), wide + "  1\na  2\n");
}

}  // namespace
}  // namespace cli
