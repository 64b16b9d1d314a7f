#include "plugin/faults/held.h"

namespace plugin {
namespace {

size_t BytesOf(const HeldMessage& message) {
  return message.topic.size() + message.payload.size() + message.client.size();
}

}  // namespace

uint64_t Held::Add(HeldMessage message, int64_t due_us) {
  bytes_ += BytesOf(message);
  messages_.emplace(++last_, Entry{std::move(message), due_us});
  by_due_.emplace(due_us, last_);
  return last_;
}

HeldMessage Held::Remove(Entries::iterator entry) {
  by_due_.erase({entry->second.due_us, entry->first});
  HeldMessage message = std::move(entry->second.message);
  bytes_ -= BytesOf(message);
  messages_.erase(entry);
  return message;
}

std::vector<HeldMessage> Held::TakeDue(int64_t now_us) {
  std::vector<HeldMessage> taken;
  while (messages_.size() > kMessagesMax || bytes_ > kBytesMax) {
    taken.push_back(Remove(messages_.begin()));
  }
  while (!by_due_.empty() && by_due_.begin()->first <= now_us) {
    taken.push_back(Remove(messages_.find(by_due_.begin()->second)));
  }
  return taken;
}

std::vector<HeldMessage> Held::TakeOf(absl::string_view plan) {
  std::vector<HeldMessage> taken;
  for (auto entry = messages_.begin(); entry != messages_.end();) {
    const auto next = std::next(entry);
    if (entry->second.message.plan == plan) taken.push_back(Remove(entry));
    entry = next;
  }
  return taken;
}

std::vector<HeldMessage> Held::Take(uint64_t number) {
  std::vector<HeldMessage> taken;
  const auto entry = messages_.find(number);
  if (entry != messages_.end()) taken.push_back(Remove(entry));
  return taken;
}

}  // namespace plugin
