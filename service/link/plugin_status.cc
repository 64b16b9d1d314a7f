#include "service/link/plugin_status.h"

#include "absl/time/clock.h"
#include "proto/envelope.h"

namespace service {

void PluginStatus::Hear(absl::Span<const std::string> envelopes) {
  for (const std::string& envelope : envelopes) {
    if (!proto::IsStatus(envelope)) continue;
    const auto status = proto::DecodeStatus(envelope);
    if (!status.ok()) {
      counters_.EnvelopeRefused();
      log_.Error("envelope_refused", {{"cause", status.status().message()}});
      continue;
    }
    log_.Debug("plugin_status", {{"connected_clients", status->connected_clients},
                                 {"subscriptions", status->subscriptions},
                                 {"taken", status->taken},
                                 {"waiting", status->waiting_requests}});
    const absl::MutexLock lock(&mutex_);
    status_ = *status;
    heard_ = absl::Now();
  }
}

std::optional<proto::PluginStatus> PluginStatus::Latest() const {
  const absl::MutexLock lock(&mutex_);
  if (absl::Now() - heard_ > kFreshFor) return std::nullopt;
  return status_;
}

}  // namespace service
