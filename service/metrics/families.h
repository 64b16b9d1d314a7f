// What Prometheus reads, put together family by family. A family is one metric name with its help
// and its series. Only metrics*.{h,cc} know prometheus-cpp.
#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "measure/histogram.h"
#include "proto/plugin_status.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "storage/statistics.h"

namespace service {

// Labels with values from short closed lists: never a name that a client chose.
using Labels = std::initializer_list<std::pair<absl::string_view, absl::string_view>>;

// One family under construction.
class Family {
 public:
  Family(prometheus::MetricType type, absl::string_view name, absl::string_view help);

  Family& Add(double value, Labels labels = {});
  // The histogram's values times `unit` are what is shown: kMicro makes seconds of microseconds.
  template <const auto& kBounds>
  Family& Add(const measure::Histogram<kBounds>& histogram, double unit) {
    return AddBuckets(kBounds, histogram.counts, histogram.sum, unit);
  }

  prometheus::MetricFamily Finish() && { return std::move(family_); }

 private:
  Family& AddBuckets(absl::Span<const int64_t> bounds, absl::Span<const uint64_t> counts,
                     uint64_t sum, double unit);

  prometheus::MetricFamily family_;
};

// The families of a page, in order.
class Families {
 public:
  // The result holds until the next call.
  Family& Counter(absl::string_view name, absl::string_view help);
  Family& Gauge(absl::string_view name, absl::string_view help);
  Family& Histogram(absl::string_view name, absl::string_view help);

  std::string Print() &&;

 private:
  std::vector<Family> families_;
};

inline constexpr double kMicro = 1e-6;  // seconds in a microsecond

// A count as Prometheus has it: exact up to 2^53.
inline double Number(uint64_t count) { return static_cast<double>(count); }

void AddRequests(const Counters::Values& counted, size_t in_flight, Families& families);
void AddRecords(const Counters& counters, Families& families);
void AddLink(const Health& health, Families& families);
void AddStore(const storage::Statistics& store, bool writable, Families& families);
void AddPlugin(const proto::PluginStatus& plugin, Families& families);
void AddProcess(Families& families);

}  // namespace service
