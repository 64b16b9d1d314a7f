// How shadowd did in each second of the last ten minutes (docs/console-api.md, SAMPLE).
//
// Thread rule: the HTTP server's thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "absl/strings/string_view.h"
#include "service/link/plugin_status.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "storage/store.h"

namespace service {

class HealthRing {
 public:
  static constexpr size_t kSamples = 600;
  static constexpr int kStoreSeconds = 5;  // its statistics are read so often

  // All outlive it.
  HealthRing(const storage::Store& store, const Counters& counters, const Health& health,
             const PluginStatus& plugin)
      : store_(store), counters_(counters), health_(health), plugin_(plugin) {}

  // Once a second. Gives the sample, which is the last from here on.
  const std::string& Take(int64_t at_ms);

  // `"ready":true,"words":"…"`
  std::string State() const;
  // And `,"samples":[…]`, all of them.
  std::string Members() const;

 private:
  struct Disk {
    uint64_t store_bytes = 0;
    uint64_t free_bytes = 0;
  };

  const storage::Store& store_;
  const Counters& counters_;
  const Health& health_;
  const PluginStatus& plugin_;
  bool has_before_ = false;
  Counters::Values before_;
  int seconds_ = 0;
  Disk disk_;
  std::deque<std::string> samples_;  // the oldest first
};

// Upper bound of the quantile `of` (0 to 1) of what was counted between two readings; 0: nothing
// was. Pure.
int64_t QuantileUs(const measure::Durations& before, const measure::Durations& now, double of);

}  // namespace service
