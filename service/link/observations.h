// What devices do, told by the plugins over the links to whoever observes them
// (docs/admin-socket.md). A plugin looks only while somebody observes, and only at what is
// observed. Each has a clock of its own.
//
// Thread rule: Hear and LinksAre on the link's thread, the rest on any other.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "proto/command.h"
#include "proto/observation.h"
#include "proto/parcel.h"
#include "service/link/commands.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"

namespace service {

class Observations {
 public:
  // That a follower may be behind.
  static constexpr size_t kLinesMax = 10'000;
  static constexpr size_t kLineBytesMax = 16u << 20;  // of all of them

  // All outlive it.
  Observations(Commands& commands, Counters& counters, Log& log)
      : commands_(commands), counters_(counters), log_(log) {}

  // Somebody who observes a thing, a client, or both, for as long as it lives. Outlived by its
  // observations.
  class Follower {
   public:
    ~Follower();

    // The plugin's clock when it began: that of the first that has said it.
    int64_t since_us() const;

    // The next line, one JSON object without a line's end; nothing if none came in time. A follower
    // that is too slow loses lines, and is told how many in their place. The last line says why
    // there are no more.
    std::optional<std::string> Next(absl::Duration timeout);
    // The last line was given.
    bool is_over() const;

   private:
    friend class Observations;
    Follower(Observations& observations, absl::string_view thing, absl::string_view client)
        : observations_(observations), thing_(thing), client_(client) {
      from_us_.fill(kNever);
    }

    bool Wants(size_t broker, const proto::Observation& seen) const;
    bool IsOfKey(const Follower& other) const {
      return thing_ == other.thing_ && client_ == other.client_;
    }

    Observations& observations_;
    const std::string thing_;
    const std::string client_;
    // Guarded by the mutex of observations_:
    uint64_t number_ = 0;
    std::optional<absl::StatusOr<int64_t>> begun_{};  // what the first plugin says
    // From when on, by the clock of each broker's plugin; of others nothing is told.
    std::array<int64_t, proto::kBrokersMax> from_us_;
    std::deque<std::string> lines_{};
    size_t line_bytes_ = 0;
    uint64_t lost_ = 0;
    std::string ended_{};  // the last line
    bool is_over_ = false;
  };

  // Waits for the plugin. InvalidArgument (says which name is wrong), Unavailable (no broker),
  // ResourceExhausted (too much is observed). One of the two may be empty; with both what concerns
  // either is told.
  absl::StatusOr<std::unique_ptr<Follower>> Follow(absl::string_view thing,
                                                   absl::string_view client);

  // True if the envelope holds observations; who follows is told.
  bool Hear(const proto::Parcel& parcel);
  // To be told often; what is observed ends when there is no link any more. A plugin that comes
  // while others are there is asked, too.
  void LinksAre(Brokers up);

  // Nothing comes any more: whoever follows or wants to is told. Waits so long at most until all
  // have taken that, and are gone.
  void Close(absl::Duration patience);

 private:
  static constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

  void Ask(const Follower& follower, Brokers brokers) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Begin(uint64_t number, size_t broker, const absl::StatusOr<int64_t>& begun);
  void Leave(const Follower& follower);
  void EndAll(absl::string_view why) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  static void Put(const std::string& line, Follower& follower);

  Commands& commands_;
  Counters& counters_;
  Log& log_;

  mutable absl::Mutex mutex_;
  std::vector<Follower*> followers_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_number_ ABSL_GUARDED_BY(mutex_) = 0;
  Brokers up_ ABSL_GUARDED_BY(mutex_) = 0;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace service
