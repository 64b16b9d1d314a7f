#include "control/json.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "shadow/json.h"

namespace control {

std::string JsonText(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return out;
}

Json& Json::Raw(absl::string_view name, absl::string_view value) {
  absl::StrAppend(&text_, empty() ? "" : ",", JsonText(name), ":", value);
  return *this;
}

Json& Json::Text(absl::string_view name, absl::string_view value) {
  return Raw(name, JsonText(value));
}

Json& Json::TextIfAny(absl::string_view name, absl::string_view value) {
  return value.empty() ? *this : Text(name, value);
}

Json& Json::TextOrNull(absl::string_view name, absl::string_view value) {
  return value.empty() ? Raw(name, "null") : Text(name, value);
}

Json& Json::Flag(absl::string_view name, bool value) { return Raw(name, value ? "true" : "false"); }

Json& Json::Number(absl::string_view name, uint64_t value) {
  return Raw(name, absl::StrCat(value));
}

Json& Json::Time(absl::string_view name, int64_t ms) {
  return Raw(name, absl::StrFormat("%d.%03d", ms / 1000, ms % 1000));
}

Json& Json::Map(absl::string_view name,
                const std::map<std::string, std::string, std::less<>>& map) {
  Json object;
  for (const auto& [key, value] : map) object.Text(key, value);
  return Object(name, object);
}

Json& Json::Texts(absl::string_view name, const std::vector<std::string>& texts) {
  std::vector<std::string> elements;
  elements.reserve(texts.size());
  for (const std::string& text : texts) elements.push_back(JsonText(text));
  return List(name, elements);
}

Json& Json::List(absl::string_view name, const std::vector<std::string>& elements) {
  return Raw(name, absl::StrCat("[", absl::StrJoin(elements, ","), "]"));
}

Json& Json::Object(absl::string_view name, const Json& value) { return Raw(name, value.Finish()); }

Json& Json::ObjectIfAny(absl::string_view name, const Json& value) {
  return value.empty() ? *this : Object(name, value);
}

}  // namespace control
