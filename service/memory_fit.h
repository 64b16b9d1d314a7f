// Whether what the settings let shadowd take fits into the memory that there is.
#pragma once

#include <cstdint>

#include "measure/memory_limit.h"
#include "service/config.h"
#include "service/watch/log.h"

namespace service {

// The most that shadowd takes by its settings, in bytes. On top comes what the plugin has sent and
// has no answer to: at most its window_bytes, and the answers.
uint64_t MemoryAtMost(const Config& config);

// False if a setting by itself takes all that there is: memory_refused is logged, with its name and
// what would fit. If only all of them together allow for more, memory_short is logged, and no more:
// what they allow for is taken by busy fleets alone.
bool FitMemory(const Config& config, const measure::MemoryLimit& limit, Log& log);

}  // namespace service
