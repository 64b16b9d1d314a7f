#include "service/devices/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

extern char** environ;

namespace service {
namespace {

constexpr absl::string_view kEnds = "shadowd is ending";

absl::Status Failed(absl::string_view what) {
  return absl::InternalError(absl::StrCat(what, ": ", strerror(errno)));
}

// A command, with a socket to its standard input and from its standard output.
class Command {
 public:
  // Its own process group, so that whatever it starts is ended with it.
  static absl::StatusOr<Command> Start(const std::string& command) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return Failed("socketpair");
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&files);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&files, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK);
    std::string shell = "/bin/sh";
    std::string flag = "-c";
    std::string text = command;
    char* const arguments[] = {shell.data(), flag.data(), text.data(), nullptr};
    pid_t pid = 0;
    const int failed = posix_spawn(&pid, shell.c_str(), &files, &attributes, arguments, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    close(ends[1]);
    if (failed == 0) return Command(pid, ends[0]);
    close(ends[0]);
    errno = failed;
    return Failed("the shell could not be started");
  }

  Command(Command&& other) noexcept
      : pid_(std::exchange(other.pid_, 0)), socket_(std::exchange(other.socket_, -1)) {}
  Command& operator=(Command&&) = delete;

  ~Command() {
    if (socket_ >= 0) close(socket_);
    if (pid_ == 0) return;
    kill(-pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
    }
  }

  int socket() const { return socket_; }

  // Whether it has ended well, once it has closed its standard output. It gets the rest of the
  // time.
  absl::Status Finish(absl::Time deadline) {
    for (int state = 0;;) {
      const pid_t ended = waitpid(pid_, &state, WNOHANG);
      if (ended == pid_) {
        const pid_t group = std::exchange(pid_, 0);
        kill(-group, SIGKILL);  // what it has left behind
        if (WIFEXITED(state) && WEXITSTATUS(state) == 0) return absl::OkStatus();
        return absl::InternalError(
            absl::StrCat("the hook failed with code ", WIFEXITED(state) ? WEXITSTATUS(state) : -1));
      }
      if (absl::Now() >= deadline) return absl::DeadlineExceededError("the hook did not end");
      absl::SleepFor(absl::Milliseconds(2));
    }
  }

 private:
  Command(pid_t pid, int socket) : pid_(pid), socket_(socket) {}

  pid_t pid_;
  int socket_;
};

// Writes the question and reads the answer until there is no more. `end` is readable when all shall
// end.
absl::StatusOr<std::string> Talk(int socket, int end, absl::string_view question,
                                 absl::Time deadline) {
  std::string answer;
  for (;;) {
    const auto write = static_cast<short>(question.empty() ? 0 : POLLOUT);  // NOLINT
    pollfd polled[] = {{.fd = socket, .events = static_cast<short>(POLLIN | write), .revents = 0},
                       {.fd = end, .events = POLLIN, .revents = 0}};
    const int64_t left = absl::ToInt64Milliseconds(deadline - absl::Now());
    if (left <= 0) return absl::DeadlineExceededError("the hook took too long");
    const int ready = poll(polled, 2, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return Failed("poll");
    if (ready <= 0) continue;
    if (polled[1].revents != 0) return absl::UnavailableError(kEnds);
    if ((polled[0].revents & POLLOUT) != 0) {
      const ssize_t sent = send(socket, question.data(), question.size(), MSG_NOSIGNAL);
      // A hook that does not listen may answer all the same.
      question.remove_prefix(sent < 0 ? question.size() : static_cast<size_t>(sent));
      if (question.empty()) shutdown(socket, SHUT_WR);
    }
    if ((polled[0].revents & (POLLIN | POLLHUP | POLLERR)) == 0) continue;
    char bytes[4096];
    const ssize_t got = recv(socket, bytes, sizeof bytes, 0);
    if (got < 0 && errno != EINTR && errno != ECONNRESET) return Failed("recv");
    if (got == 0 || (got < 0 && errno == ECONNRESET)) return answer;
    if (got > 0) answer.append(bytes, static_cast<size_t>(got));
    if (answer.size() > Hook::kAnswerBytesMax) {
      return absl::InternalError("the hook said too much");
    }
  }
}

}  // namespace

Hook::Hook(std::string command, absl::Duration time) : command_(std::move(command)), time_(time) {
  if (pipe2(end_, O_CLOEXEC) != 0) end_[0] = end_[1] = -1;  // poll ignores it
  for (size_t i = 0; i < kAtOnce; ++i) threads_.emplace_back([this] { Run(); });
}

Hook::~Hook() {
  std::deque<Request> left;
  {
    const absl::MutexLock lock(&mutex_);
    ending_ = true;
    left.swap(waiting_);
  }
  if (end_[1] >= 0) close(end_[1]);
  for (const Request& request : left) request.told(absl::UnavailableError(kEnds));
  for (std::thread& thread : threads_) thread.join();
  if (end_[0] >= 0) close(end_[0]);
}

void Hook::Ask(std::string question, Told told) {
  {
    const absl::MutexLock lock(&mutex_);
    if (!ending_ && waiting_.size() < kWaitingMax) {
      waiting_.push_back({std::move(question), std::move(told)});
      return;
    }
  }
  told(absl::ResourceExhaustedError("too many wait for the hook"));
}

void Hook::Run() {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return ending_ || !waiting_.empty();
  };
  for (;;) {
    Request request;
    {
      const absl::MutexLock lock(&mutex_, absl::Condition(&has_work));
      if (waiting_.empty()) return;
      request = std::move(waiting_.front());
      waiting_.pop_front();
    }
    request.told(Perform(request.question));
  }
}

absl::StatusOr<std::string> Hook::Perform(const std::string& question) {
  const absl::Time deadline = absl::Now() + time_;
  auto command = Command::Start(command_);
  if (!command.ok()) return command.status();
  auto answer = Talk(command->socket(), end_[0], question, deadline);
  if (!answer.ok()) return answer;
  if (absl::Status status = command->Finish(deadline); !status.ok()) return status;
  return answer;
}

}  // namespace service
