#include "service/link/commands.h"

#include <iterator>

#include "service/link/merged_reply.h"

namespace service {
namespace {

// What the broker must be subscribed to for the plugin to be shown what the command asks for.
std::string LookOf(const proto::CommandWhat& what) {
  const auto* const retained = std::get_if<proto::RetainedCommand>(&what);
  if (retained == nullptr) return "";
  return retained->topic.empty() ? "#" : std::string(retained->topic);
}

}  // namespace

void Commands::Put(const proto::CommandWhat& what, Done done, Brokers to) {
  Put(what, {.done = std::move(done), .pending = to});
}

void Commands::PutToEach(const proto::CommandWhat& what, Each each, Brokers to) {
  Put(what, {.each = std::move(each), .pending = to});
}

void Commands::Put(const proto::CommandWhat& what, Waiting waiting) {
  waiting.what = what.index();
  if (const auto* const retained = std::get_if<proto::RetainedCommand>(&what)) {
    waiting.most = retained->most;
  }
  {
    const absl::MutexLock lock(&mutex_);
    const uint64_t id = ++last_id_;
    unsent_.push_back({proto::EncodeCommand({.id = id, .what = what}), LookOf(what)});
    unsent_ids_.push_back(id);
    waiting.until = std::chrono::steady_clock::now() + kReplyWait;
    waiting_[id] = std::move(waiting);
  }
  wake_();
}

std::vector<Order> Commands::Take(Brokers up) {
  std::vector<Order> orders;
  std::vector<Waiting> unheard;
  {
    const absl::MutexLock lock(&mutex_);
    orders.swap(unsent_);
    for (size_t i = 0; i < orders.size(); ++i) {
      const auto waiting = waiting_.find(unsent_ids_[i]);
      orders[i].brokers = waiting == waiting_.end() ? 0 : waiting->second.pending & up;
      if (waiting != waiting_.end()) waiting->second.sent = true;
    }
    unsent_ids_.clear();
    unheard = DropLost(up);
  }
  std::erase_if(orders, [](const Order& order) { return order.brokers == 0; });
  for (const Waiting& one : unheard) Finish(one);
  return orders;
}

// Takes out those for whom nobody is left to reply. Of what is not sent yet every link may come.
std::vector<Commands::Waiting> Commands::DropLost(Brokers up) {
  std::vector<Waiting> lost;
  for (auto one = waiting_.begin(); one != waiting_.end();) {
    Waiting& waiting = one->second;
    if (waiting.sent) waiting.pending &= up;
    if (waiting.pending != 0) {
      ++one;
      continue;
    }
    lost.push_back(std::move(waiting));
    one = waiting_.erase(one);
  }
  return lost;
}

bool Commands::Reply(const proto::Parcel& parcel) {
  if (!proto::IsCommandReply(parcel.envelope)) return false;
  const auto reply = proto::DecodeCommandReply(parcel.envelope);
  if (!reply.ok()) return false;
  Waiting whole;
  Each each;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(reply->id);
    if (found == waiting_.end() || (found->second.pending & BrokerBit(parcel.broker)) == 0) {
      return true;
    }
    Waiting& waiting = found->second;
    waiting.pending &= ~BrokerBit(parcel.broker);
    each = waiting.each;
    if (waiting.each == nullptr && (waiting.pending != 0 || !waiting.replies.empty())) {
      waiting.replies.push_back(parcel.envelope);
    }
    if (waiting.pending == 0) {
      whole = std::move(waiting);
      waiting_.erase(found);
    }
  }
  if (each != nullptr) {
    each(parcel.broker, &*reply);
  } else if (!whole.replies.empty()) {
    Finish(whole);
  } else if (whole.done != nullptr) {
    whole.done(&*reply);
  }
  return true;
}

// Without the brokers that are still missing.
void Commands::Finish(const Waiting& waiting) {
  if (waiting.each != nullptr) return waiting.each(0, nullptr);
  std::vector<proto::CommandReply> replies;
  for (const std::string& envelope : waiting.replies) {
    replies.push_back(*proto::DecodeCommandReply(envelope));
  }
  if (replies.empty()) return waiting.done(nullptr);
  std::string text;
  const proto::CommandReply merged = MergedReply(waiting.what, waiting.most, replies, text);
  waiting.done(&merged);
}

void Commands::Expire(Brokers up) {
  std::vector<Waiting> over;
  {
    const absl::MutexLock lock(&mutex_);
    if (waiting_.empty()) return;
    over = DropLost(up);
    const auto now = std::chrono::steady_clock::now();
    while (!waiting_.empty() && waiting_.begin()->second.until < now) {
      over.push_back(std::move(waiting_.begin()->second));
      waiting_.erase(waiting_.begin());
    }
  }
  for (const Waiting& one : over) Finish(one);
}

}  // namespace service
