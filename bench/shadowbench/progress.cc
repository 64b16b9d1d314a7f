#include "bench/shadowbench/progress.h"

#include <unistd.h>

#include <cstdio>

namespace bench {
namespace {
constexpr int64_t kInterval = 250'000'000;  // ns
}  // namespace

Progress::Progress() : terminal_(isatty(STDERR_FILENO) == 1) {}

Progress::~Progress() {
  if (shown_) std::fputs("\r\x1b[K", stderr);
}

bool Progress::due(int64_t now) {
  if (!terminal_ || now < next_) return false;
  next_ = now + kInterval;
  return true;
}

void Progress::Show(absl::string_view line) {
  std::fprintf(stderr, "\r\x1b[K%.*s", static_cast<int>(line.size()), line.data());
  shown_ = true;
}

}  // namespace bench
