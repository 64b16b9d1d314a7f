// What shadowd is while another one is active: it tries to take the store, and whoever asks it
// anything is told so.
#pragma once

#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "service/config.h"
#include "service/watch/log.h"
#include "service/watch/standing.h"
#include "storage/ownership.h"

namespace service {

// Gives the store once it is ours; null: `stop_fd` became readable first. An error, but that the
// store cannot be reached now: it can never be taken, or a port cannot be had. A store that nobody
// else can want is taken at once or not at all. `after`: why this shadowd was active last; nothing:
// it never was. Whoever has handed over lets others go first for a while.
absl::StatusOr<std::unique_ptr<storage::Store>> StandBy(const Config& config,
                                                        storage::Ownership& ownership,
                                                        Standing& standing,
                                                        std::optional<StepDown> after, Log& log,
                                                        int stop_fd);

}  // namespace service
