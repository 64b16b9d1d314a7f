#include "control/provisioning/expiry.h"

namespace control {

using policy::RegistryPart;

bool IsAnyDue(const Account& account, int64_t bench_ms) {
  const Account::ByTime& all = account.certificates_that_go();
  return !all.empty() && all.begin()->first <= bench_ms;
}

Outcome DeleteDue(const Account& account, const Surroundings& here) {
  Done done;
  for (const auto& [when, id] : account.certificates_that_go()) {
    if (when > here.bench_ms() || done.changes.size() >= 2 * kGoneAtOnceMax) break;
    done.changes.push_back({RegistryPart::kCertificates, id, {}});
    done.changes.push_back({RegistryPart::kCertificatePems, id, {}});
  }
  return done;
}

}  // namespace control
