// Warnings in the broker's log that clients could bring about as often as they like: each kind once
// in a while.
#pragma once

#include <cstdint>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "plugin/broker.h"

namespace plugin {

class Warnings {
 public:
  explicit Warnings(Broker& broker) : broker_(broker) {}

  // Logs `what`, unless it was logged within ten seconds; `whom` tells of the first who did it.
  // Kinds of `what` are few: it names nobody.
  void Say(absl::string_view what, int64_t now_us, absl::string_view whom = "");

 private:
  Broker& broker_;
  absl::flat_hash_set<std::string> said_;
  int64_t since_us_ = 0;
};

}  // namespace plugin
