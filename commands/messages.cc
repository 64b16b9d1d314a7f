#include "commands/messages.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"

namespace commands {
namespace {

// What of the request's topic says which form the payload has (K1).
absl::string_view FormatLevel(absl::string_view content_type) {
  if (absl::EqualsIgnoreCase(content_type, "application/json")) return "/json";
  if (absl::EqualsIgnoreCase(content_type, "application/cbor")) return "/cbor";
  return "";
}

}  // namespace

std::string TopicOf(const Execution& execution) {
  return absl::StrCat("$aws/commands/", execution.target.is_client ? "clients/" : "things/",
                      execution.target.name, "/executions/", execution.id);
}

void TellRequest(const Command& command, std::string payload, const Execution& execution,
                 desk::Desk& desk) {
  desk.messages.push_back(
      {.topic = absl::StrCat(TopicOf(execution), "/request", FormatLevel(command.content_type)),
       .payload = std::move(payload),
       .content_type = command.content_type,
       .expires = execution.deadline});
}

void TellEvent(const Execution& execution, desk::Desk& desk) {
  const absl::string_view word = StatusWord(execution.status);
  desk.messages.push_back(
      {.topic = absl::StrCat("$aws/events/commandExecution/", execution.command, "/", word),
       .payload = control::Json()
                      .Text("executionId", execution.id)
                      .Text("status", word)
                      .ObjectIfAny("statusReason", ReasonJson(execution.reason))
                      .Text("eventType", "COMMAND_EXECUTION")
                      .Text("commandArn", control::Arn(desk.here, "command", execution.command))
                      .Text("targetArn", ArnOf(execution.target, desk.here))
                      .Number("timestamp", static_cast<uint64_t>(desk.here.now_ms))
                      .Finish()});
}

std::string ArnOf(const Target& target, const control::Surroundings& here) {
  return control::Arn(here, target.is_client ? "client" : "thing", target.name);
}

control::Json ReasonJson(const StatusReason& reason) {
  control::Json json;
  if (reason.code.empty()) return json;
  json.Text("reasonCode", reason.code).TextIfAny("reasonDescription", reason.description);
  return json;
}

}  // namespace commands
