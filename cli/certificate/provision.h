// A key and a certificate for a device or an application, with all that the registry must know.
//
// The order makes it one step: the key's folder allows nothing by itself; the registry's entries,
// written together, make it count. A crash before that leaves who may do what as it was, and the
// same call again completes it.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "cli/command.h"

namespace cli {

// Makes the folder at `path` hold a good key and certificate, registers and prints them. `thing`:
// whose they are; empty: nobody's. What else is wanted say the flags --policy, --ca and --key-kind.
absl::StatusOr<ExitCode> ProvisionFolder(Call& call, const std::string& thing,
                                         const std::string& path);

// Where the things' key folders are, as --things or --ca say.
absl::StatusOr<std::string> ThingsFolder();

}  // namespace cli
