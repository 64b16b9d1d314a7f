// shadowd's end of the links: one MQTT session with each broker that runs the plugin.
//
// Single-threaded: what arrived while a group was being committed is read when it is done, and is
// the next group.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "proto/parcel.h"
#include "service/link/commands.h"
#include "service/link/link_figures.h"
#include "service/link/link_peer.h"
#include "service/link/link_session.h"
#include "service/link/link_settings.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

class Links {
 public:
  // What is to be sent, in this order.
  struct Output {
    std::vector<proto::Dispatch> dispatches{};
    std::vector<std::string> messages{};  // with one broker; with several they are news
    std::vector<Order> commands{};
  };

  // After the start, so long at most, the first of several brokers waits for the others: what they
  // ask again is answered in the order in which it was applied.
  static constexpr absl::Duration kOthersWait = absl::Seconds(1);

  struct Calls {
    // Takes the envelopes that have arrived, and whatever work waits elsewhere; those of a broker
    // lie side by side, its oldest first. Is called without any while there is no session, too.
    std::function<Output(std::vector<proto::Parcel>)> process{};
    // Does what is due between messages; gives how many milliseconds it can wait for the next call.
    std::function<int()> idle{};
    // Asked once for what `process` gives, before any of it is sent. False: none of it is, and all
    // sessions are cut.
    std::function<bool()> may_leave = [] { return true; };
    // Asked after each `idle`: whether to go on at all.
    std::function<bool()> goes_on = [] { return true; };
  };

  // `life`: random, of one serving shadowd. `health` is told which plugins are there; what is
  // handed by reference outlives the links.
  Links(const std::vector<LinkSettings>& brokers, uint64_t life, Calls calls, Health& health,
        LinkFigures& figures, Log& log);

  // Serves until `stop_fd` becomes readable, or until `goes_on` says that it is over. Connects, and
  // connects again whenever a session is lost, for ever. `work_fd` is readable while `process` has
  // work that did not arrive here.
  void Run(int stop_fd, int work_fd);

 private:
  // False: stop was asked for.
  bool Wait(int stop_fd, int work_fd, bool& has_work);
  std::vector<proto::Parcel> TakeParcels();
  // Waits, for a second at most, until the plugins that are there have read what they were sent.
  void AwaitReaders();
  bool AwaitsOthers();
  void Send(Output output);
  void Send(proto::Dispatch dispatch);

  const LinkSession::Library library_{};
  const Calls calls_;
  std::vector<std::unique_ptr<LinkPeer>> peers_;
  // Until when what has come waits for the other brokers; past: no more. Not set before the first.
  absl::Time wait_until_ = absl::InfiniteFuture();
  bool awaits_ = false;
};

}  // namespace service
