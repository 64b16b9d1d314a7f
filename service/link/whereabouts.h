// Which clients are connected, as the plugin tells it (docs/link-format.md, arrivals), and since
// when those that are not are gone.
//
// A client id is connected once: of two connections at two brokers that stays which came later, and
// the other broker is to cut the elder one.
//
// Thread rule: SetChanged and SetElder before anything is heard, Hear and LinksAre on the link's
// thread; the rest from any.
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
#include "proto/parcel.h"
#include "service/link/commands.h"

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

  // Is told of a client whose connection at a broker is not to stand any more, as it has another
  // elsewhere. On the link's thread; it must not ask.
  using Elder =
      std::function<void(size_t broker, absl::string_view client_id, uint64_t connection)>;
  void SetElder(Elder elder) { elder_ = std::move(elder); }

  // All that is known, as steps with the number of the last that was told.
  Steps All() const ABSL_LOCKS_EXCLUDED(mutex_);

  struct OfThing {
    std::string client_id;
    Client client;
  };
  // Of the clients that stand for a thing: one that is connected, or else that which went last;
  // nothing: none is known. Looks at all.
  std::optional<OfThing> For(absl::string_view thing) const ABSL_LOCKS_EXCLUDED(mutex_);

  // The links that are there. Of two connections of a client that one counts whose broker is there.
  void LinksAre(Brokers up) ABSL_LOCKS_EXCLUDED(mutex_);

  // An envelope of any kind; only arrivals are looked at, and a damaged one is left to others.
  void Hear(const proto::Parcel& parcel) ABSL_LOCKS_EXCLUDED(mutex_);

  // Nothing: no client called so is known.
  std::optional<Client> Of(absl::string_view client_id) const ABSL_LOCKS_EXCLUDED(mutex_);

 private:
  struct Known {
    Client client;
    size_t broker = 0;
    uint64_t epoch = 0;  // of its plugin; counts its connections
    uint64_t connection = 0;
    // That it stands for; empty: none; null: the one that is called as it is.
    std::unique_ptr<const std::string> thing = nullptr;
  };

  static absl::string_view ThingOf(const Known& known, absl::string_view client_id) {
    return known.thing == nullptr ? client_id : absl::string_view(*known.thing);
  }
  // Where something comes from.
  struct Source {
    size_t broker;
    uint64_t epoch;
  };
  void Take(const Source& source, const proto::Arrival& arrival, Steps& steps)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool StandsElsewhere(const Source& source, const proto::Arrival& arrival, const Known& known)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::function<void(const Steps&)> changed_ = [](const Steps&) {};
  Elder elder_ = [](size_t, absl::string_view, uint64_t) {};
  mutable absl::Mutex mutex_;
  Brokers up_ ABSL_GUARDED_BY(mutex_) = kAllBrokers;
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::flat_hash_map<std::string, Known> clients_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::pair<std::string, uint64_t>> gone_ ABSL_GUARDED_BY(mutex_);  // the oldest first
};

}  // namespace service
