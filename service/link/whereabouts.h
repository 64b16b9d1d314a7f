// Which clients are connected, as the plugin tells it (docs/link-format.md, arrivals), and since
// when those that are not are gone.
//
// Thread rule: SetChanged before anything is heard, Hear on the link's thread; the rest from any.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

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

  // A client that stands for a thing has come or gone.
  struct Step {
    std::string thing;
    bool connected = false;
    int64_t at = 0;  // epoch seconds: when
  };
  struct Steps {
    uint64_t number = 0;  // from 1 and up
    bool anew = false;    // whoever was connected is not, as far as is known
    std::vector<Step> steps{};
  };

  // Is told of each change, on the link's thread. It must not ask.
  void SetChanged(std::function<void(const Steps&)> changed) { changed_ = std::move(changed); }

  // All that is known, as steps with the number of the last that was told.
  Steps All() const ABSL_LOCKS_EXCLUDED(mutex_);

  struct OfThing {
    std::string client_id;
    Client client;
  };
  // Of the clients that stand for a thing: one that is connected, or else that which went last;
  // nothing: none is known. Looks at all.
  std::optional<OfThing> For(absl::string_view thing) const ABSL_LOCKS_EXCLUDED(mutex_);

  // An envelope of any kind; only arrivals are looked at, and a damaged one is left to others.
  void Hear(absl::string_view envelope) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing: no client called so is known.
  std::optional<Client> Of(absl::string_view client_id) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Known {
    Client client;
    uint64_t connection = 0;
    // That it stands for; empty: none; null: the one that is called as it is.
    std::unique_ptr<const std::string> thing = nullptr;
  };

  static absl::string_view ThingOf(const Known& known, absl::string_view client_id) {
    return known.thing == nullptr ? client_id : absl::string_view(*known.thing);
  }
  void Take(const proto::Arrival& arrival, Steps& steps) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::function<void(const Steps&)> changed_ = [](const Steps&) {};
  mutable absl::Mutex mutex_;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Known> clients_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<std::string, uint64_t>> gone_ ABSL_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace service
