#include "service/metrics/families.h"

#include <prometheus/text_serializer.h>

namespace service {

using prometheus::ClientMetric;
using prometheus::MetricType;

Family::Family(MetricType type, absl::string_view name, absl::string_view help) {
  family_.type = type;
  family_.name = std::string(name);
  family_.help = std::string(help);
}

Family& Family::Add(double value, Labels labels) {
  ClientMetric& metric = family_.metric.emplace_back();
  for (const auto& [name, text] : labels) {
    if (name.empty()) continue;
    metric.label.push_back({.name = std::string(name), .value = std::string(text)});
  }
  (family_.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return *this;
}

Family& Family::AddBuckets(absl::Span<const int64_t> bounds, absl::Span<const uint64_t> counts,
                           uint64_t sum, double unit) {
  ClientMetric::Histogram& out = family_.metric.emplace_back().histogram;
  uint64_t cumulative = 0;
  for (size_t i = 0; i < bounds.size(); ++i) {
    cumulative += counts[i];
    out.bucket.push_back(
        {.cumulative_count = cumulative, .upper_bound = static_cast<double>(bounds[i]) * unit});
  }
  out.sample_count = cumulative + counts[bounds.size()];
  out.sample_sum = Number(sum) * unit;
  return *this;
}

Family& Families::Counter(absl::string_view name, absl::string_view help) {
  return families_.emplace_back(MetricType::Counter, name, help);
}

Family& Families::Gauge(absl::string_view name, absl::string_view help) {
  return families_.emplace_back(MetricType::Gauge, name, help);
}

Family& Families::Histogram(absl::string_view name, absl::string_view help) {
  return families_.emplace_back(MetricType::Histogram, name, help);
}

std::string Families::Print() && {
  std::vector<prometheus::MetricFamily> finished;
  finished.reserve(families_.size());
  for (Family& family : families_) finished.push_back(std::move(family).Finish());
  return prometheus::TextSerializer().Serialize(finished);
}

}  // namespace service
