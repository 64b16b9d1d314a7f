// The account that shadowd goes by: its registry, read as a whole at start and when told to, and
// changed entry by entry in between.
//
// Thread rule: any thread.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/types/span.h"
#include "control/account.h"
#include "policy/registry.h"
#include "policy/registry_journal.h"

namespace service {

class RegistryInForce {
 public:
  // Of a folder; an empty one is nobody's, and holds nothing.
  explicit RegistryInForce(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }

  // Is told of what has come into force, in its order. All are added before anything is changed.
  struct Listener {
    std::function<void(absl::Span<const policy::EntryChange> changes)> changed;
    // The whole folder was read; null: that is not of interest.
    std::function<void()> read_anew = nullptr;
  };
  void AddListener(Listener listener) { listeners_.push_back(std::move(listener)); }

  // Reads the folder and puts it in force, if all of it is right; else what was stays, and the
  // status names each fault.
  absl::Status Load() ABSL_LOCKS_EXCLUDED(changing_, mutex_);

  // Whether the folder may be changed by this process; else PermissionDenied, with what would be
  // right.
  absl::Status CheckWritable() const;

  // Writes changes of entries and puts them in force: all of them or, as far as the disk tells,
  // none. Aborted, and nothing is written, if one of the entries is not what was in force before:
  // somebody has changed its file, and what the file says is in force now.
  // PermissionDenied, and nothing is written, as CheckWritable. OutOfRange, and nothing is written,
  // if one of the entries could not be read again: it is too long, or not right.
  absl::Status Change(absl::Span<const policy::EntryChange> changes)
      ABSL_LOCKS_EXCLUDED(changing_, mutex_);

  // An entry by its part and its name.
  using EntryName = std::pair<policy::RegistryPart, std::string>;
  // Told of those that differ from what was in force, before they are.
  using Differ = absl::FunctionRef<void(const control::Account& before,
                                        absl::Span<const policy::EntryChange> changes)>;

  // Reads entries that somebody has changed in the folder, puts them in force and gives all of them
  // as they are there. If one is not right nothing changes, and the status names it;
  // FailedPrecondition: there is no folder.
  absl::StatusOr<std::vector<policy::EntryChange>> TakeUp(absl::Span<const EntryName> entries,
                                                          Differ differ)
      ABSL_LOCKS_EXCLUDED(changing_, mutex_);

  // What `look(const policy::Registry&)` gives. Nobody changes the registry meanwhile; the entries
  // that it finds may be kept by their shared pointers.
  template <class Look>
  auto Read(Look look) const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    return look(account_->registry());
  }

  // The same for `look(const control::Account&)`.
  template <class Look>
  auto ReadAccount(Look look) const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    return look(static_cast<const control::Account&>(*account_));
  }

 private:
  absl::Status CheckUnchanged(absl::Span<const policy::EntryChange> changes)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(changing_);

  void TellChanged(absl::Span<const policy::EntryChange> changes) const {
    for (const Listener& listener : listeners_) listener.changed(changes);
  }

  const std::string folder_;
  std::vector<Listener> listeners_;
  absl::Mutex changing_;  // one after the other, the disk included
  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(changing_);
  std::unique_ptr<control::Account> account_ ABSL_GUARDED_BY(mutex_) =
      std::make_unique<control::Account>(std::make_shared<policy::Registry>());
};

}  // namespace service
