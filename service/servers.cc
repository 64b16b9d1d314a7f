#include "service/servers.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "service/metrics/health_server.h"

namespace service {

absl::StatusOr<Servers> StartServers(const Config& config, const Watched& watched, Log& log) {
  Servers servers;
  const HealthSettings health_port = {.flag = "health_port",
                                      .port = config.health_port,
                                      .hosts = config.http.hosts,
                                      .ready = watched.ready};
  const HealthSettings metrics_port = {.flag = "metrics_port",
                                       .address = config.metrics_address,
                                       .port = config.metrics_port,
                                       .hosts = config.http.hosts,
                                       .ready = watched.ready,
                                       .metrics = watched.metrics};
  for (const HealthSettings* settings : {&health_port, &metrics_port}) {
    if (settings->port == 0) continue;
    auto started = StartHealthServer(*settings, log);
    if (!started.ok()) return started.status();
    servers.push_back(*std::move(started));
  }
  return servers;
}

absl::StatusOr<std::unique_ptr<AdminServer>> StartAdminServer(const Config& config,
                                                              AdminServer::Handler handler) {
  if (config.admin_socket.empty()) return nullptr;
  auto started = AdminServer::Start(config.admin_socket, std::move(handler));
  if (started.ok()) return started;
  return absl::UnavailableError(absl::StrCat("--admin_socket: ", started.status().message()));
}

}  // namespace service
