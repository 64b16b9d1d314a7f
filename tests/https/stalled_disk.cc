// Preloaded into shadowd: while the file that STALLED_DISK names is there, nothing that is to reach
// the disk does, and who asks for it waits. Before it waits it makes a file beside it, `.waiting`,
// so that a test knows that a commit is in flight.
#include <dlfcn.h>
#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <string>
#include <thread>

namespace {

void WaitWhileStalled() {
  const char* const stalled = std::getenv("STALLED_DISK");
  if (stalled == nullptr || access(stalled, F_OK) != 0) return;
  const std::string waiting = std::string(stalled) + ".waiting";
  const int file = open(waiting.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  if (file >= 0) close(file);
  while (access(stalled, F_OK) == 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

int PassOn(const char* name, int file) {
  const auto real = reinterpret_cast<int (*)(int)>(dlsym(RTLD_NEXT, name));
  WaitWhileStalled();
  return real(file);
}

}  // namespace

extern "C" {

int fsync(int file) { return PassOn("fsync", file); }
int fdatasync(int file) { return PassOn("fdatasync", file); }

}  // extern "C"
