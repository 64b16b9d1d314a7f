// What happens to a thing beside the changes of its shadows, as events of its history: its device
// has connected, its connection has ended and why, and what the first get of a connection was
// answered with. Only things that have a shadow have events.
//
// What has happened waits until something is committed, and goes with that. Which connections have
// been told is stored beside the events, so that none is told twice after a restart, and each gets
// an end: of one that the plugin no longer names, shadowd says what it knows of why.
//
// Thread rule: the thread that commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/arrivals.h"
#include "service/commit/handler.h"
#include "service/commit/peers.h"
#include "storage/history_entry.h"
#include "storage/store.h"

namespace service {

// Why a connection has ended, where nobody was told: words beside those of the lifecycle events
// (docs/lifecycle-events.md).
inline constexpr absl::string_view kBrokerRestarted = "BROKER_RESTARTED";
inline constexpr absl::string_view kEndNotTold = "UNKNOWN";
inline constexpr absl::string_view kThingChanged = "THING_CHANGED";  // it goes on, for another

class ThingEvents {
 public:
  // Of one commit. Each may need a look into the store.
  static constexpr size_t kOfCommitMax = 64;
  // While the store takes no commits so many wait; what then comes is not told. Ends of what was
  // told always wait.
  static constexpr size_t kWaitingMax = 20'000;

  // Finds what an earlier life has told in `store`, which outlives the result.
  static absl::StatusOr<std::unique_ptr<ThingEvents>> Load(const storage::Store& store,
                                                           size_t brokers = 1);

  // A broker's plugin is there, whatever it says. After the arrivals that came with it.
  void Heard(size_t broker, int64_t now) { lives_[broker].heard = now; }

  // `peers` has heard it.
  void Hear(size_t broker, const proto::ArrivalBatch& batch, const Peers& peers, int64_t now);

  // A broker that has not been there for so long will not name those of an earlier life.
  void ForgetUnclaimed(int64_t now);

  // A request was answered. `version`: that of the document a get was answered with.
  void Answered(const Ask& ask, int code, int64_t version);

  // The store was changed beside it. Goes on from what it says now: of those that stand, each of
  // which nothing is told any more is told once its thing has a shadow; those that are told and do
  // not stand get an end. Nothing waits.
  absl::Status Reread(int64_t now);

  size_t waiting() const { return waiting_.size(); }
  // How many were not told, since this was asked last.
  uint64_t TakeDropped() { return std::exchange(dropped_, 0); }

  // Keeps an event for the commit, and gives its change number. The thing holds until Committed or
  // Failed.
  using Add =
      absl::FunctionRef<uint64_t(absl::string_view thing, const storage::HistoryEntry& event)>;

  // Adds what waits, oldest first, as far as one commit takes it; and to `writes` what must be
  // committed with it.
  void Append(Add add, std::vector<storage::Write>& writes);

  // Ends what Append began: it was committed, or not, and waits again.
  void Committed() { in_commit_.clear(); }
  void Failed();

 private:
  // A connection on behalf of the thing that it stands for.
  struct Standing {
    storage::ConnectionId id{};
    std::string thing{};
    std::shared_ptr<const Peers::Connection> connection{};  // null: known from the store alone
    int64_t since = 0;                                      // epoch seconds
    uint64_t told = 0;      // the change number of its kConnected; 0: it was not told
    bool waits = false;     // that it is connected waits to be told
    bool got = false;       // its first get has come
    bool confirmed = true;  // the plugin names it
  };

  struct Event {
    storage::HistoryKind kind;
    std::shared_ptr<Standing> standing;
    int64_t time = 0;
    int64_t version = 0;
    std::string detail{};
    bool has_shadow = false;  // that the thing has one is known
    bool failed = false;      // it was in a commit that gave an error
  };

  // An event, and what was told before it.
  struct InCommit {
    Event event;
    uint64_t told;
  };

  // Of the plugin of one broker.
  struct Life {
    uint64_t epoch = 0;
    int64_t heard = 0;  // epoch seconds: when it was there last; 0: not in this life
    absl::flat_hash_map<uint64_t, std::shared_ptr<Standing>> standing{};  // by number
  };

  ThingEvents(const storage::Store& store, size_t brokers) : store_(&store), lives_(brokers) {}

  void AwaitItsBroker(std::shared_ptr<Standing> standing, int64_t now);
  bool HaveAllTold() const;
  Life* LifeOf(uint64_t epoch);
  void BeginLife(Life& life, uint64_t epoch, int64_t now);
  void Came(Life& life, std::shared_ptr<const Peers::Connection> connection, int64_t now);
  void Ended(Life& life, std::shared_ptr<const Peers::Connection> connection,
             const proto::ArrivalEnd& end);
  void EndUnconfirmed(Life& life, int64_t now);
  static std::shared_ptr<Standing> Stand(const Life& life,
                                         std::shared_ptr<const Peers::Connection> connection,
                                         int64_t since);
  void Wait(Event event);
  void WaitForEnd(std::shared_ptr<Standing> standing, int64_t time, absl::string_view reason);

  void Tell(const Event& event, Add add, std::vector<storage::Write>& writes);
  bool WasCommitted(const Event& event);
  bool HasShadow(absl::string_view thing) const;
  storage::HistoryEntry EntryOf(const Event& event);
  storage::Author AuthorOf(const Standing& standing);

  const storage::Store* store_;
  std::vector<Life> lives_;                        // one a broker
  std::vector<std::shared_ptr<Standing>> loaded_;  // of epochs that no plugin has told yet
  std::deque<Event> waiting_;
  std::vector<InCommit> in_commit_;
  shadow::Arena arena_;
  uint64_t dropped_ = 0;
};

}  // namespace service
