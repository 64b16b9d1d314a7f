#include <sys/resource.h>
#include <sys/time.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "service/metrics/families.h"

namespace service {
namespace {

namespace fs = std::filesystem;

std::string Content(const char* path) {
  std::ifstream file(path);
  std::ostringstream content;
  content << file.rdbuf();
  return content.str();
}

// What /proc/self/stat says from its third field (the state) on: nothing before it can hold the
// parenthesis that ends the program's name.
std::vector<double> Stat() {
  const std::string text = Content("/proc/self/stat");
  const size_t end_of_name = text.rfind(") ");
  std::vector<double> fields;
  if (end_of_name == std::string::npos) return fields;
  for (const absl::string_view word : absl::StrSplit(text.substr(end_of_name + 2), ' ')) {
    double number = 0;
    fields.push_back(absl::SimpleAtod(word, &number) ? number : 0);
  }
  return fields;
}

// When the machine was started, in epoch seconds.
double BootTime() {
  for (const absl::string_view line : absl::StrSplit(Content("/proc/stat"), '\n')) {
    double seconds = 0;
    const std::pair<absl::string_view, absl::string_view> words = absl::StrSplit(line, ' ');
    if (words.first == "btime" && absl::SimpleAtod(words.second, &seconds)) return seconds;
  }
  return 0;
}

double OpenFiles() {
  std::error_code error;
  double count = 0;
  for (fs::directory_iterator entry("/proc/self/fd", error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    ++count;
  }
  return count;
}

}  // namespace

void AddProcess(Families& families) {
  const std::vector<double> stat = Stat();
  constexpr size_t kUserTicks = 11, kSystemTicks = 12, kThreads = 17, kStartTicks = 19;
  constexpr size_t kVirtualBytes = 20, kResidentPages = 21;
  if (stat.size() <= kResidentPages) return;
  const auto ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  rlimit files{};
  getrlimit(RLIMIT_NOFILE, &files);

  families.Counter("process_cpu_seconds_total", "User and system time of shadowd.")
      .Add((stat[kUserTicks] + stat[kSystemTicks]) / ticks);
  families.Gauge("process_resident_memory_bytes", "Memory of shadowd.")
      .Add(stat[kResidentPages] * static_cast<double>(sysconf(_SC_PAGESIZE)));
  families.Gauge("process_virtual_memory_bytes", "Its address space.").Add(stat[kVirtualBytes]);
  families.Gauge("process_threads", "Its threads.").Add(stat[kThreads]);
  families.Gauge("process_open_fds", "Its open files.").Add(OpenFiles());
  families.Gauge("process_max_fds", "How many it may open.")
      .Add(static_cast<double>(files.rlim_cur));
  families.Gauge("process_start_time_seconds", "When it was started.")
      .Add(BootTime() + stat[kStartTicks] / ticks);
}

}  // namespace service
