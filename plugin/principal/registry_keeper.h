// The registry in force, and its change while the broker serves: a reload reads the folder on a
// thread of its own, and the registry is replaced as a whole, or not at all.
//
// Thread rule: everything on the broker's thread; the threads within touch nothing of the broker's.
#pragma once

#include <cstdint>
#include <future>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "policy/registry.h"

namespace plugin {

class RegistryKeeper {
 public:
  // `registry` is what `folder` held when the plugin was loaded; null if none is needed, and then
  // Begin must not be called. Destroying a keeper waits for a reload that is under way.
  RegistryKeeper(std::string folder, std::shared_ptr<policy::Registry> registry);

  const policy::Registry* registry() const { return registry_.get(); }
  // Grows when another registry takes force. Never 0.
  uint64_t generation() const { return generation_; }

  // Starts a reload; one that is under way is followed by another, as files may have changed behind
  // it.
  void Begin();

  // Nothing: no reload has ended. Else how it ended: a registry that was refused leaves the last
  // one in force, and the status holds a line for each fault. Never waits.
  std::optional<absl::Status> Poll();

 private:
  using Loaded = absl::StatusOr<std::shared_ptr<policy::Registry>>;

  const std::string folder_;
  std::shared_ptr<policy::Registry> registry_;
  uint64_t generation_ = 1;
  bool again_ = false;             // asked for while one was under way
  std::future<Loaded> reading_;    // valid while a reload is under way
  std::future<void> taking_down_;  // of the registry before
};

}  // namespace plugin
