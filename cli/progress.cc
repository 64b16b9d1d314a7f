#include "cli/progress.h"

#include <unistd.h>

#include <iostream>

namespace cli {
namespace {

constexpr auto kPause = std::chrono::milliseconds(200);

}  // namespace

Progress::Progress(std::ostream& err, absl::string_view what, bool wanted)
    : err_(err),
      what_(what),
      wanted_(wanted),
      is_terminal_(&err == &std::cerr && isatty(STDERR_FILENO) == 1),
      told_(std::chrono::steady_clock::now()) {}

void Progress::Step() {
  ++count_;
  if (!wanted_ || !is_terminal_) return;
  const auto now = std::chrono::steady_clock::now();
  if (now - told_ < kPause) return;
  told_ = now;
  err_ << "\r" << count_ << " " << what_ << std::flush;
}

void Progress::End() {
  if (wanted_) err_ << (is_terminal_ ? "\r" : "") << count_ << " " << what_ << "\n";
}

}  // namespace cli
