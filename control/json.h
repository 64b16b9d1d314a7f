// The bodies of answers and events: compact JSON, built member by member.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace control {

// As a JSON string.
std::string JsonText(absl::string_view text);

// An object. In answers what is absent is left out, never null (T1).
class Json {
 public:
  Json& Text(absl::string_view name, absl::string_view value);
  Json& TextIfAny(absl::string_view name, absl::string_view value);
  Json& TextOrNull(absl::string_view name, absl::string_view value);  // null: it is empty
  Json& Flag(absl::string_view name, bool value);
  Json& Number(absl::string_view name, uint64_t value);
  // Epoch seconds with three decimals (T8), of milliseconds.
  Json& Time(absl::string_view name, int64_t ms);
  Json& Map(absl::string_view name, const std::map<std::string, std::string, std::less<>>& map);
  Json& Texts(absl::string_view name, const std::vector<std::string>& texts);
  // Each element is JSON text.
  Json& List(absl::string_view name, const std::vector<std::string>& elements);
  Json& Object(absl::string_view name, const Json& value);
  Json& ObjectIfAny(absl::string_view name, const Json& value);
  Json& Raw(absl::string_view name, absl::string_view value);  // JSON text, as it stands

  bool empty() const { return text_.size() == 1; }
  std::string Finish() const { return text_ + "}"; }

 private:
  std::string text_ = "{";
};

}  // namespace control
