// Answers whoever watches over HTTP: `/healthz`, is the process alive; `/readyz`, does it serve;
// and, where asked for, `/metrics`. health_server.cc alone knows CivetWeb.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "service/watch/health.h"

namespace service {

class HealthServer {
 public:
  struct Settings {
    std::string address = "127.0.0.1";
    int port = 0;
    // Gives what `/metrics` answers, on the server's thread; empty: there is no such path.
    std::function<std::string()> metrics{};
  };

  // Listens with a thread of its own until it is destroyed. `health` outlives it. Unavailable: the
  // port cannot be had.
  static absl::StatusOr<std::unique_ptr<HealthServer>> Start(const Settings& settings,
                                                             const Health& health);

  ~HealthServer();

 private:
  struct Server;
  explicit HealthServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace service
