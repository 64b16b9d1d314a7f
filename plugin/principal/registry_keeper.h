// The registry in force, and its change while the broker serves: entry by entry, as shadowd tells
// them, or by a reload, which reads the folder on a thread of its own and replaces the registry as
// a whole, or not at all.
//
// Thread rule: everything on the broker's thread; the threads within touch nothing of the broker's.
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"

namespace plugin {

// Whose connections a changed entry can concern: those of the certificate or key of its name, those
// of the keys that stand for the identity, those of the client that is called as that thing, or
// anybody's.
enum class Concern : uint8_t { kNobody, kPrincipal, kIdentity, kClient, kAnybody };
Concern ConcernOf(policy::RegistryPart part);

class RegistryKeeper {
 public:
  // `registry` is what `folder` held when the plugin was loaded; null if none is needed, and then
  // nothing below but registry() may be called. Destroying a keeper waits for a reload that is
  // under way.
  RegistryKeeper(std::string folder, std::shared_ptr<policy::Registry> registry);

  const policy::Registry* registry() const { return registry_.get(); }
  // Grows when another registry takes force, or a change that concerns anybody. Never 0.
  uint64_t generation() const { return generation_; }

  // Applies them in their order, or none: fails with a line for each entry of a name or text that
  // cannot be. They are in the folder already: what a reload from now on reads has them, and one
  // that is under way does not undo them. Looks at no disk.
  absl::Status Change(absl::Span<const policy::EntryChange> changes);

  // Starts a reload; one that is under way is followed by another, as files may have changed behind
  // it.
  void Begin();

  // Nothing: no reload has ended. Else how it ended: a registry that was refused leaves the last
  // one in force, and the status holds a line for each fault. Never waits.
  std::optional<absl::Status> Poll();

 private:
  using Loaded = absl::StatusOr<std::shared_ptr<policy::Registry>>;
  using Texts = std::map<std::pair<policy::RegistryPart, std::string>, std::optional<std::string>>;

  const std::string folder_;
  std::shared_ptr<policy::Registry> registry_;
  uint64_t generation_ = 1;
  bool again_ = false;             // asked for while one was under way
  std::future<Loaded> reading_;    // valid while a reload is under way
  Texts meanwhile_;                // what has changed since it began
  std::future<void> taking_down_;  // of the registry before
};

}  // namespace plugin
