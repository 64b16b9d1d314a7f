#include "service/link/commands.h"

namespace service {
namespace {

// What the broker must be subscribed to for the plugin to be shown what the command asks for.
std::string LookOf(const proto::CommandWhat& what) {
  const auto* const retained = std::get_if<proto::RetainedCommand>(&what);
  if (retained == nullptr) return "";
  return retained->topic.empty() ? "#" : std::string(retained->topic);
}

}  // namespace

void Commands::Put(const proto::CommandWhat& what, Done done) {
  {
    const absl::MutexLock lock(&mutex_);
    const uint64_t id = ++last_id_;
    unsent_.push_back({proto::EncodeCommand({.id = id, .what = what}), LookOf(what)});
    waiting_[id] = {std::move(done), std::chrono::steady_clock::now() + kReplyWait};
  }
  wake_();
}

std::vector<Order> Commands::Take(bool link) {
  std::vector<Order> unsent;
  absl::btree_map<uint64_t, Waiting> unheard;
  {
    const absl::MutexLock lock(&mutex_);
    unsent.swap(unsent_);
    if (!link) {
      unheard.swap(waiting_);
      unsent.clear();
    }
  }
  for (const auto& [id, waiting] : unheard) waiting.done(nullptr);
  return unsent;
}

bool Commands::Reply(absl::string_view envelope) {
  if (!proto::IsCommandReply(envelope)) return false;
  const auto reply = proto::DecodeCommandReply(envelope);
  if (!reply.ok()) return false;
  Done done;
  {
    const absl::MutexLock lock(&mutex_);
    const auto found = waiting_.find(reply->id);
    if (found == waiting_.end()) return true;
    done = std::move(found->second.done);
    waiting_.erase(found);
  }
  done(&*reply);
  return true;
}

void Commands::Expire() {
  std::vector<Done> late;
  {
    const absl::MutexLock lock(&mutex_);
    const auto now = std::chrono::steady_clock::now();
    while (!waiting_.empty() && waiting_.begin()->second.until < now) {
      late.push_back(std::move(waiting_.begin()->second.done));
      waiting_.erase(waiting_.begin());
    }
  }
  for (const Done& done : late) done(nullptr);
}

}  // namespace service
