// What the plugins of the other brokers are to this one (docs/link-format.md, several brokers): the
// news of what their requests have caused, of which each is to be published once, and the lifecycle
// events that they publish for the clients of this broker, too.
//
// Thread rule: the broker's thread. Nothing here grows with what is sent: of news only numbers are
// kept, of events those of one turn.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "proto/envelope.h"
#include "proto/news.h"

namespace plugin {

class Others {
 public:
  // So many origins are remembered: those heard last.
  static constexpr size_t kOriginsMax = 64;

  // The service says hello; and has no session any more, until then.
  void Greet(const proto::Hello& hello);
  void ServiceIsGone();

  // Whether there are other brokers, as far as the service is here to say so.
  bool are_there() const { return are_there_; }

  // Hands `publish` the items that were not taken before, in order. False: these are news of
  // another life than that of the last hello, and nothing was done.
  bool Take(const proto::News& news, absl::FunctionRef<void(const proto::NewsItem&)> publish);

  // Items that were not handed on: they had been taken before, or were told before this plugin was
  // there.
  uint64_t repeated() const { return repeated_; }

  // A lifecycle event was published here. Of use only if there are others.
  void Published(absl::string_view topic, absl::string_view payload);

  // What has been taken, if the service is to be told: after a hello, and if it has changed since.
  std::optional<proto::Taken> TakeConfirmation();
  // The events since the last call, in envelopes.
  std::vector<std::string> TakeEvents(uint64_t epoch);

 private:
  struct Origin {
    uint64_t epoch;
    uint64_t highest;  // sequence that was taken
  };

  // Of that epoch, now the one heard last. Holds until the next call.
  Origin& Heard(uint64_t epoch);

  bool are_there_ = false;
  uint64_t first_life_ = 0;     // of the first hello; 0: there was none yet
  proto::Taken taken_;          // of that of the last
  bool confirmed_ = true;       // the service knows it
  std::deque<Origin> origins_;  // heard last first
  uint64_t repeated_ = 0;
  std::vector<std::pair<std::string, std::string>> events_;  // topics and payloads
};

}  // namespace plugin
