#include "service/metrics/metrics.h"

#include <cmath>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "service/metrics/families.h"

namespace service {
namespace {

// What a clock that is steered gently does not do between two looks.
constexpr double kClockStepSeconds = 1;

double Seconds(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double ClockOffset() { return Seconds(CLOCK_REALTIME) - Seconds(CLOCK_BOOTTIME); }

void AddSettings(const Metrics::Settings& settings, Families& families) {
  families.Gauge("shadow_config_info", "The settings that decide what an answer means.")
      .Add(1,
           {{"durability", settings.durability == storage::Durability::kSync ? "sync" : "relaxed"},
            {"sync_interval_ms", absl::StrCat(settings.sync_interval_ms)},
            {"state_bytes_max", absl::StrCat(settings.limits.state_bytes_max)},
            {"depth_max", absl::StrCat(settings.limits.depth_max)}});
}

}  // namespace

Metrics::Metrics(const Settings& settings, const storage::Store& store, const Counters& counters,
                 const Health& health, const Standing& standing, const PluginStatus& plugin,
                 const LinkFigures& links, const Crowd& websockets)
    : settings_(settings),
      store_(store),
      counters_(counters),
      health_(health),
      standing_(standing),
      plugin_(plugin),
      links_(links),
      websockets_(websockets),
      clock_offset_(ClockOffset()) {}

std::string Metrics::Print() {
  Families families;
  AddBuild(families);
  AddSettings(settings_, families);
  AddStanding(standing_.Read(), families);
  AddLink(health_, families);
  if (settings_.brokers.size() > 1) AddLinks(settings_.brokers, health_, links_, families);
  const Counters::Values counted = counters_.Read();
  const storage::Statistics kept = store_.ReadStatistics();
  AddRequests(counted, counters_.in_flight(), families);
  if (const auto plugin = plugin_.Latest()) {
    AddPlugin(*plugin, families);
    AddFaults(*plugin, counted, families);
  }
  AddRecords(counters_, families);
  AddAccount(counted, families);
  AddDevices(counted, counters_.posts_waiting(), families);
  AddWebSockets(counted, websockets_.size(), counters_.pages(), families);
  AddHistory(counted, kept.history, families);
  AddStore(kept, store_.Health().ok(), families);
  {
    absl::MutexLock lock(&mutex_);
    const double offset = ClockOffset();
    if (std::abs(offset - std::exchange(clock_offset_, offset)) > kClockStepSeconds) ++clock_steps_;
    families.Counter("shadow_clock_steps_total", "How often the wall clock was seen to jump.")
        .Add(static_cast<double>(clock_steps_));
  }
  families.Gauge("shadow_clock_seconds", "The wall clock, which is what shadows are stamped with.")
      .Add(Seconds(CLOCK_REALTIME));
  AddProcess(families);
  return std::move(families).Print();
}

}  // namespace service
