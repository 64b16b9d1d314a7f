// Tells who started the process how it fares, by systemd's notification protocol. supervisor.cc
// alone knows libsystemd. Started by anybody else (no NOTIFY_SOCKET in the environment), nothing is
// told, and nothing here ever fails.
//
// Ready means: the store is open and the ports are taken, so that all that can fail at the start is
// behind. A broker that is not there does not make shadowd less ready, since it waits for one for
// ever; whether the link stands is in the status line, and under /readyz.
//
// Thread rule: any thread.
#pragma once

#include "absl/strings/string_view.h"

namespace service::supervisor {

// The start has succeeded.
void Ready();

// One line for people, which `systemctl status` shows.
void Status(absl::string_view line);

// The end has begun; it may take as long as the group in hand.
void Stopping();

}  // namespace service::supervisor
