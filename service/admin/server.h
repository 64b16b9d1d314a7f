// The admin socket: a unix socket that its owner alone can open (mode 0600), one request a line,
// answers in lines (docs/admin-socket.md). What a line asks for is the handler's to know, and
// whether more lines belong to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace service {

// Where an answer goes. Used by one handler call, on its thread.
class AdminReply {
 public:
  // `socket` outlives it.
  explicit AdminReply(int socket) : socket_(socket) {}

  // Sends one line. False: nobody is there any more, or nobody reads.
  bool Send(absl::string_view line);

  // Sends the line that ends an answer where `status` is what went wrong: its code for programs,
  // its message for people.
  void Refuse(const absl::Status& status);

  // True once the other end has hung up, or the server is to end. For handlers that go on for long.
  bool IsOver() const;

 private:
  const int socket_;
};

// Where lines come from. Used by one handler call, on its thread.
class AdminLines {
 public:
  // `socket` outlives it.
  explicit AdminLines(int socket) : socket_(socket) {}

  // Nothing: the other end has hung up or was silent for too long. ResourceExhausted: the line is
  // longer than `bytes_max`.
  absl::StatusOr<std::optional<std::string>> Next(size_t bytes_max);

 private:
  const int socket_;
  std::string buffer_;
  size_t searched_ = 0;  // bytes at its beginning that hold no line's end
};

class AdminServer {
 public:
  // Called on a thread of the connection; several may run at once. The server ends a connection
  // whose handler cannot send. `lines`: what follows the request.
  using Handler =
      std::function<void(absl::string_view request, AdminReply& reply, AdminLines& lines)>;

  // Listens until it is destroyed. A socket that a dead process left is replaced; one that is
  // listened on, and a file that is no socket, are Unavailable.
  static absl::StatusOr<std::unique_ptr<AdminServer>> Start(const std::string& path,
                                                            Handler handler);

  // Hangs up on everybody, and waits for the handlers to end.
  virtual ~AdminServer() = default;
};

}  // namespace service
