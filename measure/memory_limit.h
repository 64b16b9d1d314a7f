// How much memory a process may have, by the narrowest of what bounds it.
#pragma once

#include <cstdint>
#include <string>

namespace measure {

struct MemoryLimit {
  uint64_t bytes;
  std::string owner;  // who sets it, in words: "the machine", "the cgroup PATH", "ulimit -v"
};

// The least of: the machine's memory, the bounds of the cgroups that this process is in (version 1
// and 2, and of all above them), and those of `ulimit -v` and `-d`. What cannot be read does not
// bound. `root`: where /proc and /sys are looked for, for tests.
MemoryLimit FindMemoryLimit(const std::string& root = "");

}  // namespace measure
