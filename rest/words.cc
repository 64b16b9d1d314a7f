#include "rest/words.h"

#include "absl/strings/escaping.h"
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

std::string WordRetained(absl::string_view topic, absl::string_view payload, int qos) {
  std::string body = "{\"topic\":";
  shadow::PrintJsonString(topic, body);
  absl::StrAppend(&body, ",\"payload\":\"", absl::Base64Escape(payload), "\",\"qos\":", qos, "}");
  return body;
}

std::string WordRetainedTopics(const std::vector<RetainedTopic>& topics, bool more) {
  std::string body = "{\"retainedTopics\":[";
  for (const RetainedTopic& one : topics) {
    absl::StrAppend(&body, body.back() == '[' ? "" : ",", "{\"topic\":");
    shadow::PrintJsonString(one.topic, body);
    absl::StrAppend(&body, ",\"payloadSize\":", one.payload_bytes, ",\"qos\":", one.qos, "}");
  }
  body += ']';
  if (more) absl::StrAppend(&body, ",\"nextToken\":\"", PageToken(topics.back().topic), "\"");
  return body + "}";
}

}  // namespace rest
