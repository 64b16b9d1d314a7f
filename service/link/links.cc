#include "service/link/links.h"

#include <poll.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "absl/container/inlined_vector.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"

namespace service {
namespace {

constexpr int kReadersTurnMs = 10;

}  // namespace

Links::Links(const std::vector<LinkSettings>& brokers, uint64_t life, Calls calls, Health& health,
             LinkFigures& figures, Log& log)
    : calls_(std::move(calls)) {
  if (brokers.size() == 1) wait_until_ = absl::InfinitePast();
  const LinkPeer::Surroundings here = {.hello = {.life = life, .has_others = brokers.size() > 1},
                                       .health = health,
                                       .figures = figures,
                                       .log = log};
  for (size_t broker = 0; broker < brokers.size(); ++broker) {
    peers_.push_back(std::make_unique<LinkPeer>(brokers[broker], broker, here));
  }
}

void Links::Run(int stop_fd, int work_fd) {
  bool has_work = false;
  while (Wait(stop_fd, work_fd, has_work)) {
    std::vector<proto::Parcel> parcels = TakeParcels();
    if (parcels.empty() && !has_work) continue;
    Output output = calls_.process(std::move(parcels));
    if (calls_.may_leave()) {
      Send(std::move(output));
    } else {
      for (const auto& peer : peers_) peer->Cut("");
    }
  }
  if (calls_.may_leave()) AwaitReaders();
  for (const auto& peer : peers_) peer->Leave();
}

// Whoever serves next is greeted at once, and who served before is heard no more from then on. What
// is asked meanwhile is asked again.
void Links::AwaitReaders() {
  const auto is_behind = [](const auto& peer) { return peer->is_behind(); };
  const absl::Time end = absl::Now() + LinkPeer::kFullMax;
  while (absl::Now() < end && std::any_of(peers_.begin(), peers_.end(), is_behind)) {
    absl::InlinedVector<pollfd, 4> events;
    for (const auto& peer : peers_) {
      events.push_back({.fd = peer->socket(), .events = peer->wanted(), .revents = 0});
    }
    poll(events.data(), events.size(), kReadersTurnMs);
    for (size_t i = 0; i < peers_.size(); ++i) {
      peers_[i]->Serve(events[i].revents);
      peers_[i]->Listen();
      peers_[i]->TakeInbox();
    }
  }
}

bool Links::Wait(int stop_fd, int work_fd, bool& has_work) {
  absl::Time wake_at = absl::InfiniteFuture();
  for (const auto& peer : peers_) {
    if (peer->socket() < 0) peer->ConnectIfDue(absl::Now());
    wake_at = std::min(wake_at, peer->connect_at());
  }
  if (wait_until_ != absl::InfinitePast()) wake_at = std::min(wake_at, wait_until_);
  int wait_ms = calls_.idle();
  if (!calls_.goes_on()) return false;
  if (wake_at != absl::InfiniteFuture()) {
    const int64_t left_ms = absl::ToInt64Milliseconds(wake_at - absl::Now()) + 1;
    wait_ms = static_cast<int>(std::clamp<int64_t>(left_ms, 0, wait_ms));
  }
  absl::InlinedVector<pollfd, 4> events = {
      {.fd = stop_fd, .events = POLLIN, .revents = 0},
      {.fd = awaits_ ? -1 : work_fd, .events = POLLIN, .revents = 0}};
  for (const auto& peer : peers_) {
    events.push_back({.fd = peer->socket(), .events = peer->wanted(), .revents = 0});
  }
  poll(events.data(), events.size(), wait_ms);
  if (events[0].revents != 0) return false;
  has_work = events[1].revents != 0;
  for (size_t i = 0; i < peers_.size(); ++i) peers_[i]->Serve(events[2 + i].revents);
  return true;
}

// After the start only, and with several brokers.
bool Links::AwaitsOthers() {
  if (wait_until_ == absl::InfinitePast()) return false;
  const auto is_up = [](const auto& peer) { return peer->is_up(); };  // and has asked again
  if (std::none_of(peers_.begin(), peers_.end(), is_up)) {
    wait_until_ = absl::InfiniteFuture();
    return false;
  }
  if (wait_until_ == absl::InfiniteFuture()) wait_until_ = absl::Now() + kOthersWait;
  const bool are_all_up = std::all_of(peers_.begin(), peers_.end(), is_up);
  if (!are_all_up && absl::Now() < wait_until_) return true;
  wait_until_ = absl::InfinitePast();
  return false;
}

std::vector<proto::Parcel> Links::TakeParcels() {
  for (const auto& peer : peers_) peer->Listen();
  if (awaits_ = AwaitsOthers(); awaits_) return {};
  std::vector<proto::Parcel> parcels;
  for (size_t broker = 0; broker < peers_.size(); ++broker) {
    std::vector<std::string> inbox = peers_[broker]->TakeInbox();
    parcels.reserve(parcels.size() + inbox.size());
    for (std::string& envelope : inbox) parcels.push_back({broker, std::move(envelope)});
  }
  return parcels;
}

void Links::Send(Output output) {
  for (proto::Dispatch& dispatch : output.dispatches) Send(std::move(dispatch));
  if (!output.messages.empty()) peers_.front()->SendMessages(std::move(output.messages));
  for (const Order& order : output.commands) {
    for (size_t broker = 0; broker < peers_.size(); ++broker) {
      if ((order.brokers & BrokerBit(broker)) != 0) peers_[broker]->Send(order);
    }
  }
}

// The others first. What this process has not handed to them when it is killed the asker asks for
// again, as it has no answer.
void Links::Send(proto::Dispatch dispatch) {
  if (!dispatch.news.empty()) {
    const auto news = std::make_shared<const std::string>(std::move(dispatch.news));
    for (size_t broker = 0; broker < peers_.size(); ++broker) {
      if (broker != dispatch.broker) peers_[broker]->SendNews(dispatch.number, news);
    }
    for (size_t broker = 0; broker < peers_.size(); ++broker) {
      if (broker != dispatch.broker) peers_[broker]->Flush();
    }
  }
  if (dispatch.answers.empty()) return;
  peers_[dispatch.broker]->SendAnswers(dispatch.last, std::move(dispatch.answers));
}

}  // namespace service
