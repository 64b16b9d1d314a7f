// shadowd: reads its settings, and serves until it is told to stop.
#include <sys/signalfd.h>
#include <sys/stat.h>

#include <csignal>
#include <iostream>

#include "service/active.h"
#include "service/config.h"
#include "service/hangup.h"
#include "service/watch/log.h"

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
  return service::Serve(*config, log, stop_fd);
}
