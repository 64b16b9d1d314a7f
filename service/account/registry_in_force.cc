#include "service/account/registry_in_force.h"

#include "policy/registry_files.h"

namespace service {

absl::Status RegistryInForce::Load() {
  if (folder_.empty()) return absl::OkStatus();
  const absl::MutexLock one_at_a_time(&loading_);
  auto registry = policy::LoadRegistry(folder_);
  if (!registry.ok()) return registry.status();
  const absl::MutexLock lock(&mutex_);
  registry_.swap(*registry);  // the one before is taken down without the lock
  return absl::OkStatus();
}

}  // namespace service
