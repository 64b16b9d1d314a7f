#include "service/admin/server.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <list>
#include <optional>
#include <thread>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/base/thread_annotations.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "shadow/json.h"

namespace service {
namespace {

constexpr size_t kConnectionsMax = 8;
constexpr size_t kLineBytesMax = 64u << 10;
constexpr absl::Duration kIdleMax = absl::Seconds(60);    // that a connection may be silent
constexpr absl::Duration kUnreadMax = absl::Seconds(10);  // that an answer may wait to be read
// Who comes when all places are taken is made to wait so long: who has just gone may still be
// missed.
constexpr absl::Duration kRoomMax = absl::Milliseconds(500);

void SetTimeout(int socket, int which, absl::Duration timeout) {
  const timeval value = absl::ToTimeval(timeout);
  setsockopt(socket, SOL_SOCKET, which, &value, sizeof value);
}

absl::StatusOr<sockaddr_un> Address(const std::string& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is too long for a socket: at most ",
                                                   sizeof address.sun_path - 1, " bytes"));
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  return address;
}

absl::Status TooLong(size_t bytes_max) {
  return absl::ResourceExhaustedError(
      absl::StrCat("each is one line of at most ", bytes_max, " bytes"));
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// Makes room for a socket at `path`, where only what a dead process left may be.
absl::Status RemoveLeftover(const std::string& path, const sockaddr_un& address) {
  struct stat found {};
  if (lstat(path.c_str(), &found) != 0) return absl::OkStatus();
  if (!S_ISSOCK(found.st_mode)) {
    return absl::UnavailableError(absl::StrCat(path, " is there and is no socket"));
  }
  const int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool answers = connect(probe, Generic(address), sizeof address) == 0;
  close(probe);
  if (answers) return absl::UnavailableError(absl::StrCat(path, " is listened on already"));
  unlink(path.c_str());
  return absl::OkStatus();
}

absl::StatusOr<int> Listen(const std::string& path) {
  const auto address = Address(path);
  if (!address.ok()) return address.status();
  if (absl::Status status = RemoveLeftover(path, *address); !status.ok()) return status;
  const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const mode_t before = umask(0177);  // from its first moment on nobody else can open it
  const bool bound = bind(listener, Generic(*address), sizeof *address) == 0;
  umask(before);
  if (bound && listen(listener, kConnectionsMax) == 0) return listener;
  absl::Status status = absl::ErrnoToStatus(errno, absl::StrCat("cannot listen on ", path));
  close(listener);
  return status;
}

class Server : public AdminServer {
 public:
  Server(int listener, std::string path, Handler handler)
      : listener_(listener), path_(std::move(path)), handler_(std::move(handler)) {
    accepting_ = std::thread([this] { Accept(); });
  }

  ~Server() override {
    shutdown(listener_, SHUT_RDWR);
    accepting_.join();
    unlink(path_.c_str());
    close(listener_);
    {
      absl::MutexLock lock(&mutex_);
      for (const Connection& connection : connections_) shutdown(connection.socket, SHUT_RDWR);
    }
    for (Connection& connection : TakeAll()) Finish(connection);
  }

 private:
  struct Connection {
    int socket = -1;
    std::thread thread{};
    bool ended = false;
  };

  static void Finish(Connection& connection) {
    connection.thread.join();
    close(connection.socket);
  }

  std::list<Connection> TakeAll() {
    absl::MutexLock lock(&mutex_);
    return std::exchange(connections_, {});
  }

  std::list<Connection> TakeEnded() {
    std::list<Connection> ended;
    absl::MutexLock lock(&mutex_);
    for (auto at = connections_.begin(); at != connections_.end();) {
      const auto here = at++;
      if (here->ended) ended.splice(ended.end(), connections_, here);
    }
    return ended;
  }

  bool HasRoom() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return connections_.size() < kConnectionsMax ||
           absl::c_any_of(connections_, [](const Connection& each) { return each.ended; });
  }

  void AwaitRoom() {
    absl::MutexLock lock(&mutex_);
    mutex_.AwaitWithTimeout(absl::Condition(this, &Server::HasRoom), kRoomMax);
  }

  void Accept() {
    while (true) {
      const int socket = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
      if (socket < 0 && (errno == EINTR || errno == ECONNABORTED)) continue;
      if (socket < 0) return;
      AwaitRoom();
      for (Connection& connection : TakeEnded()) Finish(connection);
      SetTimeout(socket, SO_RCVTIMEO, kIdleMax);
      SetTimeout(socket, SO_SNDTIMEO, kUnreadMax);
      absl::MutexLock lock(&mutex_);
      if (connections_.size() >= kConnectionsMax) {
        AdminReply(socket).Refuse(absl::UnavailableError("too many connections; try again later"));
        close(socket);
        continue;
      }
      Connection& connection = connections_.emplace_back();
      connection.socket = socket;
      connection.thread = std::thread([this, &connection] { Serve(connection); });
    }
  }

  void Serve(Connection& connection) {
    AdminLines lines(connection.socket);
    AdminReply reply(connection.socket);
    while (true) {
      const auto line = lines.Next(kLineBytesMax);
      if (!line.ok()) {
        reply.Refuse(line.status());
        break;
      }
      if (!*line) break;
      handler_(**line, reply, lines);
    }
    shutdown(connection.socket, SHUT_RDWR);
    absl::MutexLock lock(&mutex_);
    connection.ended = true;
  }

  const int listener_;
  const std::string path_;
  const Handler handler_;
  std::thread accepting_;
  absl::Mutex mutex_;
  std::list<Connection> connections_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

absl::StatusOr<std::optional<std::string>> AdminLines::Next(size_t bytes_max) {
  while (true) {
    if (const size_t end = buffer_.find('\n', searched_); end != std::string::npos) {
      searched_ = 0;
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      if (line.size() > bytes_max) return TooLong(bytes_max);
      return line;
    }
    searched_ = buffer_.size();
    if (buffer_.size() > bytes_max) return TooLong(bytes_max);
    char chunk[16 << 10];
    const ssize_t got = recv(socket_, chunk, sizeof chunk, 0);
    if (got <= 0) return std::nullopt;
    buffer_.append(chunk, static_cast<size_t>(got));
  }
}

bool AdminReply::Send(absl::string_view line) {
  const std::string whole = absl::StrCat(line, "\n");
  for (size_t done = 0; done < whole.size();) {
    const ssize_t sent = send(socket_, whole.data() + done, whole.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) {
      shutdown(socket_, SHUT_RDWR);
      return false;
    }
    done += static_cast<size_t>(sent);
  }
  return true;
}

void AdminReply::Refuse(const absl::Status& status) {
  std::string line = absl::StrCat(R"({"ok":false,"code":")",
                                  absl::StatusCodeToString(status.code()), R"(","error":)");
  const absl::string_view message = status.message();
  shadow::PrintJsonString(shadow::IsUtf8(message) ? message : "(not UTF-8)", line);
  Send(line + "}");
}

bool AdminReply::IsOver() const {
  pollfd state = {.fd = socket_, .events = POLLRDHUP, .revents = 0};
  return poll(&state, 1, 0) > 0 && (state.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0;
}

absl::StatusOr<std::unique_ptr<AdminServer>> AdminServer::Start(const std::string& path,
                                                                Handler handler) {
  const auto listener = Listen(path);
  if (!listener.ok()) return listener.status();
  return std::make_unique<Server>(*listener, path, std::move(handler));
}

}  // namespace service
