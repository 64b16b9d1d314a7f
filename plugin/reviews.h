// Reviews of connections because the registry has changed: whom a change can concern is judged, one
// connection after the other and a few in a turn, and then whoever made the change is told. A
// change of one certificate looks at that certificate's connections and at no others.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "plugin/broker.h"
#include "plugin/principal/principal.h"
#include "policy/registry_journal.h"

namespace plugin {

class Reviews {
 public:
  // How long judging may hold up a turn of the broker's loop.
  static constexpr int64_t kTurnUs = 3'000;

  // Told once, when all of a review were judged: how many of them were ended.
  using Done = std::function<void(uint64_t ended)>;

  // `broker`, whose clock it goes by, outlives this.
  explicit Reviews(const Broker& broker) : broker_(broker) {}

  // A connection stands from now on, and no more. Its principal stays where it is meanwhile.
  void Came(const void* handle, Principal& principal);
  void Left(const void* handle, const Principal& principal);

  // Begins a review of all that stand, of those that the changes can concern, or of nobody. A
  // principal whose own entry has changed is to be resolved anew from now on. `registry` is the one
  // that has the changes.
  void OfAll(Done done);
  void OfConcerned(absl::Span<const policy::EntryChange> changes, const policy::Registry& registry,
                   Done done);
  void OfNobody(Done done) { under_way_.push_back({{}, std::move(done)}); }

  // Once per turn. `judge` gives whether it has ended that connection, which may be over already.
  // Reviews end in the order in which they began.
  void Tick(absl::FunctionRef<bool(const void* handle)> judge);

 private:
  // By a principal's or client's id, which stands in the principal.
  using Index = absl::btree_map<std::pair<absl::string_view, const void*>, Principal*>;

  struct Review {
    std::vector<const void*> handles;  // that are still to be judged
    Done done;
    uint64_t ended = 0;
  };

  static void Expire(const Index& index, absl::string_view id, std::vector<const void*>& handles);

  const Broker& broker_;
  Index by_principal_;
  Index by_client_;
  std::deque<Review> under_way_;
};

}  // namespace plugin
