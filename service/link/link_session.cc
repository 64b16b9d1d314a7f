#include "service/link/link_session.h"

#include <mosquitto.h>
#include <poll.h>
#include <sys/socket.h>

#include <random>

#include "absl/strings/str_cat.h"
#include "proto/pieces.h"

namespace service {
namespace {

constexpr int kKeepAliveSeconds = 60;
constexpr int kSendBufferBytes = 1 << 20;
constexpr absl::Duration kPluginSilenceMax = absl::Seconds(5);
constexpr size_t kInboxMax = 256;  // envelopes in one group
constexpr int kGoodbyeTurnMs = 10;

// Nobody can take over a session whose client id cannot be guessed.
std::string NewClientId() {
  std::random_device device;
  std::string id(proto::kServiceClientIdPrefix);
  for (int i = 0; i < 4; ++i) absl::StrAppend(&id, absl::Hex(device(), absl::kZeroPad8));
  return id;
}

// The answers of a group are to fit: a rest that does not would be sent after the next group, and
// the broker can do nothing with a message before its end. The kernel gives what net.core.wmem_max
// allows.
void WidenSendBuffer(int unix_socket) {
  setsockopt(unix_socket, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof(kSendBufferBytes));
}

}  // namespace

LinkSession::Library::Library() { mosquitto_lib_init(); }
LinkSession::Library::~Library() { mosquitto_lib_cleanup(); }

void LinkSession::Free::operator()(mosquitto* client) const { mosquitto_destroy(client); }

LinkSession::LinkSession(const LinkSettings& settings, const proto::Hello& hello, Log& log)
    : settings_(settings),
      hello_(hello),
      log_(log),
      client_(mosquitto_new(NewClientId().c_str(), true, this)) {
  mosquitto_username_pw_set(client_.get(), std::string(proto::kServiceUser).c_str(),
                            settings.secret.c_str());
  mosquitto_int_option(client_.get(), MOSQ_OPT_TCP_NODELAY, 1);
  mosquitto_connect_callback_set(client_.get(), [](mosquitto*, void* self, int code) {
    static_cast<LinkSession*>(self)->OnConnect(code);
  });
  mosquitto_message_callback_set(
      client_.get(), [](mosquitto*, void* self, const mosquitto_message* message) {
        static_cast<LinkSession*>(self)->inbox_.emplace_back(
            static_cast<const char*>(message->payload), static_cast<size_t>(message->payloadlen));
      });
}

LinkSession::~LinkSession() = default;

bool LinkSession::Connect(const std::string& address) {
  const bool connected = mosquitto_connect_async(client_.get(), address.c_str(), settings_.port,
                                                 kKeepAliveSeconds) == MOSQ_ERR_SUCCESS;
  // The buffers of a TCP socket the kernel sizes by itself.
  if (connected && settings_.port == 0) WidenSendBuffer(socket());
  return connected;
}

int LinkSession::socket() const { return mosquitto_socket(client_.get()); }
bool LinkSession::wants_write() const { return mosquitto_want_write(client_.get()); }

bool LinkSession::Write() { return mosquitto_loop_write(client_.get(), 1) == MOSQ_ERR_SUCCESS; }
bool LinkSession::KeepUp() { return mosquitto_loop_misc(client_.get()) == MOSQ_ERR_SUCCESS; }

bool LinkSession::Read() {
  pollfd readable = {.fd = socket(), .events = POLLIN, .revents = 0};
  do {
    if (mosquitto_loop_read(client_.get(), 1) != MOSQ_ERR_SUCCESS) return false;
  } while (inbox_.size() < kInboxMax && poll(&readable, 1, 0) > 0);
  return true;
}

bool LinkSession::Send(const std::string& envelope) {
  return proto::SendInPieces(envelope, [this](absl::string_view topic, absl::string_view piece) {
    return mosquitto_publish(client_.get(), nullptr, std::string(topic).c_str(),
                             static_cast<int>(piece.size()), piece.data(), 0,
                             false) == MOSQ_ERR_SUCCESS;
  });
}

bool LinkSession::Look(const std::string& filter) {
  if (filter.empty()) return true;
  return mosquitto_subscribe(client_.get(), nullptr, filter.c_str(), 0) == MOSQ_ERR_SUCCESS &&
         mosquitto_unsubscribe(client_.get(), nullptr, filter.c_str()) == MOSQ_ERR_SUCCESS;
}

// The library of Mosquitto 2.0 closes once goodbye is written; that of 2.1 wants to write until it
// has read that the broker has closed.
void LinkSession::Disconnect() {
  mosquitto_disconnect(client_.get());
  const absl::Time end = absl::Now() + kGoodbyeMax;
  while (socket() >= 0 && wants_write() && absl::Now() < end && Write() && socket() >= 0) {
    pollfd readable = {.fd = socket(), .events = POLLIN, .revents = 0};
    if (poll(&readable, 1, kGoodbyeTurnMs) > 0) mosquitto_loop_read(client_.get(), 1);
  }
}

void LinkSession::WarnIfPluginIsSilent() {
  if (heard_ || warned_ || absl::Now() - started_ < kPluginSilenceMax) return;
  warned_ = true;
  log_.Warning("plugin_silent", {{"broker", settings_.address},
                                 {"hint",
                                  "the broker takes the session but its plugin does not answer: is "
                                  "mosquitto_shadow.so loaded and per_listener_settings false?"}});
}

void LinkSession::OnConnect(int code) {
  if (code != 0) {
    refusal_ =
        absl::StrCat(mosquitto_connack_string(code), " Is it the secret that the plugin has?");
    return;
  }
  was_up_ = true;
  log_.Info("broker_connected");
  Send(proto::EncodeHello(hello_));
  // The plugin reads these over this session's shoulder; nothing of them comes here.
  for (const char* topic : {"$SYS/broker/log/N", "$SYS/broker/subscriptions/count"}) {
    mosquitto_subscribe(client_.get(), nullptr, topic, 0);
  }
}

}  // namespace service
