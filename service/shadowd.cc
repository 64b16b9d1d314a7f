// shadowd: reads its settings, stands by until the store is its own, and serves; until it is told
// to stop.
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <csignal>
#include <iostream>
#include <optional>

#include "measure/memory_limit.h"
#include "service/active.h"
#include "service/config.h"
#include "service/hangup.h"
#include "service/http/server.h"
#include "service/memory_fit.h"
#include "service/standby.h"
#include "service/store_choice.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"
#include "service/watch/standing.h"

namespace service {
namespace {

// A descriptor that becomes readable when the process is asked to stop.
int StopDescriptor() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  sigprocmask(SIG_BLOCK, &signals, nullptr);
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

int Run(Config config, Log& log, int stop_fd) {
  if (!FitMemory(config, measure::FindMemoryLimit(), log)) return 1;
  if (config.http.enabled()) FitToFiles(config.http, log);
  ShadowClock clock;
  const auto ownership = OwnershipOf(config, [&clock] { return clock.Now(); });
  Standing standing;
  std::optional<StepDown> after;
  while (true) {
    auto store = StandBy(config, *ownership, standing, after, log, stop_fd);
    if (!store.ok()) {
      log.Error("store_refused",
                {{"store", StoreName(config)}, {"cause", store.status().message()}});
      return 1;
    }
    if (*store == nullptr) break;
    const auto owner = ownership->Read();
    standing.IsActive(owner.ok() ? owner->life : 0);
    if (ownership->IsShared()) log.Info("active", {{"life", standing.Read().life}});
    after = Serve(config, **store, *ownership, standing, clock, log, stop_fd);
    if (!after) return 1;
    const bool lost_commits = (*store)->ReadStatistics().database.lost_commits > 0;
    standing.SteppedDown(*after, lost_commits);
    if (lost_commits) log.Error("store_lost_commits", {{"store", StoreName(config)}});
    if (after == StepDown::kStopped) break;
    log.Warning("stepped_down", {{"cause", StepDownName(*after)}});
  }
  log.Info("stopped");
  return 0;
}

}  // namespace
}  // namespace service

int main(int argc, char** argv) {
  const int stop_fd = service::StopDescriptor();  // before any thread is started
  service::Hangup::Hold();
  std::signal(SIGPIPE, SIG_IGN);
  umask(S_IRWXG | S_IRWXO);  // the store and its backups are nobody else's
  const auto config = service::ParseCommandLine(argc, argv);
  if (!config.ok()) {
    std::cerr << "shadowd: " << config.status().message() << "\n";
    return 1;
  }
  service::Log log(config->log_level, config->log_format);
  return service::Run(*config, log, stop_fd);
}
