// Messages that a fault holds back: each until its time, until its plan ends, or until too many are
// held; then the oldest go first. Pure: times are handed in.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace plugin {

struct HeldMessage {
  enum class Kind : uint8_t {
    kAnswer,   // to whoever is subscribed
    kDeliver,  // to `client` alone
    kRequest,  // of `client`, over the connection of that number
  };

  Kind kind = Kind::kAnswer;
  std::string plan{};  // by which it is held
  std::string client{};
  std::string topic{};
  std::string payload{};
  bool at_least_once = true;
  uint64_t connection = 0;
};

class Held {
 public:
  static constexpr size_t kMessagesMax = 10'000;
  static constexpr size_t kBytesMax = 64u << 20;  // of topics and payloads

  bool empty() const { return messages_.empty(); }
  size_t size() const { return messages_.size(); }

  // Its number, from 1 and up.
  uint64_t Add(HeldMessage message, int64_t due_us);

  // Those that are to go out: first those that are too many, the oldest first; then those whose
  // time has come, by their times.
  std::vector<HeldMessage> TakeDue(int64_t now_us);
  // Of one plan, in the order in which they came.
  std::vector<HeldMessage> TakeOf(absl::string_view plan);
  // Of that number; nothing if it is not held any more.
  std::vector<HeldMessage> Take(uint64_t number);

 private:
  struct Entry {
    HeldMessage message;
    int64_t due_us;
  };
  using Entries = std::map<uint64_t, Entry>;

  HeldMessage Remove(Entries::iterator entry);

  Entries messages_;                               // by number
  std::set<std::pair<int64_t, uint64_t>> by_due_;  // time and number
  uint64_t last_ = 0;
  size_t bytes_ = 0;
};

}  // namespace plugin
