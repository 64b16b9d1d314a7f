// Everything that can be known about shadowd from outside, as Prometheus reads it. docs/metrics.md
// describes every metric.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "service/http/crowd.h"
#include "service/link/link_figures.h"
#include "service/link/plugin_status.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/standing.h"
#include "shadow/limits.h"
#include "storage/store.h"

namespace service {

class Metrics {
 public:
  // The settings that the page tells.
  struct Settings {
    storage::Durability durability;
    int64_t sync_interval_ms;
    shadow::Limits limits;
    std::vector<std::string> brokers;  // their addresses
  };

  // All but the settings outlive it.
  Metrics(const Settings& settings, const storage::Store& store, const Counters& counters,
          const Health& health, const Standing& standing, const PluginStatus& plugin,
          const LinkFigures& links, const Crowd& websockets);

  // The page in Prometheus' text format.
  std::string Print();

 private:
  const Settings settings_;
  const storage::Store& store_;
  const Counters& counters_;
  const Health& health_;
  const Standing& standing_;
  const PluginStatus& plugin_;
  const LinkFigures& links_;
  const Crowd& websockets_;

  absl::Mutex mutex_;
  double clock_offset_ ABSL_GUARDED_BY(mutex_);  // wall clock less time since boot, when last seen
  uint64_t clock_steps_ ABSL_GUARDED_BY(mutex_) = 0;
};

// The page of a shadowd that stands by. Any thread.
std::string PrintStandby(const Standing::Values& standing);

}  // namespace service
