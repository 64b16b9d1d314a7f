#include "service/hangup.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

namespace service {
namespace {

sigset_t TheSignal() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGHUP);
  return signals;
}

int SignalDescriptor() {
  const sigset_t signals = TheSignal();
  return signalfd(-1, &signals, SFD_CLOEXEC);
}

}  // namespace

void Hangup::Hold() {
  const sigset_t signals = TheSignal();
  sigprocmask(SIG_BLOCK, &signals, nullptr);
}

Hangup::Hangup(std::function<void()> reread)
    : reread_(std::move(reread)),
      signals_(SignalDescriptor()),
      end_(eventfd(0, EFD_CLOEXEC)),
      thread_([this] { Wait(); }) {}

Hangup::~Hangup() {
  const uint64_t one = 1;
  if (write(end_, &one, sizeof one) == sizeof one) thread_.join();
  close(signals_);
  close(end_);
}

void Hangup::Wait() {
  while (true) {
    std::array<pollfd, 2> events = {pollfd{.fd = signals_, .events = POLLIN, .revents = 0},
                                    pollfd{.fd = end_, .events = POLLIN, .revents = 0}};
    if (poll(events.data(), events.size(), -1) < 0) continue;
    if (events[1].revents != 0) return;
    signalfd_siginfo signal;
    if (read(signals_, &signal, sizeof signal) == sizeof signal) reread_();
  }
}

}  // namespace service
