#include "service/live/mqtt_words.h"

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "shadow/json.h"

namespace service {
namespace {

void PutMember(absl::string_view name, absl::string_view text, std::string& out) {
  absl::StrAppend(&out, ",\"", name, "\":");
  shadow::PrintJsonString(text, out);
}

// What is cut off in the middle of a character is still text.
absl::string_view WithoutHalfCharacter(absl::string_view payload) {
  constexpr size_t kCharacterBytesMax = 4;
  for (size_t cut = 0; cut < kCharacterBytesMax && cut <= payload.size(); ++cut) {
    const absl::string_view shorter = payload.substr(0, payload.size() - cut);
    if (shadow::IsUtf8(shorter)) return shorter;
  }
  return payload;
}

}  // namespace

std::string MessageFrame(int64_t id, const MqttMessage& message) {
  std::string out = absl::StrCat("{\"id\":", id, ",\"messages\":[{\"at\":", message.at);
  PutMember("topic", message.topic, out);
  absl::StrAppend(&out, ",\"qos\":", message.qos, ",\"retain\":", message.retain ? "true" : "false",
                  ",\"size\":", message.size);
  const bool truncated = message.payload.size() < message.size;
  const absl::string_view text =
      truncated ? WithoutHalfCharacter(message.payload) : absl::string_view(message.payload);
  if (shadow::IsUtf8(text)) {
    PutMember("payload", text, out);
  } else {
    PutMember("payload64", absl::Base64Escape(message.payload), out);
  }
  if (truncated) out += ",\"truncated\":true";
  if (!message.content_type.empty()) PutMember("contentType", message.content_type, out);
  if (!message.response_topic.empty()) PutMember("responseTopic", message.response_topic, out);
  if (!message.user_properties.empty()) {
    out += ",\"userProperties\":[";
    for (const auto& [name, value] : message.user_properties) {
      if (out.back() != '[') out += ',';
      out += '[';
      shadow::PrintJsonString(name, out);
      out += ',';
      shadow::PrintJsonString(value, out);
      out += ']';
    }
    out += ']';
  }
  return out + "}]}";
}

std::string AwayFrame(int64_t id, bool away) {
  return away ? absl::StrCat("{\"id\":", id, ",\"error\":\"The broker is away\",\"stays\":true}")
              : absl::StrCat("{\"id\":", id, ",\"back\":true}");
}

}  // namespace service
