#include "service/devices/rooms.h"

#include "commands/commands.h"
#include "commands/kept.h"

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
};

}  // namespace

absl::Span<const Room> Rooms() { return kRooms; }

}  // namespace service
