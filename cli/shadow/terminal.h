// What a person is shown on a terminal: texts of devices made harmless, columns that stand below
// each other, and what has changed lit up.
#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace cli {

// `text` without what a terminal would act on: a device wrote it.
std::string Shown(absl::string_view text);

// `text` in the colour of what differs, if `colour`.
std::string Lit(absl::string_view text, bool colour);

// "desired.power: "off" -> "on"", what is now lit up; an empty `was` or `is` is (none).
std::string ChangeText(absl::string_view path, absl::string_view was, absl::string_view is,
                       bool colour);

// Rows whose cells stand below each other, two blanks between. The last cell of a row is not
// padded, nor is one that is wider than kColumnWidthMax.
inline constexpr size_t kColumnWidthMax = 64;
class Columns {
 public:
  // A line for each row. Columns only ever become wider, so that what comes in parts fits.
  std::string Text(const std::vector<std::vector<std::string>>& rows);

 private:
  std::vector<size_t> widths_;
};

}  // namespace cli
