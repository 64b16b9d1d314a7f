// What shadowd is while the store is its own: everything that answers devices, HTTPS and whoever
// operates it, made and tied together.
#pragma once

#include <optional>

#include "service/config.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"
#include "service/watch/standing.h"
#include "storage/ownership.h"
#include "storage/store.h"

namespace service {

// Serves from `store`, which was just taken of `ownership`, until `stop_fd` becomes readable or the
// store is not ours any more, and gives which. Nothing: something stands in the way, which the log
// tells.
std::optional<StepDown> Serve(const Config& config, storage::Store& store,
                              storage::Ownership& ownership, Standing& standing, ShadowClock& clock,
                              Log& log, int stop_fd);

}  // namespace service
