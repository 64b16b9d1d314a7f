#include "service/link/link.h"

#include <mosquitto.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/envelope.h"
#include "proto/pieces.h"
#include "service/watch/supervisor.h"

namespace service {
namespace {

constexpr int kKeepAliveSeconds = 60;
constexpr int kSendBufferBytes = 1 << 20;
constexpr int kRetryFirstMs = 20;
constexpr int kRetryMaxMs = 1000;
constexpr absl::Duration kPluginSilenceMax = absl::Seconds(5);

// Nobody can take over a session whose client id cannot be guessed.
std::string NewClientId() {
  std::random_device device;
  std::string id(proto::kServiceClientIdPrefix);
  for (int i = 0; i < 4; ++i) absl::StrAppend(&id, absl::Hex(device(), absl::kZeroPad8));
  return id;
}

uint64_t NewLife() {
  std::random_device device;
  return (uint64_t{device()} << 32 | device()) | 1;  // never 0
}

// The answers of a group are to fit: a rest that does not would be sent after the next group, and
// the broker can do nothing with a message before its end. The kernel gives what net.core.wmem_max
// allows.
void WidenSendBuffer(int unix_socket) {
  setsockopt(unix_socket, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof(kSendBufferBytes));
}

}  // namespace

// One connection from connect to loss.
class Link::Session {
 public:
  // `life`: of the service, for the hello.
  Session(const LinkSettings& settings, uint64_t life, Log& log)
      : life_(life),
        log_(log),
        client_(mosquitto_new(NewClientId().c_str(), true, this), mosquitto_destroy) {
    mosquitto_username_pw_set(client_.get(), std::string(proto::kServiceUser).c_str(),
                              settings.secret.c_str());
    mosquitto_int_option(client_.get(), MOSQ_OPT_TCP_NODELAY, 1);
    mosquitto_connect_callback_set(client_.get(), [](mosquitto*, void* self, int code) {
      static_cast<Session*>(self)->OnConnect(code);
    });
    mosquitto_message_callback_set(
        client_.get(), [](mosquitto*, void* self, const mosquitto_message* message) {
          static_cast<Session*>(self)->inbox_.emplace_back(
              static_cast<const char*>(message->payload), static_cast<size_t>(message->payloadlen));
        });
  }

  bool Connect(const LinkSettings& settings) {
    const bool connected = mosquitto_connect(client_.get(), settings.host.c_str(), settings.port,
                                             kKeepAliveSeconds) == MOSQ_ERR_SUCCESS;
    // The buffers of a TCP socket the kernel sizes by itself.
    if (connected && settings.port == 0) WidenSendBuffer(socket());
    return connected;
  }

  // True once the broker has taken the session.
  bool was_up() const { return was_up_; }
  // Why it did not, for people.
  const std::string& refusal() const { return refusal_; }

  int socket() const { return mosquitto_socket(client_.get()); }
  bool wants_write() const { return mosquitto_want_write(client_.get()); }

  // False: the connection is lost.
  bool Write() { return mosquitto_loop_write(client_.get(), 1) == MOSQ_ERR_SUCCESS; }
  bool Misc() { return mosquitto_loop_misc(client_.get()) == MOSQ_ERR_SUCCESS; }

  // Reads all that has arrived.
  bool Read() {
    pollfd readable = {.fd = socket(), .events = POLLIN, .revents = 0};
    do {
      if (mosquitto_loop_read(client_.get(), 1) != MOSQ_ERR_SUCCESS) return false;
    } while (inbox_.size() < kInboxMax && poll(&readable, 1, 0) > 0);
    return true;
  }

  bool Send(const std::string& envelope) {
    return proto::SendInPieces(envelope, [this](absl::string_view topic, absl::string_view piece) {
      return mosquitto_publish(client_.get(), nullptr, std::string(topic).c_str(),
                               static_cast<int>(piece.size()), piece.data(), 0,
                               false) == MOSQ_ERR_SUCCESS;
    });
  }

  // Has the broker offer the plugin what is retained under `filter`; nothing of it comes here.
  bool Look(const std::string& filter) {
    if (filter.empty()) return true;
    return mosquitto_subscribe(client_.get(), nullptr, filter.c_str(), 0) == MOSQ_ERR_SUCCESS &&
           mosquitto_unsubscribe(client_.get(), nullptr, filter.c_str()) == MOSQ_ERR_SUCCESS;
  }

  std::vector<std::string> TakeInbox() { return std::exchange(inbox_, {}); }

  // Whether the plugin has said anything in this session.
  bool heard() const { return heard_; }
  // True for the first that the plugin says in this session.
  bool IsFirstWord() { return !std::exchange(heard_, true); }

  // The library of Mosquitto 2.0 closes once goodbye is written; that of 2.1 wants to write until
  // it has read that the broker has closed.
  void Disconnect() {
    mosquitto_disconnect(client_.get());
    const absl::Time end = absl::Now() + kGoodbyeMax;
    while (socket() >= 0 && wants_write() && absl::Now() < end && Write() && socket() >= 0) {
      pollfd readable = {.fd = socket(), .events = POLLIN, .revents = 0};
      if (poll(&readable, 1, kGoodbyeTurnMs) > 0) mosquitto_loop_read(client_.get(), 1);
    }
  }

  void WarnIfPluginIsSilent() {
    if (heard_ || warned_ || absl::Now() - started_ < kPluginSilenceMax) return;
    warned_ = true;
    log_.Warning("plugin_silent",
                 {{"hint",
                   "the broker takes the session but its plugin does not answer: is "
                   "mosquitto_shadow.so loaded and per_listener_settings false?"}});
  }

 private:
  static constexpr size_t kInboxMax = 256;  // envelopes in one group
  static constexpr absl::Duration kGoodbyeMax = absl::Seconds(1);
  static constexpr int kGoodbyeTurnMs = 10;

  void OnConnect(int code) {
    if (code != 0) {
      refusal_ =
          absl::StrCat(mosquitto_connack_string(code), " Is it the secret that the plugin has?");
      return;
    }
    was_up_ = true;
    log_.Info("broker_connected");
    Send(proto::EncodeHello({.life = life_}));
    // The plugin reads these over this session's shoulder; nothing of them comes here.
    for (const char* topic : {"$SYS/broker/log/N", "$SYS/broker/subscriptions/count"}) {
      mosquitto_subscribe(client_.get(), nullptr, topic, 0);
    }
  }

  const uint64_t life_;
  Log& log_;
  const absl::Time started_ = absl::Now();
  std::unique_ptr<mosquitto, void (*)(mosquitto*)> client_;
  std::vector<std::string> inbox_;
  std::string refusal_ = "nobody answers there";
  bool was_up_ = false;
  bool heard_ = false;
  bool warned_ = false;
};

Link::Link(LinkSettings settings, Process process, Idle idle, Gate gate, Health& health, Log& log)
    : settings_(std::move(settings)),
      process_(std::move(process)),
      idle_(std::move(idle)),
      gate_(std::move(gate)),
      health_(health),
      log_(log),
      life_(NewLife()) {}

void Link::Run(int stop_fd, int work_fd) {
  mosquitto_lib_init();
  int retry_ms = kRetryFirstMs;
  std::string said;  // why there is no session, as logged last
  while (true) {
    Session session(settings_, life_, log_);
    if (session.Connect(settings_) && !Serve(session, stop_fd, work_fd)) break;
    health_.LinkIs(false);
    if (session.was_up()) {
      log_.Warning("link_down", {{"broker", settings_.address}});
      supervisor::Status("the broker is lost");
      retry_ms = kRetryFirstMs;
      said.clear();
    } else if (std::exchange(said, session.refusal()) != session.refusal()) {
      log_.Info("broker_awaited", {{"broker", settings_.address}, {"cause", session.refusal()}});
      supervisor::Status(absl::StrCat("awaits the broker: ", session.refusal()));
    }
    if (!WaitBeforeRetry(stop_fd, work_fd, retry_ms)) break;
    retry_ms = std::min(2 * retry_ms, kRetryMaxMs);
  }
  mosquitto_lib_cleanup();
}

bool Link::WaitBeforeRetry(int stop_fd, int work_fd, int milliseconds) {
  const absl::Time until = absl::Now() + absl::Milliseconds(milliseconds);
  while (absl::Now() < until) {
    std::array<pollfd, 2> events = {pollfd{.fd = stop_fd, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = work_fd, .events = POLLIN, .revents = 0}};
    const int64_t left_ms = absl::ToInt64Milliseconds(until - absl::Now()) + 1;
    poll(events.data(), events.size(), std::min(static_cast<int>(left_ms), idle_()));
    if (events[0].revents != 0 || !gate_.goes_on()) return false;
    if (events[1].revents != 0) Hold(process_({}).messages);
  }
  return true;
}

void Link::Hold(std::vector<std::string> messages) {
  for (std::string& message : messages) {
    held_bytes_ += message.size();
    held_.push_back(std::move(message));
  }
  while (held_bytes_ > kHeldBytesMax) {
    held_bytes_ -= held_.front().size();
    held_.pop_front();
    ++dropped_;
  }
}

bool Link::SendHeld(Session& session) {
  if (dropped_ > 0) {
    log_.Warning("messages_dropped",
                 {{"requests", std::exchange(dropped_, 0)},
                  {"effect", "their changes are kept, but were not published over MQTT"}});
  }
  while (!held_.empty()) {
    if (!session.Send(held_.front())) return false;
    held_bytes_ -= held_.front().size();
    held_.pop_front();
  }
  return true;
}

bool Link::SendAll(Session& session, Output output) {
  if (!gate_.may_leave()) return false;
  Hold(std::move(output.messages));
  for (const std::string& answers : output.answers) {
    if (!session.Send(answers)) return false;
  }
  if (!SendHeld(session)) return false;
  for (const Order& command : output.commands) {
    if (!session.Send(command.envelope) || !session.Look(command.look)) return false;
  }
  return true;
}

// Until the session is lost (true) or stop was asked for (false).
bool Link::Serve(Session& session, int stop_fd, int work_fd) {
  while (true) {
    std::array<pollfd, 3> events = {pollfd{.fd = session.socket(), .events = POLLIN, .revents = 0},
                                    pollfd{.fd = stop_fd, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = work_fd, .events = POLLIN, .revents = 0}};
    if (session.wants_write()) events[0].events |= POLLOUT;
    poll(events.data(), events.size(), idle_());
    if (events[1].revents != 0 || !gate_.goes_on()) {
      session.Disconnect();
      return false;
    }
    if ((events[0].revents & POLLOUT) != 0 && !session.Write()) return true;
    if ((events[0].revents & (POLLIN | POLLHUP | POLLERR)) != 0 && !session.Read()) return true;
    std::vector<std::string> arrived = session.TakeInbox();
    if (!arrived.empty() && session.IsFirstWord()) {
      health_.LinkIs(true);
      supervisor::Status("serves");
      log_.Info("link_up", {{"broker", settings_.address}});
      if (!SendHeld(session)) return true;
    }
    if (!arrived.empty() || events[2].revents != 0) {
      Output output = process_(std::move(arrived));
      if (!session.heard()) {
        Hold(std::move(output.messages));
      } else if (!SendAll(session, std::move(output))) {
        return true;
      }
    }
    session.WarnIfPluginIsSilent();
    if (!session.Misc()) return true;
  }
}

}  // namespace service
