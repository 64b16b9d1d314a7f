#include "rest/words.h"

#include "absl/strings/str_cat.h"
#include "rest/route.h"
#include "shadow/json.h"

namespace rest {

std::string WordNamedShadows(const std::vector<std::string>& names, bool more, int64_t now) {
  std::string body = "{\"results\":[";
  for (const std::string& name : names) {
    if (body.back() != '[') body += ',';
    shadow::PrintJsonString(name, body);
  }
  body += ']';
  if (more) absl::StrAppend(&body, ",\"nextToken\":\"", PageToken(names.back()), "\"");
  absl::StrAppend(&body, ",\"timestamp\":", now, "}");
  return body;
}

std::string WordPublished(absl::string_view request_id) {
  return absl::StrCat("{\"message\":\"OK\",\"traceId\":\"", request_id, "\"}");
}

}  // namespace rest
