// Where the programs of a world are.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace cli {

struct Programs {
  std::string mosquitto;
  std::string plugin;  // mosquitto_shadow.so
  std::string shadowd;
  std::string shadowctl;  // this program
};

// Ours are looked for in SHADOW_HOME alone, where that is set: a build folder, or what the package
// was installed under. Else around this program, and then around what PATH names; mosquitto on PATH
// and where systems keep it. NotFound: one is missing; says which, and where was looked.
absl::StatusOr<Programs> FindPrograms();

}  // namespace cli
