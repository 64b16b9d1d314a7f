#include "service/link/link_peer.h"

#include <poll.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "proto/news.h"
#include "proto/parcel.h"
#include "service/watch/supervisor.h"

namespace service {
namespace {

constexpr int kRetryFirstMs = 20;
constexpr int kRetryMaxMs = 1000;

}  // namespace

LinkPeer::LinkPeer(LinkSettings settings, size_t broker, Surroundings here)
    : settings_(std::move(settings)),
      broker_(broker),
      here_(here),
      retry_ms_(kRetryFirstMs),
      resolver_(settings_.host, /*is_path=*/settings_.port == 0) {}

LinkPeer::~LinkPeer() = default;

void LinkPeer::ConnectIfDue(absl::Time now) {
  if (session_ != nullptr || now < connect_at_) return;
  const auto address = resolver_.Next();
  if (!address.ok()) {
    if (absl::IsNotFound(address.status())) TellAwaited(address.status().message());
    return RetryLater();
  }
  session_ = std::make_unique<LinkSession>(settings_, here_.hello, here_.log);
  if (!session_->Connect(*address)) Lose();
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
  if (!session_->KeepUp()) Lose();
}

void LinkPeer::HearWord() {
  if (!session_->IsFirstWord()) return;
  here_.health.LinkIs(true, broker_);
  supervisor::Status("serves");
  here_.log.Info("link_up", {{"broker", settings_.address}});
  SendHeld();
}

void LinkPeer::Listen() {
  if (!here_.hello.has_others || session_ == nullptr || !session_->has_mail()) return;
  std::vector<std::string> inbox = session_->TakeInbox();
  std::erase_if(inbox, [this](const std::string& envelope) {
    news_.AnsweredBelow(proto::AnsweredBelowOf(envelope));
    if (!proto::IsTaken(envelope)) return false;
    HearTaken(envelope);
    return true;
  });
  if (session_ != nullptr) session_->PutBack(std::move(inbox));
}

std::vector<std::string> LinkPeer::TakeInbox() {
  return is_up() ? session_->TakeInbox() : std::vector<std::string>();
}

void LinkPeer::HearTaken(absl::string_view envelope) {
  if (session_ == nullptr) return;
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

void LinkPeer::SendAnswers(uint64_t last, std::string envelope) {
  if (!here_.hello.has_others || last == 0) return SendAnswers(envelope);
  SendKept(news_.PutAnswer(last, std::make_shared<const std::string>(std::move(envelope))));
}

void LinkPeer::SendNews(uint64_t number, NewsQueue::News news) {
  SendKept(news_.Put(number, std::move(news)));
}

void LinkPeer::SendKept(bool has_room) {
  if (!has_room) {
    Cut(absl::StrCat("more than ", NewsQueue::kBytesMax, " bytes of news wait for its plugin"));
    TellDropped();
  } else if (is_up()) {
    SendNextNews();
  }
  TellFigures();
}

void LinkPeer::SendNextNews() {
  while (session_ != nullptr) {
    const NewsQueue::Item* const next = news_.Next();
    if (next == nullptr || !TrySend(*next->news)) return;
    if (!next->is_answer) ++here_.figures.of_broker[broker_].news_sent;
  }
}

void LinkPeer::TellFigures() {
  LinkFigures::OfBroker& figures = here_.figures.of_broker[broker_];
  figures.news_waiting_bytes = news_.news_bytes();
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
  const std::unique_ptr<LinkSession> session = std::exchange(session_, nullptr);
  here_.health.LinkIs(false, broker_);
  if (session->was_up()) {
    here_.log.Warning("link_down", {{"broker", settings_.address}});
    if (!here_.health.link_up()) supervisor::Status("the broker is lost");
    retry_ms_ = kRetryFirstMs;
    said_.clear();
  } else {
    TellAwaited(session->refusal());
  }
  RetryLater();
}

void LinkPeer::TellAwaited(absl::string_view cause) {
  if (said_ == cause) return;
  said_ = std::string(cause);
  here_.log.Info("broker_awaited", {{"broker", settings_.address}, {"cause", cause}});
  if (!here_.health.link_up()) supervisor::Status(absl::StrCat("awaits the broker: ", cause));
}

void LinkPeer::RetryLater() {
  connect_at_ = absl::Now() + absl::Milliseconds(retry_ms_);
  retry_ms_ = std::min(2 * retry_ms_, kRetryMaxMs);
}

}  // namespace service
