// Flags of commands that make entries of the registry and of the folder of keys.
#pragma once

#include <string>

#include "absl/flags/declare.h"
#include "cli/flags.h"

ABSL_DECLARE_FLAG(std::string, description);
ABSL_DECLARE_FLAG(cli::Repeated, tag);
