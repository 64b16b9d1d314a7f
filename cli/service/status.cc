#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kStatusFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> RunStatus(Call& call) {
  return TellAnswer(call, JsonText::Object({{"command", JsonText::String("status")}}));
}

}  // namespace

extern const Command kServiceStatus;
constexpr Command kServiceStatus{
    .path = "service status",
    .arguments = "",
    .summary = "tell whether a running shadowd is active or stands by, and who is active",
    .details = "",
    .flags = kStatusFlags,
    .run = RunStatus,
};

}  // namespace cli
