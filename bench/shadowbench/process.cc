#include "bench/shadowbench/process.h"

#include <time.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"

namespace bench {
namespace {

// /proc/<pid>/stat from its third field on: the second, the name in brackets, may hold blanks.
std::istringstream StatAfterName(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/stat"));
  std::string line;
  std::getline(file, line);
  const size_t name_end = line.rfind(')');
  return std::istringstream(name_end == std::string::npos ? "" : line.substr(name_end + 1));
}

}  // namespace

absl::StatusOr<ProcessUse> ReadProcessUse(pid_t pid) {
  clockid_t clock;
  timespec used;
  if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &used) != 0) {
    return absl::NotFoundError(absl::StrCat("no process has the id ", pid));
  }
  ProcessUse use;
  use.cpu_seconds = static_cast<double>(used.tv_sec) + 1e-9 * static_cast<double>(used.tv_nsec);

  constexpr int kFieldsBeforeSystemTime = 12;  // state (field 3) to utime (14)
  constexpr int kFieldsFromThereToRss = 8;     // cutime (16) to vsize (23)
  std::istringstream stat = StatAfterName(pid);
  std::string skipped;
  double ticks = 0;
  double pages = 0;
  for (int i = 0; i < kFieldsBeforeSystemTime; ++i) stat >> skipped;
  stat >> ticks;
  for (int i = 0; i < kFieldsFromThereToRss; ++i) stat >> skipped;
  stat >> pages;
  use.system_seconds = ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
  use.resident_bytes = static_cast<size_t>(pages) * static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return use;
}

}  // namespace bench
