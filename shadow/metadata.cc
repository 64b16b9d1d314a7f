#include "shadow/metadata.h"

#include "absl/strings/str_cat.h"

namespace shadow {

void PrintMetadata(const Value& value, std::string& out) {
  if (!value.is_container()) {
    absl::StrAppend(&out, R"({"timestamp":)", value.timestamp(), "}");
  } else if (value.empty()) {
    PrintJson(value, out);
  } else if (value.is_object()) {
    char separator = '{';
    for (const Member& member : value.members()) {
      out.push_back(separator);
      absl::StrAppend(&out, member.key, ":");
      PrintMetadata(member.value, out);
      separator = ',';
    }
    out.push_back('}');
  } else {
    char separator = '[';
    for (const Value& element : value.elements()) {
      out.push_back(separator);
      PrintMetadata(element, out);
      separator = ',';
    }
    out.push_back(']');
  }
}

}  // namespace shadow
