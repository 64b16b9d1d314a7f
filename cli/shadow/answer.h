// What shadowd answers over HTTPS with a JSON object.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "shadow/arena.h"
#include "shadow/json.h"

namespace cli {

// The text and what it says, with views into the text and the arena.
struct Answer {
  std::string text;
  shadow::Arena arena;
  shadow::Value json;  // an object
};

// Internal if it is no JSON object; else the fault of what was answered, if it is one.
absl::StatusOr<std::unique_ptr<Answer>> ReadAnswer(absl::StatusOr<std::string> text);

}  // namespace cli
