// The registry that shadowd goes by: read as a whole at start and when told to, changed entry by
// entry in between.
//
// Thread rule: any thread.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "policy/registry.h"

namespace service {

class RegistryInForce {
 public:
  // Of a folder; an empty one is nobody's, and holds nothing.
  explicit RegistryInForce(std::string folder) : folder_(std::move(folder)) {}

  const std::string& folder() const { return folder_; }

  // Reads the folder and puts it in force, if all of it is right; else what was stays, and the
  // status names each fault.
  absl::Status Load() ABSL_LOCKS_EXCLUDED(loading_, mutex_);

  // What `look(const policy::Registry&)` gives. Nobody changes the registry meanwhile, so it takes
  // no long time; the entries that it finds may be kept by their shared pointers.
  template <class Look>
  auto Read(Look look) const ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::ReaderMutexLock lock(&mutex_);
    return look(static_cast<const policy::Registry&>(*registry_));
  }

  // The same for `change(policy::Registry&)`, while nobody looks.
  template <class Change>
  auto Write(Change change) ABSL_LOCKS_EXCLUDED(mutex_) {
    const absl::MutexLock lock(&mutex_);
    return change(*registry_);
  }

 private:
  const std::string folder_;
  absl::Mutex loading_;  // one after the other: the later reading counts
  mutable absl::Mutex mutex_ ABSL_ACQUIRED_AFTER(loading_);
  std::shared_ptr<policy::Registry> registry_ ABSL_GUARDED_BY(mutex_) =
      std::make_shared<policy::Registry>();
};

}  // namespace service
