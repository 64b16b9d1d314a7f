// What only the broker can do for an HTTPS request: the operation as a command to the plugin, and
// the answer that the plugin's reply to it makes.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "proto/command.h"
#include "rest/error.h"
#include "rest/message.h"
#include "rest/operation.h"
#include "service/link/session_ender.h"

namespace service {

// The commands point into what they are of. `payload` is the request's body.
proto::PublishCommand CommandOf(const rest::Publish& publish, absl::string_view payload);
proto::RetainedCommand CommandOf(const rest::GetRetained& get);
proto::RetainedCommand CommandOf(const rest::ListRetained& list);
proto::DisconnectCommand CommandOf(const rest::Disconnect& disconnect);

// `reply`: null if there was none, which is 503.
rest::Answer AnswerOf(const rest::Publish& publish, const proto::CommandReply* reply,
                      absl::string_view request_id);
rest::Answer AnswerOf(const rest::GetRetained& get, const proto::CommandReply* reply,
                      absl::string_view request_id);
rest::Answer AnswerOf(const rest::ListRetained& list, const proto::CommandReply* reply,
                      absl::string_view request_id);
rest::Answer AnswerOf(const rest::Disconnect& disconnect, const proto::CommandReply* reply,
                      absl::string_view request_id);
// Of one whose session was to end as well, once its connection has.
rest::Answer AnswerOf(SessionEnd end, absl::string_view request_id);

// Why nothing came of a request for faults, by the statuses of FaultPlans::Done.
rest::Error FaultsError(const absl::Status& status);

}  // namespace service
