// Answers a supervisor's questions over HTTP: `/healthz`, is the process alive; `/readyz`, does it
// serve. health_server.cc alone knows CivetWeb.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "service/health.h"

namespace service {

class HealthServer {
 public:
  // Listens on 127.0.0.1:`port` with a thread of its own until it is destroyed. `health` outlives
  // it. Unavailable: the port cannot be had.
  static absl::StatusOr<std::unique_ptr<HealthServer>> Start(int port, const Health& health);

  ~HealthServer();

 private:
  struct Server;
  explicit HealthServer(std::unique_ptr<Server> server);

  std::unique_ptr<Server> server_;
};

}  // namespace service
