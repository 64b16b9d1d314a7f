#include "service/link/link_peer.h"

#include <mosquitto.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/news.h"
#include "proto/parcel.h"
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

// The answers of a group are to fit: a rest that does not would be sent after the next group, and
// the broker can do nothing with a message before its end. The kernel gives what net.core.wmem_max
// allows.
void WidenSendBuffer(int unix_socket) {
  setsockopt(unix_socket, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof(kSendBufferBytes));
}

}  // namespace

// One connection from connect to loss.
class LinkPeer::Session {
 public:
  Session(const LinkSettings& settings, const proto::Hello& hello, Log& log)
      : settings_(settings),
        hello_(hello),
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

  // The connection may still be under way when this gives true: the other brokers do not wait for
  // a machine that does not answer.
  bool Connect() {
    const bool connected =
        mosquitto_connect_async(client_.get(), settings_.host.c_str(), settings_.port,
                                kKeepAliveSeconds) == MOSQ_ERR_SUCCESS;
    // The buffers of a TCP socket the kernel sizes by itself.
    if (connected && settings_.port == 0) WidenSendBuffer(socket());
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

  bool has_mail() const { return !inbox_.empty(); }
  std::vector<std::string> TakeInbox() { return std::exchange(inbox_, {}); }
  void PutBack(std::vector<std::string> inbox) { inbox_ = std::move(inbox); }

  // Whether the plugin has said anything in this session; if there are others, which news it has.
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
                 {{"broker", settings_.address},
                  {"hint",
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
    Send(proto::EncodeHello(hello_));
    // The plugin reads these over this session's shoulder; nothing of them comes here.
    for (const char* topic : {"$SYS/broker/log/N", "$SYS/broker/subscriptions/count"}) {
      mosquitto_subscribe(client_.get(), nullptr, topic, 0);
    }
  }

  const LinkSettings& settings_;
  const proto::Hello hello_;
  Log& log_;
  const absl::Time started_ = absl::Now();
  std::unique_ptr<mosquitto, void (*)(mosquitto*)> client_;
  std::vector<std::string> inbox_;
  std::string refusal_ = "nobody answers there";
  bool was_up_ = false;
  bool heard_ = false;
  bool warned_ = false;
};

LinkPeer::LinkPeer(LinkSettings settings, size_t broker, Surroundings here)
    : settings_(std::move(settings)), broker_(broker), here_(here), retry_ms_(kRetryFirstMs) {
  mosquitto_lib_init();
}

LinkPeer::~LinkPeer() {
  session_.reset();
  mosquitto_lib_cleanup();
}

void LinkPeer::ConnectIfDue(absl::Time now) {
  if (session_ != nullptr || now < connect_at_) return;
  session_ = std::make_unique<Session>(settings_, here_.hello, here_.log);
  if (!session_->Connect()) Lose();
}

absl::Time LinkPeer::connect_at() const {
  return session_ == nullptr ? connect_at_ : absl::InfiniteFuture();
}

int LinkPeer::socket() const { return session_ == nullptr ? -1 : session_->socket(); }

short LinkPeer::wanted() const {
  const bool writes = session_ != nullptr && session_->wants_write();
  return static_cast<short>(writes ? POLLIN | POLLOUT : POLLIN);
}

void LinkPeer::Serve(short happened) {
  if (session_ == nullptr) return;
  if ((happened & POLLOUT) != 0 && !session_->Write()) return Lose();
  if ((happened & (POLLIN | POLLHUP | POLLERR)) != 0 && !session_->Read()) return Lose();
  if (!here_.hello.has_others && session_->has_mail()) HearWord();
  if (session_ == nullptr) return;
  session_->WarnIfPluginIsSilent();
  if (!session_->Misc()) Lose();
}

void LinkPeer::HearWord() {
  if (!session_->IsFirstWord()) return;
  here_.health.LinkIs(true, broker_);
  supervisor::Status("serves");
  here_.log.Info("link_up", {{"broker", settings_.address}});
  SendHeld();
}

std::vector<std::string> LinkPeer::TakeInbox() {
  if (session_ == nullptr || !session_->has_mail()) return {};
  std::vector<std::string> inbox = session_->TakeInbox();
  std::erase_if(inbox, [this](const std::string& envelope) {
    if (!proto::IsTaken(envelope)) return false;
    HearTaken(envelope);
    return true;
  });
  if (is_up()) return inbox;
  // What it has said before that is heard with it.
  if (session_ != nullptr) session_->PutBack(std::move(inbox));
  return {};
}

void LinkPeer::HearTaken(absl::string_view envelope) {
  if (session_ == nullptr || !here_.hello.has_others) return;
  const auto taken = proto::DecodeTaken(envelope);
  if (!taken.ok()) {
    here_.log.Error("envelope_refused", {{"cause", taken.status().message()}});
    return;
  }
  if (taken->life != here_.hello.life) return;  // said before it had heard the hello
  if (!session_->heard()) {
    news_.Begin(proto::EpochOf(envelope), taken->number);
    TellDropped();
    HearWord();
    SendNextNews();
  } else {
    news_.Taken(taken->number);
  }
  TellFigures();
}

bool LinkPeer::is_up() const { return session_ != nullptr && session_->heard(); }

bool LinkPeer::TrySend(const std::string& envelope) {
  if (session_->Send(envelope)) return true;
  Lose();
  return false;
}

void LinkPeer::SendAnswers(const std::string& envelope) {
  if (is_up()) TrySend(envelope);
}

void LinkPeer::Send(const Order& order) {
  if (!is_up() || !TrySend(order.envelope)) return;
  if (!session_->Look(order.look)) Lose();
}

void LinkPeer::SendMessages(std::vector<std::string> messages) {
  for (std::string& message : messages) {
    held_bytes_ += message.size();
    held_.push_back(std::move(message));
  }
  while (held_bytes_ > kHeldBytesMax) {
    held_bytes_ -= held_.front().size();
    held_.pop_front();
    ++dropped_;
  }
  if (is_up()) SendHeld();
}

void LinkPeer::SendHeld() {
  if (dropped_ > 0) {
    here_.log.Warning("messages_dropped",
                      {{"requests", std::exchange(dropped_, 0)},
                       {"effect", "their changes are kept, but were not published over MQTT"}});
  }
  while (!held_.empty()) {
    if (!TrySend(held_.front())) return;
    held_bytes_ -= held_.front().size();
    held_.pop_front();
  }
}

void LinkPeer::SendNews(uint64_t number, NewsQueue::News news) {
  if (!news_.Put(number, std::move(news))) {
    Cut(absl::StrCat("more than ", NewsQueue::kBytesMax, " bytes of news wait for its plugin"));
    TellDropped();
  } else if (is_up()) {
    SendNextNews();
  }
  TellFigures();
}

void LinkPeer::SendNextNews() {
  while (session_ != nullptr) {
    const NewsQueue::News news = news_.Next();
    if (news == nullptr || !TrySend(*news)) return;
    ++here_.figures.of_broker[broker_].news_sent;
  }
}

void LinkPeer::TellFigures() {
  LinkFigures::OfBroker& figures = here_.figures.of_broker[broker_];
  figures.news_waiting_bytes = news_.bytes();
  figures.news_dropped += news_.TakeDropped();
}

void LinkPeer::TellDropped() {
  const uint64_t dropped = news_.TakeDropped();
  if (dropped == 0) return;
  here_.figures.of_broker[broker_].news_dropped += dropped;
  here_.log.Warning("news_dropped",
                    {{"broker", settings_.address},
                     {"news", dropped},
                     {"effect", "its clients are not told of changes made at other brokers"}});
}

void LinkPeer::Flush() {
  if (!is_up()) return;
  while (session_->wants_write()) {
    pollfd writable = {.fd = session_->socket(), .events = POLLOUT, .revents = 0};
    if (poll(&writable, 1, static_cast<int>(absl::ToInt64Milliseconds(kFullMax))) <= 0) {
      return Cut(absl::StrCat("it took nothing for ", absl::FormatDuration(kFullMax)));
    }
    if (!session_->Write()) return Lose();
  }
}

void LinkPeer::Cut(absl::string_view why) {
  if (session_ == nullptr) return;
  if (!why.empty()) {
    ++here_.figures.of_broker[broker_].cuts;
    here_.log.Warning("link_cut", {{"broker", settings_.address}, {"cause", why}});
  }
  Lose();
}

void LinkPeer::Leave() {
  if (session_ == nullptr) return;
  session_->Disconnect();
  session_.reset();
}

void LinkPeer::Lose() {
  const std::unique_ptr<Session> session = std::exchange(session_, nullptr);
  here_.health.LinkIs(false, broker_);
  const bool is_last = !here_.health.link_up();
  if (session->was_up()) {
    here_.log.Warning("link_down", {{"broker", settings_.address}});
    if (is_last) supervisor::Status("the broker is lost");
    retry_ms_ = kRetryFirstMs;
    said_.clear();
  } else if (std::exchange(said_, session->refusal()) != session->refusal()) {
    here_.log.Info("broker_awaited",
                   {{"broker", settings_.address}, {"cause", session->refusal()}});
    if (is_last) supervisor::Status(absl::StrCat("awaits the broker: ", session->refusal()));
  }
  connect_at_ = absl::Now() + absl::Milliseconds(retry_ms_);
  retry_ms_ = std::min(2 * retry_ms_, kRetryMaxMs);
}

}  // namespace service
