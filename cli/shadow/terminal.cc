#include "cli/shadow/terminal.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace cli {
namespace {

constexpr absl::string_view kYellow = "\x1b[33m";
constexpr absl::string_view kPlain = "\x1b[0m";

// In characters: bytes that go on with one do not count.
size_t WidthOf(absl::string_view text) {
  return static_cast<size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

std::string Shown(absl::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    const auto next = static_cast<unsigned char>(i + 1 < text.size() ? text[i + 1] : 0);
    if (byte < 0x20 || byte == 0x7f) {
      absl::StrAppendFormat(&out, "\\x%02x", byte);
    } else if (byte == 0xc2 && next >= 0x80 && next < 0xa0) {  // U+0080 to U+009F
      absl::StrAppendFormat(&out, "\\x%02x", next);
      ++i;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

std::string Lit(absl::string_view text, bool colour) {
  return colour ? absl::StrCat(kYellow, text, kPlain) : std::string(text);
}

std::string ChangeText(absl::string_view path, absl::string_view was, absl::string_view is,
                       bool colour) {
  return absl::StrCat(path, ": ", was.empty() ? "(none)" : was, " -> ",
                      Lit(is.empty() ? "(none)" : is, colour));
}

std::string Columns::Text(const std::vector<std::vector<std::string>>& rows) {
  for (const auto& row : rows) {
    if (widths_.size() < row.size()) widths_.resize(row.size());
    for (size_t i = 0; i + 1 < row.size(); ++i) {
      const size_t width = WidthOf(row[i]);
      if (width <= kColumnWidthMax) widths_[i] = std::max(widths_[i], width);
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (size_t i = 0; i < row.size(); ++i) {
      absl::StrAppend(&out, row[i]);
      if (i + 1 == row.size()) continue;
      const size_t width = WidthOf(row[i]);
      out.append(widths_[i] - std::min(widths_[i], width) + 2, ' ');
    }
    out.push_back('\n');
  }
  return out;
}

}  // namespace cli
