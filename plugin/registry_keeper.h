// The registry in force, and its change while the broker serves: a reload reads the folder a little
// in each turn and replaces the registry as a whole, or not at all.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "policy/registry.h"
#include "policy/registry_files.h"

namespace plugin {

class RegistryKeeper {
 public:
  // `registry` is what `folder` held when the plugin was loaded; null if none is needed, and then
  // Begin must not be called.
  RegistryKeeper(std::string folder, std::shared_ptr<const policy::Registry> registry);

  const policy::Registry* registry() const { return registry_.get(); }
  // Grows when another registry takes force. Never 0.
  uint64_t generation() const { return generation_; }

  // Starts a reload; one that is under way starts over, as files may have changed behind it.
  void Begin();

  // Goes on with the reload until it ends or `may_go_on` is false. Nothing: there is none, or it
  // has not ended. Else how it ended: a registry that was refused leaves the last one in force, and
  // the status holds a line for each fault.
  std::optional<absl::Status> Step(absl::FunctionRef<bool()> may_go_on);

 private:
  static constexpr size_t kFilesAtOnce = 8;

  std::optional<absl::Status> End(absl::StatusOr<std::shared_ptr<const policy::Registry>> read);

  const std::string folder_;
  std::shared_ptr<const policy::Registry> registry_;
  std::shared_ptr<policy::Registry> retired_;  // the one before, being taken down
  uint64_t generation_ = 1;
  bool begun_ = false;
  std::optional<policy::RegistryReader> reader_;
};

}  // namespace plugin
