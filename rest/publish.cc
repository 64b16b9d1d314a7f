#include "rest/publish.h"

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "proto/text.h"
#include "rest/route.h"
#include "shadow/json.h"

namespace rest {
namespace {

constexpr absl::string_view kUserProperties = "x-amz-mqtt5-user-properties";
constexpr absl::string_view kFormat = "x-amz-mqtt5-payload-format-indicator";
constexpr absl::string_view kCorrelation = "x-amz-mqtt5-correlation-data";
constexpr size_t kPropertyBytesMax = 8192;  // of all user properties
constexpr size_t kArenaBytes = 16384;

// [{"key": "value"}, …], as base64: AWS's form.
std::optional<Error> ReadUserProperties(absl::string_view header, Publish& publish) {
  const auto bad = [] {
    return InvalidRequest(absl::StrCat(
        kUserProperties, " must be base64 of a JSON array of at most ", kUserPropertiesMax,
        " objects with one string each, without control characters"));
  };
  std::string text;
  if (header.size() > kPropertyBytesMax || !absl::Base64Unescape(header, &text) ||
      !shadow::IsUtf8(text)) {
    return bad();
  }
  shadow::Arena arena(kArenaBytes);
  const auto list = shadow::ParseWholeJson(text, 0, arena);
  if (!list || !list->is_array()) return bad();
  for (const shadow::Value& element : list->elements()) {
    for (const shadow::Member& member : element.members()) {
      if (member.value.kind() != shadow::Kind::kString) return bad();
      publish.user_properties.emplace_back(shadow::Unescape(member.key),
                                           shadow::Unescape(member.value.text()));
      const auto& [name, value] = publish.user_properties.back();
      if (!proto::IsText(name) || !proto::IsText(value)) return bad();
    }
    if (!element.is_object() || publish.user_properties.size() > kUserPropertiesMax) return bad();
  }
  return std::nullopt;
}

std::optional<Error> ReadHeaders(const Request& request, Publish& publish) {
  if (const auto header = request.Find(kUserProperties)) {
    if (auto error = ReadUserProperties(*header, publish)) return error;
  }
  if (const auto format = request.Find(kFormat)) {
    if (*format != "UNSPECIFIED_BYTES" && *format != "UTF8_DATA") {
      return InvalidRequest(absl::StrCat(kFormat, " is UNSPECIFIED_BYTES or UTF8_DATA"));
    }
    publish.payload_is_utf8 = *format == "UTF8_DATA";
  }
  if (const auto data = request.Find(kCorrelation)) {
    if (!absl::Base64Unescape(*data, &publish.correlation_data)) {
      return InvalidRequest(absl::StrCat(kCorrelation, " must be base64"));
    }
  }
  return std::nullopt;
}

}  // namespace

bool IsTopic(absl::string_view text) {
  return text.size() <= kTopicBytesMax && proto::IsTopicName(text);
}

Error BadTopic() {
  return InvalidRequest(absl::StrCat("A topic has 1 to ", kTopicBytesMax,
                                     " bytes of UTF-8, no control characters and neither + nor #"));
}

std::optional<bool> ReadFlag(const Target& target, absl::string_view name) {
  const absl::string_view text = target.Find(name).value_or("false");
  if (absl::EqualsIgnoreCase(text, "true")) return true;
  if (absl::EqualsIgnoreCase(text, "false")) return false;
  return std::nullopt;
}

std::variant<Publish, Error> ReadPublish(const Request& request, const Target& target,
                                         std::string topic) {
  if (!IsTopic(topic)) return BadTopic();
  Publish publish{.topic = std::move(topic)};
  const absl::string_view qos = target.Find("qos").value_or("0");
  if (qos != "0" && qos != "1") return InvalidRequest("qos is 0 or 1");
  publish.qos = qos == "1" ? 1 : 0;
  const auto retain = ReadFlag(target, "retain");
  if (!retain) return InvalidRequest("retain is true or false");
  publish.retain = *retain;
  publish.content_type = std::string(target.Find("contentType").value_or(""));
  publish.response_topic = std::string(target.Find("responseTopic").value_or(""));
  if (!proto::IsText(publish.content_type)) {
    return InvalidRequest("contentType must be UTF-8 without control characters");
  }
  if (!publish.response_topic.empty() && !IsTopic(publish.response_topic)) return BadTopic();
  if (const auto expiry = target.Find("messageExpiry")) {
    uint32_t seconds = 0;
    if (expiry->empty() || expiry->find_first_not_of("0123456789") != expiry->npos ||
        !absl::SimpleAtoi(*expiry, &seconds)) {
      return InvalidRequest("messageExpiry is a number of seconds");
    }
    if (seconds > 0) publish.expiry_seconds = seconds;  // 0: none, as on AWS
  }
  if (auto error = ReadHeaders(request, publish)) return *std::move(error);
  return publish;
}

}  // namespace rest
