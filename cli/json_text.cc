#include "cli/json_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "shadow/json.h"

namespace cli {

JsonText JsonText::String(absl::string_view text) {
  std::string out;
  shadow::PrintJsonString(text, out);
  return JsonText(std::move(out));
}

JsonText JsonText::Array(const std::vector<JsonText>& elements) {
  const auto print = [](std::string* out, const JsonText& element) {
    absl::StrAppend(out, element.text());
  };
  return JsonText(absl::StrCat("[", absl::StrJoin(elements, ",", print), "]"));
}

JsonText JsonText::Strings(const std::vector<std::string>& texts) {
  std::vector<JsonText> elements;
  for (const std::string& text : texts) elements.push_back(String(text));
  return Array(elements);
}

JsonText JsonText::Object(const std::vector<Member>& members) {
  const auto print = [](std::string* out, const Member& member) {
    absl::StrAppend(out, String(member.first).text(), ":", member.second.text());
  };
  return JsonText(absl::StrCat("{", absl::StrJoin(members, ",", print), "}"));
}

}  // namespace cli
