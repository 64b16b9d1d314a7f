#include "service/link/plugin_status.h"

#include <bit>

#include "absl/time/clock.h"
#include "proto/envelope.h"

namespace service {
namespace {

proto::PluginStatus Sum(const proto::PluginStatus& a, const proto::PluginStatus& b) {
  auto sum = std::bit_cast<proto::PluginStatusNumbers>(a);
  const auto more = std::bit_cast<proto::PluginStatusNumbers>(b);
  for (size_t i = 0; i < sum.size(); ++i) sum[i] += more[i];
  return std::bit_cast<proto::PluginStatus>(sum);
}

}  // namespace

void PluginStatus::Hear(absl::Span<const proto::Parcel> parcels) {
  for (const auto& [broker, envelope] : parcels) {
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
    told_[broker] = {*status, absl::Now()};
  }
}

std::optional<proto::PluginStatus> PluginStatus::Latest() const {
  const absl::MutexLock lock(&mutex_);
  const absl::Time fresh_from = absl::Now() - kFreshFor;
  std::optional<proto::PluginStatus> sum;
  for (const Told& one : told_) {
    if (one.at < fresh_from) continue;
    sum = sum ? Sum(*sum, one.status) : one.status;
  }
  return sum;
}

}  // namespace service
