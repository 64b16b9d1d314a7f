// The folder that a world lives in, and that ends with it.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace cli {

// Where one could be made that nobody else will make: in memory (/dev/shm) where there is room,
// else in TMPDIR, else in /tmp. It is chosen before it is made, so that there is no time at which a
// folder is there that only one process knows of.
std::string ChooseWorldFolder();

// Makes it, for us alone. Fails with the system's reason.
absl::Status MakeWorldFolder(const std::string& path);

// With all that is in it. What is not there is no failure.
void RemoveWorldFolder(const std::string& path);

}  // namespace cli
