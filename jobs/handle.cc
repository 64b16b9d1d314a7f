// Handle of jobs.h: requests over MQTT.
#include "absl/strings/ascii.h"
#include "absl/strings/strip.h"
#include "control/members.h"
#include "jobs/device.h"
#include "jobs/jobs.h"

namespace jobs {
namespace {

constexpr size_t kPayloadBytesMax = 128 * 1024;  // as MQTT of AWS has it
constexpr control::Route kOnTopic = {"", "", "", nullptr};
// What members are refused with over HTTP; over MQTT one that is alone stands without it (J9).
constexpr absl::string_view kOneError = "1 validation error detected: ";

// What HTTP has beside the body, of which a topic has nothing.
struct Frame {
  rest::Request request{};
  rest::Target target{};
};

std::variant<policy::Node, Fault> ReadPayload(const desk::Request& request) {
  if (!request.fault.empty()) return InvalidJson(request.fault);
  const bool is_empty = absl::StripAsciiWhitespace(request.payload).empty();
  auto read = policy::ParseJsonTree(is_empty ? "{}" : request.payload, kPayloadBytesMax);
  if (!read.ok()) return InvalidJson(read.status().message());
  if (read->kind == policy::Node::Kind::kObject) return *std::move(read);
  return InvalidJson("it is no object");
}

std::optional<std::string> TokenOf(const policy::Node& body) {
  const policy::Node* const token = body.Find("clientToken");
  if (token == nullptr || token->kind != policy::Node::Kind::kString) return std::nullopt;
  return token->text;
}

Told Perform(const proto::DeviceTopic& topic, const control::Call& call, desk::Desk& desk) {
  control::Members in(call);
  (void)in.Text("clientToken", control::kAnyText);
  if (const auto refusal = in.Refused()) return InvalidRequest(refusal->message);
  if (topic.verb == "start-next") return StartNext(call, Wire::kMqtt, desk);
  if (topic.verb == "update") return Update(call, Wire::kMqtt, desk);
  return topic.item.empty() ? GetPending(call, desk) : Describe(call, Wire::kMqtt, desk);
}

desk::Answer Reject(Fault fault, const std::optional<std::string>& token, const desk::Desk& desk) {
  absl::string_view message = fault.message;
  if (absl::ConsumePrefix(&message, kOneError)) fault.message = std::string(message);
  return {.accepted = false, .payload = TellFault(fault, token, desk.now())};
}

}  // namespace

desk::Answer Handle(const desk::Request& request, desk::Desk& desk) {
  auto body = ReadPayload(request);
  const auto* const node = std::get_if<policy::Node>(&body);
  const auto token = node == nullptr ? std::nullopt : TokenOf(*node);
  const proto::DeviceTopic& topic = request.topic;
  if (topic.verb.empty() || (topic.verb == "update" && topic.item == "$next")) {
    return Reject(InvalidTopic(), token, desk);
  }
  if (node == nullptr) return Reject(std::get<Fault>(std::move(body)), token, desk);
  const Frame frame;
  const control::Call call{
      .route = kOnTopic,
      .request = frame.request,
      .target = frame.target,
      .labels = {{"thingName", std::string(topic.subject)}, {"jobId", std::string(topic.item)}},
      .body = *node};
  Told told = Perform(topic, call, desk);
  if (absl::Status status = desk.draft.TakeStatus(); !status.ok()) {
    desk.draft.Fail(std::move(status));
    told = InternalError();
  }
  if (auto* const fault = std::get_if<Fault>(&told)) return Reject(std::move(*fault), token, desk);
  auto& json = std::get<control::Json>(told);
  json.Number("timestamp", static_cast<uint64_t>(desk.now()));
  if (token) json.Text("clientToken", *token);
  return {.payload = json.Finish()};
}

}  // namespace jobs
