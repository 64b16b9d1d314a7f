// What shadowd is while the store is its own: everything that answers devices, HTTPS and whoever
// operates it, made and tied together.
#pragma once

#include "service/config.h"
#include "service/watch/log.h"

namespace service {

// Opens the store and serves until `stop_fd` becomes readable. Gives the process's exit code; what
// stands in the way is in the log.
int Serve(Config config, Log& log, int stop_fd);

}  // namespace service
