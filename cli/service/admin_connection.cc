#include "cli/service/admin_connection.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"

ABSL_FLAG(std::string, admin_socket, "", "SOCKET: the admin socket of the running shadowd");

namespace cli {
namespace {

// Unknown: no code has that name.
absl::StatusCode CodeNamed(absl::string_view name) {
  for (int code = 1; code <= static_cast<int>(absl::StatusCode::kUnauthenticated); ++code) {
    const auto named = static_cast<absl::StatusCode>(code);
    if (absl::StatusCodeToString(named) == name) return named;
  }
  return absl::StatusCode::kUnknown;
}

// Gives 0, or the system's number for why not. An address has room for 107 bytes of a path, and so
// it names the socket by a descriptor: the path may be of any length.
int Connect(int socket, const std::string& path) {
  const int found = open(path.c_str(), O_PATH | O_CLOEXEC);
  if (found < 0) return errno;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  absl::StrCat("/proc/self/fd/", found).copy(address.sun_path, sizeof address.sun_path - 1);
  const bool connected =
      connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  const int error = connected ? 0 : errno;
  close(found);
  return error;
}

}  // namespace

absl::StatusOr<AdminConnection> AdminConnection::Open() {
  const std::string path = absl::GetFlag(FLAGS_admin_socket);
  if (path.empty()) {
    return absl::InvalidArgumentError(
        "where is shadowd's admin socket? Give --admin-socket SOCKET, as shadowd has it");
  }
  AdminConnection connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int error = Connect(connection.socket_, path);
  if (error == 0) return connection;
  return absl::UnavailableError(
      absl::StrCat("no shadowd answers on ", path, ": ", std::strerror(error)));
}

AdminConnection::AdminConnection(AdminConnection&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)), buffer_(std::move(other.buffer_)) {}

AdminConnection::~AdminConnection() {
  if (socket_ >= 0) close(socket_);
}

absl::Status AdminConnection::Send(const JsonText& request) {
  const std::string line = request.text() + "\n";
  for (size_t done = 0; done < line.size();) {
    const ssize_t sent = send(socket_, line.data() + done, line.size() - done, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return absl::UnavailableError("shadowd has hung up");
    done += static_cast<size_t>(sent);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> AdminConnection::Line() {
  while (true) {
    if (const size_t end = buffer_.find('\n'); end != std::string::npos) {
      std::string line = buffer_.substr(0, end);
      buffer_.erase(0, end + 1);
      return line;
    }
    char chunk[4096];
    const ssize_t got = recv(socket_, chunk, sizeof chunk, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return absl::UnavailableError("shadowd has hung up");
    buffer_.append(chunk, static_cast<size_t>(got));
  }
}

void AdminConnection::HangUp() { shutdown(socket_, SHUT_RDWR); }

absl::StatusOr<AdminConnection::Answer> AdminConnection::Ask(const JsonText& request) {
  if (absl::Status sent = Send(request); !sent.ok()) return sent;
  auto line = Line();
  if (!line.ok()) return line.status();
  auto tree = ReadAdminAnswer(*line);
  if (!tree.ok()) return tree.status();
  return Answer{.line = *std::move(line), .tree = *std::move(tree)};
}

absl::StatusOr<policy::Node> ReadAdminAnswer(absl::string_view line) {
  auto tree = policy::ParseJsonTree(line);
  if (!tree.ok()) return absl::InternalError("shadowd's answer is no JSON");
  const policy::Node* const error = tree->Find("error");
  if (error == nullptr) return tree;
  const policy::Node* const code = tree->Find("code");
  return absl::Status(CodeNamed(code == nullptr ? "" : code->text), error->text);
}

absl::StatusOr<ExitCode> TellAnswer(Call& call, const JsonText& request) {
  auto connection = AdminConnection::Open();
  if (!connection.ok()) return connection.status();
  const auto answer = connection->Ask(request);
  if (!answer.ok()) return answer.status();
  if (call.json) {
    call.out << answer->line << "\n";
    return ExitCode::kDone;
  }
  for (size_t i = 0; i < answer->tree.names.size(); ++i) {
    if (answer->tree.names[i].text == "ok") continue;
    call.out << answer->tree.names[i].text << " " << answer->tree.elements[i].text << "\n";
  }
  return ExitCode::kDone;
}

}  // namespace cli
