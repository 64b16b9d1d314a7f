#include "plugin/principal/registry_keeper.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <utility>

#include "policy/registry_files.h"

namespace plugin {
namespace {

// Starts `work` on a thread that takes no signals: the broker's loop sleeps until one interrupts
// it.
template <class Work>
auto InBackground(Work work) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  auto result = std::async(std::launch::async, std::move(work));
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return result;
}

}  // namespace

RegistryKeeper::RegistryKeeper(std::string folder, std::shared_ptr<policy::Registry> registry)
    : folder_(std::move(folder)), registry_(std::move(registry)) {}

void RegistryKeeper::Begin() {
  if (reading_.valid()) {
    again_ = true;
    return;
  }
  reading_ = InBackground([folder = folder_] { return policy::LoadRegistry(folder); });
}

std::optional<absl::Status> RegistryKeeper::Poll() {
  if (!reading_.valid() ||
      reading_.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    return std::nullopt;
  }
  Loaded read = reading_.get();
  if (std::exchange(again_, false)) {
    Begin();
    return std::nullopt;
  }
  if (!read.ok()) return read.status();
  // Principals look nothing up in the old one once the generation has changed.
  taking_down_ =
      InBackground([old = std::exchange(registry_, *std::move(read))]() mutable { old.reset(); });
  ++generation_;
  return absl::OkStatus();
}

}  // namespace plugin
