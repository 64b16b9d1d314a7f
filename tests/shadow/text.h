// JSON in, JSON out: trees as the texts that tests are written in.
#pragma once

#include <stdexcept>
#include <string>

#include "shadow/arena.h"
#include "shadow/json.h"

namespace shadow {

inline Value Tree(absl::string_view text, Arena& arena, int64_t timestamp = 0) {
  const auto value = ParseJson(arena.Copy(text), timestamp, arena);
  if (!value) throw std::invalid_argument("not JSON: " + std::string(text));
  return *value;
}

inline std::string Text(const Value& value) {
  std::string out;
  PrintJson(value, out);
  return out;
}

}  // namespace shadow
