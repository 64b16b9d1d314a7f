// JSON being written: what --json prints. Compact, members in the order given.
#pragma once

#include <concepts>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace cli {

class JsonText {
 public:
  using Member = std::pair<absl::string_view, JsonText>;

  static JsonText String(absl::string_view text);
  static JsonText Number(std::integral auto number) { return JsonText(std::to_string(number)); }
  static JsonText Bool(bool value) { return JsonText(value ? "true" : "false"); }
  static JsonText Null() { return JsonText("null"); }
  // `json` is JSON already, and right.
  static JsonText Raw(std::string json) { return JsonText(std::move(json)); }
  static JsonText Array(const std::vector<JsonText>& elements);
  static JsonText Strings(const std::vector<std::string>& texts);
  static JsonText Object(const std::vector<Member>& members);

  const std::string& text() const { return text_; }

 private:
  explicit JsonText(std::string text) : text_(std::move(text)) {}

  std::string text_;
};

}  // namespace cli
