#include "plugin/principal/registry_keeper.h"

#include <pthread.h>
#include <signal.h>

#include <chrono>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/registry_files.h"
#include "policy/registry_part.h"

namespace plugin {
namespace {

using Part = policy::RegistryPart;

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

void Apply(Part part, absl::string_view name, const std::optional<std::string>& text,
           policy::Registry& registry) {
  if (text) {
    registry.Put(part, name, *text).IgnoreError();  // FaultsOf has seen it succeed
  } else {
    registry.Remove(part, name);
  }
}

// A line for each that cannot be. Put is tried on another registry, as what it has replaced there
// cannot be had back.
std::vector<std::string> FaultsOf(absl::Span<const policy::EntryChange> changes) {
  std::vector<std::string> lines;
  policy::Registry trial;
  for (const policy::EntryChange& change : changes) {
    const std::string file = policy::EntryFile(change.part, change.name);
    if (const std::string fault = policy::NameFault(change.part, change.name); !fault.empty()) {
      lines.push_back(absl::StrCat(file, ": ", fault));
    } else if (change.text) {
      const absl::Status status = trial.Put(change.part, change.name, *change.text);
      if (!status.ok()) lines.push_back(absl::StrCat(file, ":", status.message()));
    }
    if (lines.size() == policy::kFaultsShownMax) break;
  }
  return lines;
}

}  // namespace

Concern ConcernOf(Part part) {
  switch (part) {
    case Part::kCertificates:
    case Part::kKeys:
      return Concern::kPrincipal;
    case Part::kIdentities:
      return Concern::kIdentity;
    case Part::kThings:
      return Concern::kClient;
    case Part::kPolicies:
    case Part::kThingGroups:
      return Concern::kAnybody;
    default:
      return Concern::kNobody;
  }
}

RegistryKeeper::RegistryKeeper(std::string folder, std::shared_ptr<policy::Registry> registry)
    : folder_(std::move(folder)), registry_(std::move(registry)) {}

absl::Status RegistryKeeper::Change(absl::Span<const policy::EntryChange> changes) {
  const std::vector<std::string> faults = FaultsOf(changes);
  if (!faults.empty()) return absl::InvalidArgumentError(absl::StrJoin(faults, "\n"));
  bool concerns_anybody = false;
  for (const policy::EntryChange& change : changes) {
    Apply(change.part, change.name, change.text, *registry_);
    if (reading_.valid()) {
      meanwhile_.insert_or_assign({change.part, change.name}, change.text);
    }
    concerns_anybody = concerns_anybody || ConcernOf(change.part) == Concern::kAnybody;
  }
  if (concerns_anybody) ++generation_;
  return absl::OkStatus();
}

void RegistryKeeper::Begin() {
  if (reading_.valid()) {
    again_ = true;
    return;
  }
  meanwhile_.clear();
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
  const Texts meanwhile = std::exchange(meanwhile_, {});
  if (!read.ok()) return read.status();
  for (const auto& [entry, text] : meanwhile) Apply(entry.first, entry.second, text, **read);
  // Principals look nothing up in the old one once the generation has changed.
  taking_down_ =
      InBackground([old = std::exchange(registry_, *std::move(read))]() mutable { old.reset(); });
  ++generation_;
  return absl::OkStatus();
}

}  // namespace plugin
