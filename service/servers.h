// The servers beside the data plane's: health, metrics, and the admin socket.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "service/admin/server.h"
#include "service/config.h"
#include "service/http/server.h"
#include "service/watch/log.h"

namespace service {

using Servers = std::vector<std::unique_ptr<HttpServer>>;

// What whoever watches is answered with, on the servers' threads.
struct Watched {
  std::function<absl::StatusOr<std::string>()> ready;  // a line, or what stands in the way
  std::function<std::string()> metrics;                // the page
};

// Whoever watches is answered from here on. An error names the flag of the port that cannot be had.
// What is handed in outlives the servers, as below.
absl::StatusOr<Servers> StartServers(const Config& config, const Watched& watched, Log& log);

// Null: there is to be none.
absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(const Config& config,
                                                              AdminServer::Handler handler);

}  // namespace service
