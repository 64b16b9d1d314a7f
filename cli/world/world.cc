// Three processes: this one, which stands where it was called, with the terminal's signals and the
// caller to look after; the keeper (keeper.h) behind it; and what the keeper starts. Whichever of
// the first two is killed, the other leaves nothing.
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/command.h"
#include "cli/history/moment.h"
#include "cli/world/folder.h"
#include "cli/world/keeper.h"
#include "cli/world/process.h"
#include "cli/world/programs.h"

ABSL_FLAG(bool, hold, false,
          "print where the world is, as one line of JSON, and keep it until standard input ends");
ABSL_FLAG(bool, tls, false,
          "a second MQTT port, for devices with a certificate; shadowctl thing create makes them");
ABSL_FLAG(std::string, now, "",
          "TIME: what shadowd's clock begins at, in RFC 3339 or in seconds since 1970");

namespace cli {
namespace {

constexpr absl::string_view kWorldFlags[] = {"hold", "now", "tls"};
constexpr int kPassedOn[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2};

// Readable when one of the signals above has come, or a child has ended.
int SignalDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGCHLD);
  for (const int one : kPassedOn) sigaddset(&signals, one);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

// Readable when the process that called us is gone; -1 on a system that cannot tell.
int CallerDescriptor() { return static_cast<int>(syscall(SYS_pidfd_open, getppid(), 0)); }

// The keeper's side of the leash is another process's from here on.
class Leash {
 public:
  explicit Leash(int descriptor) : descriptor_(descriptor) {}
  Leash(const Leash&) = delete;
  Leash& operator=(const Leash&) = delete;
  ~Leash() { LetGo(); }

  void Pass(const signalfd_siginfo& told) {
    const auto flag = told.ssi_code == SI_KERNEL ? kFromTerminal : 0;
    const auto word = static_cast<unsigned char>(told.ssi_signo | static_cast<unsigned>(flag));
    if (descriptor_ >= 0) send(descriptor_, &word, 1, MSG_NOSIGNAL);
  }
  void LetGo() {
    if (descriptor_ >= 0) close(std::exchange(descriptor_, -1));
  }

 private:
  int descriptor_;
};

// Whether all that there is was read, or nothing can be.
bool HasEnded(int input) {
  char ignored[4096];
  return read(input, ignored, sizeof(ignored)) <= 0;
}

// Until the keeper has ended; how, as waitpid tells it.
int Attend(pid_t keeper, Leash& leash, int signals, bool holds) {
  std::array<pollfd, 3> events = {pollfd{signals, POLLIN, 0}, pollfd{CallerDescriptor(), POLLIN, 0},
                                  pollfd{holds ? STDIN_FILENO : -1, POLLIN, 0}};
  int status = 0;
  while (waitpid(keeper, &status, WNOHANG) == 0) {
    if (poll(events.data(), events.size(), -1) <= 0) continue;
    signalfd_siginfo told;
    if (events[0].revents != 0 && read(signals, &told, sizeof(told)) == sizeof(told) &&
        told.ssi_signo != SIGCHLD) {
      leash.Pass(told);
    }
    const bool left = events[1].revents != 0;
    if (left || (events[2].revents != 0 && HasEnded(STDIN_FILENO))) {
      leash.LetGo();
      events[1].fd = events[2].fd = -1;
    }
  }
  return status;
}

// Seconds between --now and now.
absl::StatusOr<int64_t> ClockOffset() {
  const std::string text = absl::GetFlag(FLAGS_now);
  const absl::Time now = absl::Now();
  int64_t seconds = absl::ToUnixSeconds(now);
  if (text.empty()) return 0;
  if (!absl::SimpleAtoi(text, &seconds)) {
    const auto moment = ReadMoment(text, now, absl::LocalTimeZone());
    if (!moment.ok())
      return absl::InvalidArgumentError(absl::StrCat("--now: ", moment.status().message()));
    seconds = absl::ToUnixSeconds(*moment);
  }
  return seconds - absl::ToUnixSeconds(now);
}

absl::StatusOr<ExitCode> RunWorld(Call& call) {
  const bool holds = absl::GetFlag(FLAGS_hold);
  if (holds == !call.arguments.empty()) {
    return absl::InvalidArgumentError(
        "a world needs a command to run in it, behind --, or --hold, and not both");
  }
  const auto clock_offset = ClockOffset();
  if (!clock_offset.ok()) return clock_offset.status();
  auto programs = FindPrograms();
  if (!programs.ok()) return programs.status();
  const std::string folder = ChooseWorldFolder();
  const int signals = SignalDescriptor();
  std::array<int, 2> ends = {-1, -1};
  AdoptDescendants();
  const pid_t group = getpgrp();
  const pid_t keeper =
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) == 0 ? fork() : -1;
  if (keeper == 0) {
    setpgid(0, 0);  // what ends our group ends us, and then the keeper has work to do
    close(ends[0]);
    auto code = KeepWorld(call, {.programs = *std::move(programs),
                                 .folder = folder,
                                 .tls = absl::GetFlag(FLAGS_tls),
                                 .clock_offset = *clock_offset,
                                 .command = call.arguments,
                                 .leash = ends[1],
                                 .foreground = group});
    if (!code.ok()) return code.status();
    return static_cast<ExitCode>(*code);
  }
  if (keeper < 0) {
    return absl::ResourceExhaustedError(absl::StrCat("no process is to be had: ", strerror(errno)));
  }
  close(ends[1]);
  Leash leash(ends[0]);
  const int status = Attend(keeper, leash, signals, holds);
  if (WIFEXITED(status)) return static_cast<ExitCode>(WEXITSTATUS(status));
  EndDescendants();
  RemoveWorldFolder(folder);
  return absl::AbortedError(
      absl::StrCat("the keeper of the world was ended by signal ", WTERMSIG(status)));
}

}  // namespace

extern const Command kWorld;
constexpr Command kWorld{
    .path = "world",
    .arguments = "[CMD...]",
    .summary = "run a command with a broker and a shadow service of its own",
    .details =
        "shadowctl world -- pytest tests: the real mosquitto and shadowd, on free ports and with\n"
        "a store that nobody else has, are there when CMD starts and gone when it ends. It finds\n"
        "them in its environment: SHADOW_ENDPOINT, SHADOW_MQTT_PORT,\n"
        "AWS_ENDPOINT_URL_IOT_DATA_PLANE, SHADOWCTL_CONFIG; with --tls SHADOW_MQTTS_PORT and\n"
        "SHADOW_CA, too. The exit code is CMD's, or 128 and\n"
        "the number of the signal that ended it. Processes that CMD leaves behind end, too.",
    .flags = kWorldFlags,
    .run = RunWorld,
};

}  // namespace cli
