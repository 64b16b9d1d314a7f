// The scenarios that a command line chooses.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "advise/scenario.h"

namespace cli {

struct Choice {
  struct Chosen {
    std::string name;  // by which it can be chosen again
    const advise::Scenario* scenario;
  };
  std::vector<Chosen> all{};                             // in the order in which they are run
  std::vector<std::unique_ptr<advise::Scenario>> own{};  // read from files
};

// By --scenario. NotFound: a name is neither a scenario's nor a file's; InvalidArgument:
// "file:line:column: reason".
absl::StatusOr<Choice> ChooseByFlags();

}  // namespace cli
