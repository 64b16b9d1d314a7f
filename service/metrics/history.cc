#include <array>
#include <limits>

#include "service/metrics/families.h"

namespace service {
namespace {

using storage::HistoryStatistics;

constexpr MetricRow<HistoryStatistics> kOfHistory[] = {
    {kGauge, "shadow_history_bytes", "Bytes of all history in tables on the disk.",
     &HistoryStatistics::file_bytes},
    {kCounter,
     "shadow_history_dropped_total",
     "Entries that were left out when history was rewritten, by the bound they were beyond.",
     {{&HistoryStatistics::dropped_count, {{"cause", "count"}}},
      {&HistoryStatistics::dropped_bytes, {{"cause", "bytes"}}},
      {&HistoryStatistics::dropped_age, {{"cause", "age"}}},
      {&HistoryStatistics::dropped_floor, {{"cause", "total"}}}}},
};

constexpr std::array<absl::string_view, 3> kLaneNames = {"wishes", "reports", "events"};

// Not known, which no comparison holds for, where nothing is in a table yet.
double OldestTime(const HistoryStatistics::Part& lane) {
  if (lane.entries == 0) return std::numeric_limits<double>::quiet_NaN();
  return static_cast<double>(lane.oldest_time);
}

}  // namespace

void AddHistory(const Counters::Values& counted, const storage::HistoryStatistics& kept,
                Families& families) {
  Family& entries =
      families.Counter("shadow_history_entries_total", "History entries that were written.");
  for (size_t lane = 0; lane < kLaneNames.size(); ++lane) {
    entries.Add(Number(counted.history_entries[lane]), {{"lane", kLaneNames[lane]}});
  }
  Family& oldest = families.Gauge("shadow_history_oldest_timestamp_seconds",
                                  "When the oldest entry was made that is in a table.");
  const HistoryStatistics::Part* const parts[] = {&kept.wishes, &kept.reports, &kept.events};
  for (size_t lane = 0; lane < kLaneNames.size(); ++lane) {
    oldest.Add(OldestTime(*parts[lane]), {{"lane", kLaneNames[lane]}});
  }
  families.Add(kOfHistory, kept);
}

}  // namespace service
