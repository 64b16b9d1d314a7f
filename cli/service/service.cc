#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kServiceFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> Tell(Call& call, const JsonText& request) {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  const auto answer = connection->Ask(request);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << answer->line << "\n";
    return ExitCode::kDone;
  }
  for (size_t i = 0; i < answer->tree.names.size(); ++i) {
    if (answer->tree.names[i].text == "ok") continue;
    call.out << answer->tree.names[i].text << " " << answer->tree.elements[i].text << "\n";
  }
  return ExitCode::kDone;
}

absl::StatusOr<ExitCode> RunStats(Call& call) {
  return Tell(call, JsonText::Object({{"command", JsonText::String("stats")}}));
}

absl::StatusOr<ExitCode> RunLogLevel(Call& call) {
  std::vector<JsonText::Member> members = {{"command", JsonText::String("log_level")}};
  if (!call.arguments.empty()) members.emplace_back("level", JsonText::String(call.arguments[0]));
  return Tell(call, JsonText::Object(members));
}

}  // namespace

extern const Command kServiceStats;
constexpr Command kServiceStats{
    .path = "service stats",
    .arguments = "",
    .summary = "tell how a running shadowd does",
    .details = "",
    .flags = kServiceFlags,
    .run = RunStats,
};

extern const Command kServiceLogLevel;
constexpr Command kServiceLogLevel{
    .path = "service log-level",
    .arguments = "[LEVEL]",
    .summary = "tell or change what a running shadowd logs: debug, info, warning or error",
    .details = "",
    .flags = kServiceFlags,
    .run = RunLogLevel,
};

}  // namespace cli
