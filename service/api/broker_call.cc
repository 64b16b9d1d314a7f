#include "service/api/broker_call.h"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "rest/error.h"
#include "rest/words.h"

namespace service {
namespace {

// `body` is that of success.
rest::Answer FromResult(const proto::CommandReply* reply, std::string body,
                        absl::string_view request_id) {
  if (reply == nullptr) return rest::WordError(rest::Unavailable("The broker is away"), request_id);
  switch (reply->result) {
    case proto::CommandResult::kDone:
      break;
    case proto::CommandResult::kForbidden:
      return rest::WordError(rest::Forbidden(), request_id);
    case proto::CommandResult::kNoSuchClient:
      return rest::WordError(rest::NotFound("No client of that id is connected"), request_id);
    case proto::CommandResult::kFaultsOff:
    case proto::CommandResult::kRefused:
    case proto::CommandResult::kNoSuchPlan:  // of faults alone, which have an answer of their own
      return rest::WordError(rest::InternalFailure(), request_id);
  }
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

}  // namespace

proto::PublishCommand CommandOf(const rest::Publish& publish, absl::string_view payload) {
  return {.topic = publish.topic,
          .at_least_once = publish.qos == 1,
          .retain = publish.retain,
          .payload = payload,
          .content_type = publish.content_type,
          .response_topic = publish.response_topic,
          .correlation_data = publish.correlation_data,
          .expiry_seconds = publish.expiry_seconds.value_or(0),
          .payload_is_utf8 = publish.payload_is_utf8,
          .user_properties = {publish.user_properties.begin(), publish.user_properties.end()}};
}

proto::RetainedCommand CommandOf(const rest::GetRetained& get) { return {.topic = get.topic}; }

proto::RetainedCommand CommandOf(const rest::ListRetained& list) {
  // One more than the page holds: whether there is a next one.
  return {.topic = {}, .after = list.after, .most = static_cast<uint16_t>(list.results_max + 1)};
}

proto::DisconnectCommand CommandOf(const rest::Disconnect& disconnect) {
  return {.client_id = disconnect.client_id, .prevent_will = disconnect.prevent_will};
}

rest::Answer AnswerOf(const rest::Publish&, const proto::CommandReply* reply,
                      absl::string_view request_id) {
  return FromResult(reply, rest::WordPublished(request_id), request_id);
}

rest::Answer AnswerOf(const rest::GetRetained& get, const proto::CommandReply* reply,
                      absl::string_view request_id) {
  if (reply == nullptr) return FromResult(reply, "", request_id);
  if (reply->retained.empty() || reply->retained[0].topic != get.topic) {
    return rest::WordError(rest::NotFound("No message is retained on this topic"), request_id);
  }
  const proto::RetainedMessage& message = reply->retained[0];
  if (message.payload.size() != message.payload_bytes) {
    return rest::WordError(rest::TooLarge(proto::kRetainedPayloadBytesMax), request_id);
  }
  return FromResult(reply, rest::WordRetained(message.topic, message.payload, message.qos),
                    request_id);
}

rest::Answer AnswerOf(const rest::ListRetained& list, const proto::CommandReply* reply,
                      absl::string_view request_id) {
  if (reply == nullptr) return FromResult(reply, "", request_id);
  std::vector<rest::RetainedTopic> topics;
  for (const proto::RetainedMessage& message : reply->retained) {
    if (topics.size() == list.results_max) break;
    topics.push_back({std::string(message.topic), message.payload_bytes, message.qos});
  }
  const bool more = reply->retained.size() > topics.size();
  return FromResult(reply, rest::WordRetainedTopics(topics, more), request_id);
}

rest::Error FaultsError(const absl::Status& status) {
  switch (status.code()) {
    case absl::StatusCode::kInvalidArgument:
      return rest::InvalidRequest(status.message());
    case absl::StatusCode::kFailedPrecondition:
      return rest::Forbidden(status.message());
    case absl::StatusCode::kNotFound:
      return rest::NotFound(status.message());
    case absl::StatusCode::kAlreadyExists:
      return rest::Conflict(status.message());
    case absl::StatusCode::kResourceExhausted:
      return rest::TooLarge(status.message());
    case absl::StatusCode::kUnavailable:
      return rest::Unavailable(status.message());
    default:
      return rest::InternalFailure();
  }
}

rest::Answer AnswerOf(const rest::Disconnect&, const proto::CommandReply* reply,
                      absl::string_view request_id) {
  return FromResult(reply, "", request_id);
}

rest::Answer AnswerOf(SessionEnd end, absl::string_view request_id) {
  switch (end) {
    case SessionEnd::kEnded:
      break;
    case SessionEnd::kNoSession:
      return rest::WordError(rest::NotFound("No client of that id is connected or has a session"),
                             request_id);
    case SessionEnd::kStands:
      return rest::WordError(
          rest::Unavailable("The client has connected again before its session was ended"),
          request_id);
    case SessionEnd::kUnavailable:
      return rest::WordError(rest::Unavailable("The broker is away"), request_id);
  }
  return {.status = 200, .body = {}, .error_type = {}, .allow = {}};
}

}  // namespace service
