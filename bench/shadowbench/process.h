// What a process has used so far, read from the kernel.
#pragma once

#include <sys/types.h>

#include <cstddef>

#include "absl/status/statusor.h"

namespace bench {

struct ProcessUse {
  double cpu_seconds = 0;     // user and system, all threads, to the nanosecond
  double system_seconds = 0;  // of them in the kernel, to the clock tick
  size_t resident_bytes = 0;
};

// NotFound: no process has this id.
absl::StatusOr<ProcessUse> ReadProcessUse(pid_t pid);

}  // namespace bench
