#include "cli/world/folder.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>

#include "absl/strings/str_cat.h"

namespace cli {
namespace {

constexpr char kMemory[] = "/dev/shm";
// A world begins with 6 MiB. Containers have 64 MiB there, which many worlds would have to share.
constexpr uint64_t kRoomBytesMin = 128 << 20;

bool HasRoom(const char* folder) {
  struct statvfs system = {};
  return access(folder, W_OK | X_OK) == 0 && statvfs(folder, &system) == 0 &&
         uint64_t{system.f_bavail} * system.f_frsize >= kRoomBytesMin;
}

std::string Place() {
  if (HasRoom(kMemory)) return kMemory;
  const char* const named = std::getenv("TMPDIR");
  return named != nullptr && *named != '\0' ? std::filesystem::absolute(named).string() : "/tmp";
}

}  // namespace

std::string ChooseWorldFolder() {
  std::random_device device;
  return absl::StrCat(Place(), "/shadow-world-", getpid(), "-",
                      absl::Hex(device(), absl::kZeroPad8), absl::Hex(device(), absl::kZeroPad8));
}

absl::Status MakeWorldFolder(const std::string& path) {
  if (mkdir(path.c_str(), S_IRWXU) == 0) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("the world's folder ", path, " (TMPDIR) cannot be made: ", strerror(errno)));
}

void RemoveWorldFolder(const std::string& path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace cli
