// A count that grows on a terminal while a long command works, and once at its end elsewhere.
#pragma once

#include <chrono>
#include <cstdint>
#include <ostream>

#include "absl/strings/string_view.h"

namespace cli {

class Progress {
 public:
  // "1200 exported". Says nothing unless `wanted`.
  Progress(std::ostream& err, absl::string_view what, bool wanted);

  void Step();
  void End();
  int64_t count() const { return count_; }

 private:
  std::ostream& err_;
  absl::string_view what_;
  bool wanted_;
  bool is_terminal_;
  int64_t count_ = 0;
  std::chrono::steady_clock::time_point told_;
};

}  // namespace cli
