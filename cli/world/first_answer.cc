#include "cli/world/first_answer.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace cli {
namespace {

// Of a thing that nobody has.
constexpr char kTopic[] = "$aws/things/shadowctl-world/shadow/get";
constexpr char kPublish = 0x30;

// A literal with the zeros that are in it.
template <size_t kSize>
std::string Bytes(const char (&literal)[kSize]) {
  return std::string(literal, kSize - 1);
}

// MQTT 3.1.1: texts and packets of less than 128 bytes, as ours are.
std::string Text(absl::string_view text) {
  return absl::StrCat(Bytes("\0"), std::string(1, static_cast<char>(text.size())), text);
}
std::string Packet(char kind, const std::string& body) {
  return absl::StrCat(std::string(1, kind), std::string(1, static_cast<char>(body.size())), body);
}
// A clean session without keep-alive; the broker makes up the client id.
std::string Connect() { return Packet(0x10, Text("MQTT") + Bytes("\x04\x02\0\0\0\0")); }
std::string Subscribe() {
  return Packet('\x82', absl::StrCat(Bytes("\0\1"), Text(absl::StrCat(kTopic, "/+")), Bytes("\0")));
}
std::string Get() { return Packet(kPublish, Text(kTopic)); }

absl::Status Fault(absl::string_view what) {
  return absl::UnavailableError(absl::StrCat("the broker ", what, ": ", strerror(errno)));
}

}  // namespace

FirstAnswer::~FirstAnswer() {
  if (socket_ >= 0) close(socket_);
}

absl::Status FirstAnswer::Ask(int port) {
  socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (socket_ < 0 ||
      connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
    return Fault("does not listen");
  }
  return Send(Connect() + Subscribe() + Get());
}

absl::Status FirstAnswer::Send(const std::string& bytes) {
  // Fewer bytes than any socket's buffer.
  if (send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL) < 0) return Fault("takes nothing");
  return absl::OkStatus();
}

absl::StatusOr<bool> FirstAnswer::Read() {
  char bytes[4096];
  const ssize_t count = recv(socket_, bytes, sizeof(bytes), MSG_DONTWAIT);
  if (count < 0 && errno == EAGAIN) return false;
  if (count <= 0) return Fault("ended the connection");
  received_.append(bytes, static_cast<size_t>(count));
  // Nothing else of what comes holds these bytes, so packets need not be told apart.
  if (absl::StrContains(received_, "\"code\":404")) return true;
  if (!absl::StrContains(received_, "\"code\":")) return false;
  received_.clear();  // the plugin itself has answered: the service is not there yet
  if (absl::Status sent = Send(Get()); !sent.ok()) return sent;
  return false;
}

}  // namespace cli
