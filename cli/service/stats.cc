#include "cli/command.h"
#include "cli/service/admin_connection.h"

namespace cli {
namespace {

constexpr absl::string_view kStatsFlags[] = {"admin_socket"};

absl::StatusOr<ExitCode> RunStats(Call& call) {
  return TellAnswer(call, JsonText::Object({{"command", JsonText::String("stats")}}));
}

}  // namespace

extern const Command kServiceStats;
constexpr Command kServiceStats{
    .path = "service stats",
    .arguments = "",
    .summary = "tell how a running shadowd does",
    .details = "",
    .flags = kStatsFlags,
    .run = RunStats,
};

}  // namespace cli
