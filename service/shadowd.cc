// shadowd: reads its settings, opens the store, and serves the link until it is told to stop.
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <ctime>
#include <iostream>
#include <memory>

#include "service/config.h"
#include "service/health.h"
#include "service/health_server.h"
#include "service/journal.h"
#include "service/link.h"
#include "service/log.h"
#include "service/supervisor.h"
#include "service/worker.h"
#include "storage/rocksdb_store.h"

namespace service {
namespace {

constexpr int kIdleMs = 5000;  // often enough for MQTT's keep-alive

int64_t EpochSeconds() { return static_cast<int64_t>(std::time(nullptr)); }

// A descriptor that becomes readable when the process is asked to stop.
int StopDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

int Serve(Config config, Log& log, int stop_fd) {
  config.store.now = EpochSeconds;
  const auto store = storage::OpenRocksDb(config.store);
  if (!store.ok()) {
    log.Error("store_refused",
              {{"data_dir", config.store.path}, {"cause", store.status().message()}});
    return 1;
  }
  auto journal = Journal::Load(**store);
  if (!journal.ok()) {
    log.Error("store_refused",
              {{"data_dir", config.store.path}, {"cause", journal.status().message()}});
    return 1;
  }
  log.Info("store_open", {{"data_dir", config.store.path}});

  Health health(**store);
  std::unique_ptr<HealthServer> health_server;
  if (config.health_port != 0) {
    auto started = HealthServer::Start(config.health_port, health);
    if (!started.ok()) {
      log.Error("health_port_refused", {{"cause", started.status().message()}});
      return 1;
    }
    health_server = *std::move(started);
  }

  Worker worker({.limits = config.limits,
                 .durability = config.durability,
                 .sync_interval_ms = config.sync_interval_ms,
                 .now = EpochSeconds},
                **store, *std::move(journal), log);
  Link link(
      {.host = config.broker_host,
       .port = config.broker_port,
       .address = config.broker,
       .secret = config.link_secret},
      [&](absl::Span<const std::string> envelopes) { return worker.Process(envelopes); },
      [&] { return std::min(worker.SyncIfDue(), kIdleMs); }, health, log);
  supervisor::Ready();
  link.Run(stop_fd);
  supervisor::Stopping();
  worker.Sync();
  log.Info("stopped");
  return 0;
}

}  // namespace
}  // namespace service

int main(int argc, char** argv) {
  const int stop_fd = service::StopDescriptor();  // before any thread is started
  std::signal(SIGPIPE, SIG_IGN);
  const auto config = service::ParseCommandLine(argc, argv);
  if (!config.ok()) {
    std::cerr << "shadowd: " << config.status().message() << "\n";
    return 1;
  }
  service::Log log(config->log_level, config->log_format);
  return service::Serve(*config, log, stop_fd);
}
