#include "cli/world/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace cli {
namespace {

constexpr int kCannotRun = 127;

// Between fork and exec: our stdio has nothing to do with it.
[[noreturn]] void Give(absl::string_view what) {
  const std::string line = absl::StrCat("shadowctl: ", what, ": ", strerror(errno), "\n");
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, line.data(), line.size());
  _exit(kCannotRun);
}

// A signal that came since the fork is met by what it means to the command.
void SetSignals() {
  for (const int one : {SIGPIPE, SIGINT, SIGTERM}) signal(one, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

void SetStreams(const std::string& log) {
  const int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
  const int file = open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (null < 0 || file < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(file, STDOUT_FILENO) < 0 ||
      dup2(file, STDERR_FILENO) < 0) {
    Give(log);
  }
}

[[noreturn]] void Become(const Start& start, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(kCannotRun);  // it ended before it could take us with it
  SetSignals();
  // It may be gone, with all who would notice.
  if (start.group != 0) setpgid(0, start.group);
  if (start.own_group) setpgid(0, 0);
  if (!start.log.empty()) SetStreams(start.log);
  if (!start.folder.empty() && chdir(start.folder.c_str()) != 0) Give(start.folder);
  for (const auto& [name, value] : start.environment) setenv(name.c_str(), value.c_str(), 1);
  std::vector<char*> words;
  for (const std::string& word : start.command) words.push_back(const_cast<char*>(word.c_str()));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  Give(start.command[0]);
}

std::vector<pid_t> Children() {
  std::ifstream file(absl::StrCat("/proc/self/task/", getpid(), "/children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

}  // namespace

absl::StatusOr<pid_t> StartProcess(const Start& start) {
  const pid_t self = getpid();
  sigset_t all;
  sigset_t ours;
  sigfillset(&all);
  sigprocmask(SIG_SETMASK, &all, &ours);
  const pid_t child = fork();
  if (child == 0) Become(start, self);
  sigprocmask(SIG_SETMASK, &ours, nullptr);
  // By whoever of the two comes first: a signal to the group must find it.
  if (child > 0 && start.own_group) setpgid(child, child);
  if (child > 0) return child;
  return absl::ResourceExhaustedError(
      absl::StrCat(start.command[0], " cannot be started: ", strerror(errno)));
}

int ShellCode(int status) {
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

void AskToEnd(const std::vector<pid_t>& processes, absl::Duration patience) {
  std::vector<pid_t> living = processes;
  std::erase(living, 0);
  const absl::Time deadline = absl::Now() + patience;
  while (!living.empty() && absl::Now() < deadline) {
    // Again and again: mosquitto would sleep 100 ms over a signal that comes just before it waits.
    for (const pid_t one : living) kill(one, SIGTERM);
    absl::SleepFor(absl::Milliseconds(1));
    std::erase_if(living, [](pid_t one) { return waitpid(one, nullptr, WNOHANG) != 0; });
  }
}

void AdoptDescendants() { prctl(PR_SET_CHILD_SUBREAPER, 1); }

void EndDescendants() {
  while (true) {
    for (const pid_t child : Children()) kill(child, SIGKILL);
    if (waitpid(-1, nullptr, 0) < 0 && errno == ECHILD) return;
  }
}

}  // namespace cli
