// Which clients are connected, as the plugin tells it (docs/link-format.md, arrivals), and since
// when those that are not are gone.
//
// Thread rule: Hear on the link's thread; Of from any.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "proto/arrivals.h"

namespace service {

class Whereabouts {
 public:
  // Of clients that are gone, those that went last are known.
  static constexpr size_t kGoneMax = 100'000;

  struct Client {
    bool connected = false;
    int64_t since = 0;  // epoch seconds: when it came, or went
    std::string address{};
    std::string reason{};  // why it went; a word of docs/lifecycle-events.md
  };

  // An envelope of any kind; only arrivals are looked at, and a damaged one is left to others.
  void Hear(absl::string_view envelope) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing: no client called so is known.
  std::optional<Client> Of(absl::string_view client_id) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Known {
    Client client;
    uint64_t connection = 0;
  };

  void Take(const proto::Arrival& arrival) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, Known> clients_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<std::string, uint64_t>> gone_ ABSL_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace service
