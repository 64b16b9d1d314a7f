#include "service/live/health_ring.h"

#include <array>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "shadow/json.h"

namespace service {
namespace {

constexpr std::array<std::pair<absl::string_view, double>, 3> kQuantiles = {
    {{"p50us", 0.5}, {"p95us", 0.95}, {"p99us", 0.99}}};

struct Answers {
  uint64_t accepted = 0;
  uint64_t rejected = 0;
  uint64_t failed = 0;
};

Answers AnswersOf(const Tally& tally) {
  Answers answers;
  for (const auto& of_way : tally.answers) {
    for (const auto& of_operation : of_way) {
      for (size_t code = 0; code < kCodes.size(); ++code) {
        uint64_t& of = kCodes[code] == 200   ? answers.accepted
                       : kCodes[code] == 500 ? answers.failed
                                             : answers.rejected;
        of += of_operation[code];
      }
    }
  }
  return answers;
}

}  // namespace

int64_t QuantileUs(const measure::Durations& before, const measure::Durations& now, double of) {
  const auto count = static_cast<double>(now.count() - before.count());
  if (count == 0) return 0;
  const auto wanted = static_cast<uint64_t>(std::ceil(count * of));
  uint64_t seen = 0;
  for (size_t i = 0; i < measure::kDurationBoundsUs.size(); ++i) {
    seen += now.counts[i] - before.counts[i];
    if (seen >= wanted) return measure::kDurationBoundsUs[i];
  }
  return measure::kDurationBoundsUs.back();
}

const std::string& HealthRing::Take(int64_t at_ms) {
  const Counters::Values now = counters_.Read();
  if (!std::exchange(has_before_, true)) before_ = now;
  if (seconds_++ % kStoreSeconds == 0) {
    const storage::Statistics read = store_.ReadStatistics();
    disk_ = {.store_bytes = read.table_file_bytes + read.log_file_bytes + read.other_file_bytes,
             .free_bytes = read.disk_free_bytes};
  }
  const Answers was = AnswersOf(before_.tally);
  const Answers is = AnswersOf(now.tally);
  std::string sample = absl::StrCat("{\"at\":", at_ms, ",\"accepted\":", is.accepted - was.accepted,
                                    ",\"rejected\":", is.rejected - was.rejected,
                                    ",\"failed\":", is.failed - was.failed);
  for (const auto& [name, quantile] : kQuantiles) {
    const int64_t us = QuantileUs(before_.request, now.request, quantile);
    if (us > 0) absl::StrAppend(&sample, ",\"", name, "\":", us);
  }
  absl::StrAppend(&sample, ",\"link\":", health_.link_up() ? "true" : "false");
  if (const auto plugin = plugin_.Latest()) {
    absl::StrAppend(&sample, ",\"clients\":", plugin->connected_clients,
                    ",\"windowRequests\":", plugin->waiting_requests,
                    ",\"windowBytes\":", plugin->waiting_bytes);
  }
  if (const auto census = counters_.ReadCensus()) {
    absl::StrAppend(&sample, ",\"shadows\":", census->documents);
  }
  absl::StrAppend(&sample, ",\"storeBytes\":", disk_.store_bytes,
                  ",\"diskFreeBytes\":", disk_.free_bytes, "}");
  before_ = now;
  samples_.push_back(std::move(sample));
  if (samples_.size() > kSamples) samples_.pop_front();
  return samples_.back();
}

std::string HealthRing::State() const {
  const absl::Status ready = health_.Ready();
  std::string out = absl::StrCat("\"ready\":", ready.ok() ? "true" : "false", ",\"words\":");
  shadow::PrintJsonString(ready.ok() ? "serves" : ready.message(), out);
  return out;
}

std::string HealthRing::Members() const {
  return absl::StrCat(State(), ",\"samples\":[", absl::StrJoin(samples_, ","), "]");
}

}  // namespace service
