// The servers beside the data plane's: health, metrics, and the admin socket.
#pragma once

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "service/admin/admin.h"
#include "service/admin/server.h"
#include "service/config.h"
#include "service/http/server.h"
#include "service/metrics/metrics.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

using Servers = std::vector<std::unique_ptr<HttpServer>>;

// Whoever watches is answered from here on. An error names the flag of the port that cannot be had.
// What is handed in outlives the servers, as below.
absl::StatusOr<Servers> StartServers(const Config& config, const Health& health, Metrics& metrics,
                                     Log& log);

// Null: there is to be none.
absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(const Config& config, Admin& admin);

}  // namespace service
