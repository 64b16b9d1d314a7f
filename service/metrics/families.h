// What Prometheus reads, put together family by family. A family is one metric name with its help
// and its series. What is a plain number of one of our structs is a line of a table; only what is
// not, such as a histogram or a number for each of many codes, is code. Only this folder knows
// prometheus-cpp.
#pragma once

#include <prometheus/metric_family.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "measure/histogram.h"
#include "proto/plugin_status.h"
#include "service/link/link_figures.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/standing.h"
#include "storage/statistics.h"

namespace service {

// Values are from short closed lists: never a name that a client chose.
struct Label {
  absl::string_view name;  // empty: no label
  absl::string_view value;
};
using Labels = absl::Span<const Label>;

inline constexpr auto kCounter = prometheus::MetricType::Counter;
inline constexpr auto kGauge = prometheus::MetricType::Gauge;
inline constexpr double kMicro = 1e-6;  // seconds in a microsecond

// One line of a table: a family whose series are numbers that a `From` holds.
template <typename From, typename Value = uint64_t>
struct MetricRow {
  struct Series {
    Value From::*number = nullptr;  // null: no series
    Label labels[2] = {};
  };

  // A number times `unit` is what is shown: kMicro makes seconds of microseconds.
  constexpr MetricRow(prometheus::MetricType type, absl::string_view name, absl::string_view help,
                      Value From::*number, double unit = 1)
      : type(type), name(name), help(help), series{{number}}, unit(unit) {}
  constexpr MetricRow(prometheus::MetricType type, absl::string_view name, absl::string_view help,
                      std::initializer_list<Series> several)
      : type(type), name(name), help(help) {
    std::copy(several.begin(), several.end(), series);
  }

  prometheus::MetricType type;
  absl::string_view name;
  absl::string_view help;
  Series series[6] = {};
  double unit = 1;
};

// One family under construction.
class Family {
 public:
  Family(prometheus::MetricType type, absl::string_view name, absl::string_view help);

  Family& Add(double value, Labels labels = {});
  // The histogram's values times `unit` are what is shown.
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

  // Those of a table, as `from` has them.
  template <typename From, typename Value, size_t kRows>
  void Add(const MetricRow<From, Value> (&rows)[kRows], const From& from) {
    for (const auto& row : rows) {
      Family& family = families_.emplace_back(row.type, row.name, row.help);
      for (const auto& series : row.series) {
        if (series.number == nullptr) break;
        family.Add(static_cast<double>(from.*series.number) * row.unit, series.labels);
      }
    }
  }

  std::string Print() &&;

 private:
  std::vector<Family> families_;
};

// A count as Prometheus has it: exact up to 2^53.
inline double Number(uint64_t count) { return static_cast<double>(count); }

void AddRequests(const Counters::Values& counted, size_t in_flight, Families& families);
void AddRecords(const Counters& counters, Families& families);
void AddLink(const Health& health, Families& families);
// Of several brokers each.
void AddLinks(absl::Span<const std::string> brokers, const Health& health,
              const LinkFigures& figures, Families& families);
void AddHistory(const Counters::Values& counted, const storage::HistoryStatistics& kept,
                Families& families);
void AddStore(const storage::Statistics& store, bool writable, Families& families);
void AddPlugin(const proto::PluginStatus& plugin, Families& families);
void AddFaults(const proto::PluginStatus& plugin, const Counters::Values& counted,
               Families& families);
void AddAccount(const Counters::Values& counted, Families& families);
void AddDevices(const Counters::Values& counted, size_t posts_waiting, Families& families);
void AddWebSockets(const Counters::Values& counted, size_t connected, size_t pages,
                   Families& families);
void AddStanding(const Standing::Values& standing, Families& families);
void AddBuild(Families& families);
void AddProcess(Families& families);

}  // namespace service
