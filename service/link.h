// shadowd's end of the link: one MQTT session with the broker that runs the plugin. The only file
// that knows libmosquitto.
//
// Single-threaded: what arrived while a group was being committed is read when it is done, and is
// the next group.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "service/health.h"
#include "service/log.h"

namespace service {

struct LinkSettings {
  std::string host;  // or the path of a unix socket, then `port` is 0
  int port = 0;
  std::string address;  // both, for people
  std::string secret;
};

class Link {
 public:
  // Takes the request envelopes that have arrived, oldest first; gives the answer envelopes to
  // send.
  using Process = std::function<std::vector<std::string>(absl::Span<const std::string>)>;
  // Does what is due between messages; gives how many milliseconds it can wait for the next call.
  using Idle = std::function<int()>;

  // `health` is told whether the plugin is there; it and `log` outlive the link.
  Link(LinkSettings settings, Process process, Idle idle, Health& health, Log& log);

  // Serves until `stop_fd` becomes readable. Connects, and connects again whenever the session is
  // lost, for ever.
  void Run(int stop_fd);

 private:
  class Session;

  // False: stop was asked for.
  bool WaitBeforeRetry(int stop_fd, int milliseconds);
  bool Serve(Session& session, int stop_fd);

  const LinkSettings settings_;
  const Process process_;
  const Idle idle_;
  Health& health_;
  Log& log_;
};

}  // namespace service
