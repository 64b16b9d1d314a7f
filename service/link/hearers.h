// Which messages of an update nobody hears at any of several brokers, by what their plugins tell
// (docs/link-format.md, type 15): they need not be worded. Whatever is not known is heard.
//
// One thread at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "proto/envelope.h"
#include "proto/hearing.h"
#include "proto/parcel.h"
#include "service/watch/counters.h"
#include "service/watch/log.h"
#include "shadow/id.h"

namespace service {

class Hearers {
 public:
  // What a plugin has told counts for so long after it was heard last: over a link that is cut
  // nobody could say that it is over. A plugin speaks at least once a second.
  static constexpr absl::Duration kSilenceMax = absl::Seconds(3);

  // `brokers`: how many there are; they are called by their places below. At most so many shadows
  // are remembered of each; then what it has told is forgotten.
  explicit Hearers(size_t brokers, size_t shadows_max = 200'000)
      : shadows_max_(shadows_max), brokers_(brokers) {}

  // Its plugin tells, in this order.
  void Hear(size_t broker, absl::Span<const proto::Hearing> hearings);

  // Its plugin has a session, or has lost it: what it has told is void.
  void Forget(size_t broker);

  // Its plugin has spoken, whatever it said.
  void Heard(size_t broker, absl::Time now) { brokers_[broker].heard = now; }
  // Forgets what those have told that have been silent for longer than kSilenceMax.
  void ForgetSilent(absl::Time now);

  // What nobody hears of an update, with what the plugin of the broker that it came over has said
  // of itself in the request.
  proto::Unheard UnheardOf(const shadow::ShadowId& id, size_t asker, proto::Unheard there) const;

 private:
  static constexpr size_t kMessages = 3;  // accepted, documents, delta

  // Of a message: of which turn it is unheard; 0: of none.
  using Turns = std::array<uint64_t, kMessages>;

  struct Broker {
    absl::flat_hash_map<std::string, absl::flat_hash_map<std::string, Turns>> things{};
    size_t shadows = 0;
    absl::Time heard = absl::InfinitePast();
    Turns now = {1, 1, 1};  // what was told in an earlier turn is over
  };

  void Add(Broker& broker, const proto::Hearing& hearing);
  static void End(Broker& broker, const proto::Hearing& hearing);

  const size_t shadows_max_;
  std::vector<Broker> brokers_;
};

// True if the parcel holds hearings; `hearers` hears them. What does not decode is counted and
// logged.
bool HearHearings(const proto::Parcel& parcel, Hearers& hearers, Counters& counters, Log& log);

}  // namespace service
