#include "service/devices/rooms.h"

#include "commands/commands.h"
#include "commands/kept.h"
#include "jobs/jobs.h"

namespace service {
namespace {

constexpr Room kRooms[] = {
    {.family = proto::DeviceTopic::Family::kCommands,
     .handle = commands::Handle,
     .timer_kinds = "c",
     .time_out = commands::TimeOut,
     .account_changed = nullptr,
     .operations = commands::Operations,
     .data_operations = commands::DataOperations},
    {.family = proto::DeviceTopic::Family::kJobs,
     .handle = jobs::Handle,
     .timer_kinds = "jr",
     .time_out = jobs::TimeOut,
     .account_changed = jobs::AccountChanged,
     .operations = jobs::Operations,
     .data_operations = jobs::DataOperations},
};

}  // namespace

absl::Span<const Room> Rooms() { return kRooms; }

}  // namespace service
