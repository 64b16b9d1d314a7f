// Lifecycle events that the plugin of one broker has published, on their way to the clients of the
// others.
#pragma once

#include "proto/parcel.h"
#include "service/link/commands.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"

namespace service {

// True if the parcel holds events; all other brokers are to publish them. What does not decode is
// counted and logged.
bool RelayEvents(const proto::Parcel& parcel, Commands& commands, Counters& counters, Log& log);

}  // namespace service
