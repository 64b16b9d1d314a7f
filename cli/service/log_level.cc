#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kLogLevelFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> RunLogLevel(Call& call) {
  std::vector<JsonText::Member> members = {{"command", JsonText::String("log_level")}};
  if (!call.arguments.empty()) members.emplace_back("level", JsonText::String(call.arguments[0]));
  return TellAnswer(call, JsonText::Object(members));
}

}  // namespace

extern const Command kServiceLogLevel;
constexpr Command kServiceLogLevel{
    .path = "service log-level",
    .arguments = "[LEVEL]",
    .summary = "tell or change what a running shadowd logs: debug, info, warning or error",
    .details = "",
    .flags = kLogLevelFlags,
    .run = RunLogLevel,
};

}  // namespace cli
