#include "cli/world/keeper.h"

#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <optional>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "cli/shadow/https_client.h"
#include "cli/text_file.h"
#include "cli/world/endpoint.h"
#include "cli/world/first_answer.h"
#include "cli/world/folder.h"
#include "cli/world/process.h"

ABSL_DECLARE_FLAG(std::string, endpoint);

namespace cli {
namespace {

constexpr int kTriesMax = 20;  // to find ports that nobody takes before us
constexpr absl::Duration kStartMax = absl::Seconds(60);
constexpr absl::Duration kEndMax = absl::Seconds(2);
constexpr int kLookMs = 1;  // for what tells of itself by being there
constexpr size_t kLogTailBytes = 600;
constexpr char kBrokerLog[] = "broker.log";
constexpr char kServiceLog[] = "shadowd.log";

class Keeper {
 public:
  Keeper(Call& call, const WorldPlan& plan)
      : call_(call),
        plan_(plan),
        endpoint_{.programs = plan.programs, .folder = plan.folder, .tls = plan.tls} {
    sigset_t children;
    sigemptyset(&children);
    sigaddset(&children, SIGCHLD);
    ends_ = signalfd(-1, &children, SFD_CLOEXEC | SFD_NONBLOCK);
  }
  Keeper(const Keeper&) = delete;
  Keeper& operator=(const Keeper&) = delete;
  ~Keeper() {
    if (command_ != 0) kill(command_, SIGKILL);
    AskToEnd({service_, broker_}, kEndMax);
    EndDescendants();
    RemoveWorldFolder(plan_.folder);
    close(ends_);
  }

  absl::StatusOr<int> Run() {
    if (absl::Status begun = Begin(); !begun.ok()) return begun;
    if (stopped_) return 128 + *stopped_;
    return plan_.command.empty() ? Hold() : RunCommand();
  }

 private:
  enum class Turn { kReady, kPortTaken, kLeft };

  absl::Status Begin() {
    if (absl::Status made = MakeWorldFolder(endpoint_.folder); !made.ok()) return made;
    if (endpoint_.tls) {
      if (absl::Status made = MakeCertificates(endpoint_); !made.ok()) return made;
    }
    for (int tries = 0; tries < kTriesMax; ++tries) {
      if (absl::Status chosen = ChoosePorts(endpoint_); !chosen.ok()) return chosen;
      if (absl::Status written = WriteFiles(endpoint_); !written.ok()) return written;
      const auto turn = BeginOnce();
      if (!turn.ok()) return turn.status();
      if (*turn == Turn::kReady && plan_.clock_offset != 0) return MoveClock();
      if (*turn != Turn::kPortTaken) return absl::OkStatus();
      AskToEnd({service_, broker_}, kEndMax);
      service_ = broker_ = 0;
      for (const char* const name : {"link.sock", "admin.sock", kBrokerLog, kServiceLog}) {
        unlink(endpoint_.File(name).c_str());
      }
    }
    return absl::UnavailableError("others take every port before it can be used");
  }

  absl::StatusOr<Turn> BeginOnce() {
    for (auto [process, start] : {std::pair{&broker_, endpoint_.BrokerStart()},
                                  std::pair{&service_, endpoint_.ServiceStart()}}) {
      const auto started = StartProcess(start);
      if (!started.ok()) return started.status();
      *process = *started;
    }
    FirstAnswer answer;
    const absl::Time deadline = absl::Now() + kStartMax;
    for (auto left = kStartMax; left > absl::ZeroDuration(); left = deadline - absl::Now()) {
      const bool asked = answer.descriptor() >= 0;
      Await(asked ? static_cast<int>(absl::ToInt64Milliseconds(left)) : kLookMs,
            answer.descriptor());
      if (stopped_) return Turn::kLeft;
      if (broker_ == 0 || service_ == 0) return WhyItEnded();
      if (asked) {
        const auto answered = answer.Read();
        if (!answered.ok()) return answered.status();
        if (*answered) return Turn::kReady;
      } else if (access(endpoint_.File("link.sock").c_str(), F_OK) == 0) {
        if (absl::Status sent = answer.Ask(endpoint_.mqtt_port); !sent.ok()) return sent;
      }
    }
    return DidNotStart("no shadow request was answered in time");
  }

  absl::Status MoveClock() const {
    absl::SetFlag(&FLAGS_endpoint, endpoint_.HttpUrl());
    auto client = HttpsClient::FromFlags();
    if (!client.ok()) return client.status();
    return client
        ->Put("/_shadow/v1/clock", absl::StrCat("{\"offset_seconds\":", plan_.clock_offset, "}"))
        .status();
  }

  absl::StatusOr<Turn> WhyItEnded() const {
    constexpr absl::string_view kTaken = "Address already in use";
    for (const char* const log : {kBrokerLog, kServiceLog}) {
      if (absl::StrContains(ReadTextFile(endpoint_.File(log)).value_or(""), kTaken)) {
        return Turn::kPortTaken;
      }
    }
    return DidNotStart(
        absl::StrCat(broker_ == 0 ? endpoint_.programs.mosquitto : endpoint_.programs.shadowd,
                     " ended while it was being started"));
  }

  absl::Status DidNotStart(absl::string_view what) const {
    return absl::UnavailableError(
        absl::StrCat(what, "\nmosquitto: ", Tail(kBrokerLog), "\nshadowd: ", Tail(kServiceLog)));
  }

  std::string Tail(const char* log) const {
    const std::string text = ReadTextFile(endpoint_.File(log)).value_or("");
    const absl::string_view tail = absl::StripAsciiWhitespace(text);
    return std::string(tail.substr(tail.size() - std::min(tail.size(), kLogTailBytes)));
  }

  absl::StatusOr<int> RunCommand() {
    Start start{.command = plan_.command, .environment = endpoint_.Environment()};
    start.group = plan_.foreground;
    const auto started = StartProcess(start);
    if (!started.ok()) return started.status();
    command_ = *started;
    is_up_ = true;
    while (!code_ && stopped_ != SIGKILL) Await(-1);
    if (!code_) return 128 + SIGKILL;
    return *code_ == 0 && is_broken_ ? static_cast<int>(ExitCode::kFailed) : *code_;
  }

  absl::StatusOr<int> Hold() {
    is_up_ = true;
    call_.out << endpoint_.Description().text() << "\n" << std::flush;
    while (!stopped_) Await(-1);
    return static_cast<int>(is_broken_ ? ExitCode::kFailed : ExitCode::kDone);
  }

  // Waits until something happens, so long at most (-1: for ever), and takes up what did.
  void Await(int milliseconds, int other = -1) {
    std::array<pollfd, 3> events = {pollfd{plan_.leash, POLLIN, 0}, pollfd{ends_, POLLIN, 0},
                                    pollfd{other, POLLIN, 0}};
    if (poll(events.data(), events.size(), milliseconds) <= 0) return;
    if (events[0].revents != 0) TakeSignal();
    if (events[1].revents != 0) TakeEnds();
  }

  void TakeSignal() {
    unsigned char word = 0;
    if (read(plan_.leash, &word, 1) != 1) {
      stopped_ = SIGKILL;
      return;
    }
    const int signal = word & ~kFromTerminal;
    if (command_ == 0) {
      stopped_ = signal;
    } else if ((word & kFromTerminal) == 0) {
      kill(command_, signal);
    }
  }

  void TakeEnds() {
    signalfd_siginfo told;
    while (read(ends_, &told, sizeof(told)) > 0) continue;
    int status = 0;
    for (pid_t one = 0; (one = waitpid(-1, &status, WNOHANG)) > 0;) {
      if (one == command_) {
        command_ = 0;
        code_ = ShellCode(status);
      } else if (one == broker_) {
        broker_ = 0;
        TellBreach("mosquitto", kBrokerLog, status);
      } else if (one == service_) {
        service_ = 0;
        TellBreach("shadowd", kServiceLog, status);
      }
    }
  }

  // A test that passes without its endpoint has shown nothing.
  void TellBreach(absl::string_view name, const char* log, int status) {
    if (!is_up_) return;
    is_broken_ = true;
    call_.err << "shadowctl: " << name << " of the world has ended with " << ShellCode(status)
              << ": " << Tail(log) << "\n"
              << std::flush;
  }

  Call& call_;
  const WorldPlan& plan_;
  Endpoint endpoint_;
  int ends_ = -1;  // readable when a child has ended
  pid_t broker_ = 0;
  pid_t service_ = 0;
  pid_t command_ = 0;
  std::optional<int> code_;     // of the command
  std::optional<int> stopped_;  // by this signal; SIGKILL: nobody wants the world any more
  bool is_up_ = false;
  bool is_broken_ = false;  // a program of it has ended by itself
};

}  // namespace

absl::StatusOr<int> KeepWorld(Call& call, const WorldPlan& plan) {
  AdoptDescendants();
  return Keeper(call, plan).Run();
}

}  // namespace cli
