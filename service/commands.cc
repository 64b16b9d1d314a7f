#include "service/commands.h"

namespace service {

void Commands::Put(const std::variant<proto::PublishCommand, proto::DisconnectCommand>& what,
                   Done done) {
  {
    const absl::MutexLock lock(&mutex_);
    const uint64_t id = ++last_id_;
    unsent_.push_back(proto::EncodeCommand({.id = id, .what = what}));
    waiting_[id] = {std::move(done), std::chrono::steady_clock::now() + kReplyWait};
  }
  wake_();
}

std::vector<std::string> Commands::Take(bool link) {
  std::vector<std::string> unsent;
  absl::btree_map<uint64_t, Waiting> unheard;
  {
    const absl::MutexLock lock(&mutex_);
    unsent.swap(unsent_);
    if (!link) {
      unheard.swap(waiting_);
      unsent.clear();
    }
  }
  for (const auto& [id, waiting] : unheard) waiting.done(std::nullopt);
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
  done(reply->result);
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
  for (const Done& done : late) done(std::nullopt);
}

}  // namespace service
