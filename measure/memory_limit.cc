#include "measure/memory_limit.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"

namespace measure {
namespace {

// Where cgroups show as folders.
struct Hierarchy {
  std::string mount_point;
  std::string mounted;               // the cgroup that shows there
  std::string own;                   // the cgroup of this process
  std::vector<std::string> numbers;  // the files that bound memory
};

std::string Content(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

// The cgroup of this process where `controller` counts; empty: version 2, which has no names.
std::optional<std::string> OwnCgroup(const std::string& root, absl::string_view controller) {
  const std::string content = Content(absl::StrCat(root, "/proc/self/cgroup"));
  for (const absl::string_view line : absl::StrSplit(content, '\n')) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    const std::vector<absl::string_view> controllers = absl::StrSplit(fields[1], ',');
    if (absl::c_linear_search(controllers, controller)) return std::string(fields[2]);
  }
  return std::nullopt;
}

// Of a line of mountinfo, if it is of cgroups that count memory (proc(5) tells the fields).
std::optional<Hierarchy> FindHierarchy(const std::string& root, absl::string_view line) {
  const std::pair<absl::string_view, absl::string_view> halves = absl::StrSplit(line, " - ");
  const std::vector<absl::string_view> mount = absl::StrSplit(halves.first, ' ');
  const std::vector<absl::string_view> type = absl::StrSplit(halves.second, ' ');
  if (mount.size() < 5 || type.size() < 3) return std::nullopt;
  const std::vector<absl::string_view> options = absl::StrSplit(type[2], ',');
  const bool is_version_2 = type[0] == "cgroup2";
  if (!is_version_2 && !(type[0] == "cgroup" && absl::c_linear_search(options, "memory"))) {
    return std::nullopt;
  }
  const auto own = OwnCgroup(root, is_version_2 ? "" : "memory");
  if (!own) return std::nullopt;
  return Hierarchy{absl::StrCat(root, mount[4]), std::string(mount[3]), *own,
                   is_version_2 ? std::vector<std::string>{"memory.max", "memory.high"}
                                : std::vector<std::string>{"memory.limit_in_bytes"}};
}

void Narrow(uint64_t bytes, const std::string& owner, MemoryLimit& limit) {
  if (bytes < limit.bytes) limit = {bytes, owner};
}

// A container may see its own cgroup as the root of all, by the name that it has outside.
void NarrowByCgroups(const Hierarchy& hierarchy, MemoryLimit& limit) {
  absl::string_view below = hierarchy.own;
  if (hierarchy.mounted != "/" && !absl::ConsumePrefix(&below, hierarchy.mounted)) below = "";
  while (true) {
    below = absl::StripSuffix(below, "/");
    const std::string folder = absl::StrCat(hierarchy.mount_point, below);
    for (const std::string& name : hierarchy.numbers) {
      uint64_t bytes;  // "max", where nothing bounds, is no number
      if (absl::SimpleAtoi(Content(absl::StrCat(folder, "/", name)), &bytes)) {
        Narrow(bytes, absl::StrCat("the cgroup ", folder), limit);
      }
    }
    if (below.empty()) return;
    below = below.substr(0, below.rfind('/'));
  }
}

void NarrowByUlimit(__rlimit_resource resource, const char* owner, MemoryLimit& limit) {
  rlimit bounds{};
  if (getrlimit(resource, &bounds) == 0 && bounds.rlim_cur != RLIM_INFINITY) {
    Narrow(bounds.rlim_cur, owner, limit);
  }
}

}  // namespace

MemoryLimit FindMemoryLimit(const std::string& root) {
  MemoryLimit limit{
      static_cast<uint64_t>(sysconf(_SC_PHYS_PAGES)) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE)),
      "the machine"};
  NarrowByUlimit(RLIMIT_AS, "ulimit -v", limit);
  NarrowByUlimit(RLIMIT_DATA, "ulimit -d", limit);
  const std::string mounts = Content(absl::StrCat(root, "/proc/self/mountinfo"));
  for (const absl::string_view line : absl::StrSplit(mounts, '\n')) {
    if (const auto hierarchy = FindHierarchy(root, line)) NarrowByCgroups(*hierarchy, limit);
  }
  return limit;
}

}  // namespace measure
