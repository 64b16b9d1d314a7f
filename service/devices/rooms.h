// Who handles what beyond shadows: a row a room. Fleet provisioning, which changes the registry and
// not the store, has a way of its own (provisioner.h).
#pragma once

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "desk/desk.h"
#include "desk/operation.h"
#include "desk/request.h"
#include "desk/timers.h"
#include "policy/registry_journal.h"
#include "proto/device_topic.h"

namespace service {

struct Room {
  proto::DeviceTopic::Family family;
  desk::Answer (*handle)(const desk::Request& request, desk::Desk& desk);
  absl::string_view timer_kinds;  // desk::TimerKind, those that are its
  void (*time_out)(const desk::Timer& timer, desk::Desk& desk);
  // What has changed in the account, which the desk has as it is now; null: it is nothing to it.
  void (*account_changed)(absl::Span<const policy::EntryChange> changes, desk::Desk& desk);
  // Over HTTPS, signed for `iot`; and signed for `iot-jobs-data`, or by certificate.
  absl::Span<const desk::Operation> (*operations)();
  absl::Span<const desk::Operation> (*data_operations)();
};

absl::Span<const Room> Rooms();

}  // namespace service
