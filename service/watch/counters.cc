#include "service/watch/counters.h"

#include <algorithm>

namespace service {
namespace {

void Fold(const Tally& from, Tally& into) {
  for (size_t way = 0; way < kWays; ++way) {
    for (size_t operation = 0; operation < kOperations; ++operation) {
      for (size_t code = 0; code < kCodes.size(); ++code) {
        into.answers[way][operation][code] += from.answers[way][operation][code];
      }
    }
  }
  for (size_t i = 0; i < kFailures; ++i) into.failures[i] += from.failures[i];
  into.deltas += from.deltas;
  into.replays += from.replays;
}

}  // namespace

void Counters::GroupEnds(const Tally& tally, size_t requests, int64_t us) {
  in_flight_ = 0;
  absl::MutexLock lock(&mutex_);
  Fold(tally, values_.tally);
  changes_.documents += tally.documents_more;
  changes_.tombstones += tally.tombstones_more;
  values_.batch.Add(static_cast<int64_t>(requests));
  values_.request.Add(us, requests);
}

void Counters::Answered(const Tally& tally) {
  absl::MutexLock lock(&mutex_);
  Fold(tally, values_.tally);
}

void Counters::Imported(const Census& more) {
  absl::MutexLock lock(&mutex_);
  changes_.documents += more.documents;
  changes_.tombstones += more.tombstones;
}

void Counters::Committed(int64_t us) {
  absl::MutexLock lock(&mutex_);
  values_.commit.Add(us);
}

void Counters::HistoryKept(const std::array<uint64_t, 3>& entries) {
  absl::MutexLock lock(&mutex_);
  for (size_t lane = 0; lane < entries.size(); ++lane) {
    values_.history_entries[lane] += entries[lane];
  }
}

void Counters::CommitFailed() {
  absl::MutexLock lock(&mutex_);
  ++values_.commit_failures;
}

void Counters::EnvelopeRefused() {
  absl::MutexLock lock(&mutex_);
  ++values_.envelopes_refused;
}

void Counters::HttpsFault(bool is_reject) {
  absl::MutexLock lock(&mutex_);
  ++(is_reject ? values_.https_rejects : values_.https_delays);
}

void Counters::AccountAnswered(int code, int64_t us) {
  const auto* const found = std::find(kAccountCodes.begin(), kAccountCodes.end() - 1, code);
  absl::MutexLock lock(&mutex_);
  ++values_.account_answers[static_cast<size_t>(found - kAccountCodes.begin())];
  values_.account_call.Add(us);
}

void Counters::DeviceAnswered(DeviceKind kind, bool accepted) {
  absl::MutexLock lock(&mutex_);
  ++(accepted ? values_.device_accepted : values_.device_rejected)[static_cast<size_t>(kind)];
}

void Counters::WebSocketAsked(bool is_taken) {
  absl::MutexLock lock(&mutex_);
  ++(is_taken ? values_.websockets_taken : values_.websockets_refused);
}

void Counters::PageLost(uint64_t frames) {
  if (frames == 0) return;
  absl::MutexLock lock(&mutex_);
  values_.console_lost += frames;
}

void Counters::CensusBegins() {
  absl::MutexLock lock(&mutex_);
  changes_at_begin_ = changes_;
}

void Counters::CensusEnds(const Census& counted) {
  absl::MutexLock lock(&mutex_);
  census_ = {.documents = counted.documents - changes_at_begin_.documents,
             .tombstones = counted.tombstones - changes_at_begin_.tombstones,
             .at = counted.at};
}

Counters::Values Counters::Read() const {
  absl::MutexLock lock(&mutex_);
  return values_;
}

std::optional<Counters::Census> Counters::ReadCensus() const {
  absl::MutexLock lock(&mutex_);
  if (!census_) return std::nullopt;
  return Census{.documents = census_->documents + changes_.documents,
                .tombstones = census_->tombstones + changes_.tombstones,
                .at = census_->at};
}

}  // namespace service
