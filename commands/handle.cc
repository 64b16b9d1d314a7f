// Devices' responses: K5 to K9.
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "commands/commands.h"
#include "commands/messages.h"
#include "commands/response.h"
#include "proto/device_refusal.h"

namespace commands {
namespace {

desk::Answer Reject(absl::string_view error, absl::string_view message, absl::string_view id) {
  return {.accepted = false, .payload = proto::WordCommandRefusal(error, message, id)};
}

}  // namespace

desk::Answer Handle(const desk::Request& request, desk::Desk& desk) {
  const absl::string_view id = request.topic.item;
  if (!request.fault.empty()) return Reject("InvalidJson", request.fault, id);
  const auto read = ReadResponse(request.payload, id);
  if (const auto* rejection = std::get_if<Rejection>(&read)) {
    return Reject(rejection->error, rejection->message, id);
  }
  const auto& update = std::get<Update>(read);
  const auto before = FindExecution(id, desk);
  const Target target = {.is_client = request.topic.is_client,
                         .name = std::string(request.topic.subject)};
  if (!before || before->target != target) {
    return Reject("ResourceNotFound",
                  absl::StrCat("Command Execution ", id, " does not exist for this device."), id);
  }
  Execution execution = *before;
  if (!Apply(update, desk.now(), execution)) {
    return Reject(
        "InvalidStateTransition",
        absl::StrCat("Command Execution status cannot be updated to ", StatusWord(update.status),
                     " since execution has already completed with status ",
                     StatusWord(before->status), "."),
        id);
  }
  Keep(execution, *before, desk);
  TellEvent(execution, desk);
  return {.payload = control::Json().Text("executionId", id).Finish()};
}

}  // namespace commands
