#include "service/account/registry_in_force.h"

#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"

namespace service {
namespace {

absl::Status NoRegistry() {
  return absl::FailedPreconditionError("shadowd was started without --registry");
}

// Why an entry could not be read once it is changed so; empty: it could, and `trial` has it.
std::string FaultOf(const policy::EntryChange& change, policy::Registry& trial) {
  if (!change.text) return "";
  const absl::Status status = trial.Put(change.part, change.name, *change.text);
  if (status.ok()) return "";
  return absl::StrCat(policy::EntryFile(change.part, change.name), ":", status.message());
}

// The entries as their files say; each is tried, so that none is put in force if one is not right.
absl::StatusOr<std::vector<policy::EntryChange>> ReadEntries(
    const std::string& folder, absl::Span<const RegistryInForce::EntryName> entries) {
  std::vector<policy::EntryChange> read;
  policy::Registry trial;
  for (const auto& [part, name] : entries) {
    if (policy::PartNumber(part) == 0) continue;  // of which nothing is held
    auto text = policy::ReadEntry(folder, part, name);
    if (!text.ok()) return text.status();
    read.push_back({part, name, *std::move(text)});
    if (auto fault = FaultOf(read.back(), trial); !fault.empty()) {
      return absl::InvalidArgumentError(fault);
    }
  }
  return read;
}

// Nothing comes onto the disk that the next start could not read.
absl::Status CheckReadable(absl::Span<const policy::EntryChange> changes) {
  policy::Registry trial;
  for (const policy::EntryChange& change : changes) {
    if (auto fault = FaultOf(change, trial); !fault.empty()) return absl::OutOfRangeError(fault);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RegistryInForce::Load() {
  if (folder_.empty()) return absl::OkStatus();
  const absl::MutexLock one_at_a_time(&changing_);
  auto registry = policy::LoadRegistry(folder_);
  if (!registry.ok()) return registry.status();
  auto account = std::make_unique<control::Account>(*std::move(registry));
  {
    const absl::MutexLock lock(&mutex_);
    account_.swap(account);  // the one before is taken down without the lock
  }
  for (const Listener& listener : listeners_) {
    if (listener.read_anew) listener.read_anew();
  }
  return absl::OkStatus();
}

absl::Status RegistryInForce::CheckWritable() const {
  return folder_.empty() ? absl::OkStatus() : policy::CheckWritable(folder_);
}

absl::Status RegistryInForce::CheckUnchanged(absl::Span<const policy::EntryChange> changes) {
  std::vector<policy::EntryChange> found;
  for (const policy::EntryChange& change : changes) {
    if (policy::PartNumber(change.part) == 0) continue;  // of which nothing is held
    auto text = policy::ReadEntry(folder_, change.part, change.name);
    if (!text.ok()) return text.status();
    const bool same = Read([&](const policy::Registry& registry) {
      return registry.IsAsIn(change.part, change.name, *text);
    });
    if (!same) found.push_back({change.part, change.name, *std::move(text)});
  }
  if (found.empty()) return absl::OkStatus();
  {
    const absl::MutexLock lock(&mutex_);
    if (auto status = account_->Apply(found); !status.ok()) return status;
  }
  TellChanged(found);
  return absl::AbortedError(
      absl::StrCat(policy::EntryFile(found[0].part, found[0].name), " was changed by hand"));
}

absl::Status RegistryInForce::Change(absl::Span<const policy::EntryChange> changes) {
  if (folder_.empty()) return NoRegistry();
  if (auto status = CheckReadable(changes); !status.ok()) return status;
  const absl::MutexLock one_at_a_time(&changing_);
  // First of all: a change of several entries that got half-way would be in force one day.
  if (auto status = CheckWritable(); !status.ok()) return status;
  const auto lock_on_disk = policy::RegistryLock::Take(folder_);
  if (!lock_on_disk.ok()) return lock_on_disk.status();
  if (auto status = CheckUnchanged(changes); !status.ok()) return status;
  if (auto status = policy::WriteChanges(folder_, changes); !status.ok()) return status;
  {
    const absl::MutexLock lock(&mutex_);
    if (auto status = account_->Apply(changes); !status.ok()) return status;
  }
  TellChanged(changes);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<policy::EntryChange>> RegistryInForce::TakeUp(
    absl::Span<const EntryName> entries, Differ differ) {
  if (folder_.empty()) return NoRegistry();
  const absl::MutexLock one_at_a_time(&changing_);
  const auto lock_on_disk = policy::RegistryLock::Take(folder_);
  if (!lock_on_disk.ok()) return lock_on_disk.status();
  auto read = ReadEntries(folder_, entries);
  if (!read.ok()) return read;
  std::vector<policy::EntryChange> others;
  {
    const absl::MutexLock lock(&mutex_);
    for (const policy::EntryChange& one : *read) {
      if (!account_->registry().IsAsIn(one.part, one.name, one.text)) others.push_back(one);
    }
    differ(*account_, others);
    if (auto status = account_->Apply(*read); !status.ok()) return status;
  }
  TellChanged(others);
  return read;
}

}  // namespace service
