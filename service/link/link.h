// shadowd's end of the link: one MQTT session with the broker that runs the plugin. Beside
// session_ender.h and service/live/broker_client.h the only one that knows libmosquitto.
//
// Single-threaded: what arrived while a group was being committed is read when it is done, and is
// the next group.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <vector>

#include "service/link/commands.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

struct LinkSettings {
  std::string host;  // or the path of a unix socket, then `port` is 0
  int port = 0;
  std::string address;  // both, for people
  std::string secret;
};

class Link {
 public:
  // What is to be sent, oldest first.
  struct Output {
    std::vector<std::string> answers;   // the plugin asks again for those that are lost
    std::vector<Order> commands;        // of use now or never
    std::vector<std::string> messages;  // nobody asks for these: they are kept until they are sent
  };
  // Takes the envelopes that have arrived, oldest first, and whatever work waits elsewhere. Is
  // called without envelopes while there is no session, too.
  using Process = std::function<Output(std::vector<std::string>)>;
  // Does what is due between messages; gives how many milliseconds it can wait for the next call.
  using Idle = std::function<int()>;

  // At most so many bytes of messages are kept for a plugin that is not there; then the oldest go,
  // and are counted in the log.
  static constexpr size_t kHeldBytesMax = 16u << 20;

  // Whether what Process gave may leave, asked once for all of it; and whether to go on at all,
  // asked after each Idle.
  struct Gate {
    std::function<bool()> may_leave = [] { return true; };
    std::function<bool()> goes_on = [] { return true; };
  };

  // `health` is told whether the plugin is there; it and `log` outlive the link.
  Link(LinkSettings settings, Process process, Idle idle, Gate gate, Health& health, Log& log);

  // Serves until `stop_fd` becomes readable, or until the gate says that it is over. Connects, and
  // connects again whenever the session is lost, for ever. `work_fd` is readable while Process has
  // work that did not arrive here.
  void Run(int stop_fd, int work_fd);

 private:
  class Session;

  // Both work meanwhile. False: stop was asked for.
  bool WaitBeforeRetry(int stop_fd, int work_fd, int milliseconds);
  bool Serve(Session& session, int stop_fd, int work_fd);
  // False: the connection is lost.
  bool SendAll(Session& session, Output output);
  bool SendHeld(Session& session);
  void Hold(std::vector<std::string> messages);

  const LinkSettings settings_;
  const Process process_;
  const Idle idle_;
  const Gate gate_;
  Health& health_;
  Log& log_;
  const uint64_t life_;           // random, never 0
  std::deque<std::string> held_;  // messages not sent yet
  size_t held_bytes_ = 0;
  size_t dropped_ = 0;  // since it was said last
};

}  // namespace service
