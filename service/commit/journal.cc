#include "service/commit/journal.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"

namespace service {

using storage::JournalEntry;

void Applied::Add(size_t broker, const JournalEntry& entry) { Of(broker).push_back(entry); }

void Applied::Join(const Applied& other) {
  const auto by_sequence = [](const JournalEntry& a, const JournalEntry& b) {
    return a.sequence < b.sequence;
  };
  for (size_t broker = 0; broker < other.brokers(); ++broker) {
    const Entries& more = other.of(broker);
    Entries& entries = Of(broker);
    const auto middle = entries.insert(entries.end(), more.begin(), more.end());
    std::inplace_merge(entries.begin(), middle, entries.end(), by_sequence);
  }
}

Applied::Entries& Applied::Of(size_t broker) {
  if (broker >= of_broker_.size()) of_broker_.resize(broker + 1);
  return of_broker_[broker];
}

absl::StatusOr<Journal> Journal::Load(const storage::Store& store, size_t brokers) {
  Journal journal(store, brokers);
  absl::Status status;
  const absl::Status scanned =
      store.Scan(storage::kJournalPrefix, "", [&](absl::string_view key, absl::string_view value) {
        const auto id = storage::ParseJournalKey(key);
        const auto entries = storage::DecodeJournal(value);
        if (!id || !entries.ok() || entries->empty()) {
          status = absl::DataLossError(
              absl::StrCat("the store's journal holds an entry that cannot be read: ",
                           entries.ok() ? "malformed key" : entries.status().message()));
          return false;
        }
        journal.loaded_.push_back({id->epoch, id->sequence, entries->back().sequence});
        return true;
      });
  if (!scanned.ok()) return scanned;
  if (!status.ok()) return status;
  return journal;
}

void Journal::Advance(size_t broker, uint64_t epoch, uint64_t answered_below) {
  Life& life = lives_[broker];
  if (epoch != life.epoch) Begin(life, epoch);
  life.answered_below = std::max(life.answered_below, answered_below);
  auto& groups = life.groups;
  while (!groups.empty() && groups.begin()->second < life.answered_below) {
    stale_.push_back({epoch, groups.begin()->first, groups.begin()->second});
    groups.erase(groups.begin());
  }
}

void Journal::Begin(Life& life, uint64_t epoch) {
  for (const auto& [first, last] : life.groups) stale_.push_back({life.epoch, first, last});
  life = {.epoch = epoch};
  const bool all_told =
      std::all_of(lives_.begin(), lives_.end(), [](const Life& one) { return one.epoch != 0; });
  for (const Group& group : std::exchange(loaded_, {})) {
    if (group.epoch == epoch) {
      Know(life, group);
    } else {
      (all_told ? stale_ : loaded_).push_back(group);
    }
  }
}

void Journal::ForgetUnclaimed() {
  stale_.insert(stale_.end(), loaded_.begin(), loaded_.end());
  loaded_.clear();
}

void Journal::Know(Life& life, const Group& group) {
  life.groups[group.first] = group.last;
  life.applied_last = std::max(life.applied_last, group.last);
}

absl::StatusOr<std::optional<JournalEntry>> Journal::Find(size_t broker, uint64_t sequence) {
  const Life& life = lives_[broker];
  auto group = life.groups.upper_bound(sequence);
  if (group == life.groups.begin() || (--group)->second < sequence) return std::nullopt;
  const std::string key = storage::JournalKey(life.epoch, group->first);
  if (key != read_key_) {
    std::vector<std::optional<std::string>> values;
    if (const absl::Status read = store_->Read({key}, values); !read.ok()) return read;
    if (!values[0]) return absl::DataLossError("a journal entry has vanished from the store");
    read_bytes_ = *std::move(values[0]);
    auto entries = storage::DecodeJournal(read_bytes_);
    if (!entries.ok()) return entries.status();
    read_entries_ = *std::move(entries);
    read_key_ = key;
  }
  const auto found =
      std::lower_bound(read_entries_.begin(), read_entries_.end(), sequence,
                       [](const JournalEntry& entry, uint64_t s) { return entry.sequence < s; });
  if (found == read_entries_.end() || found->sequence != sequence) return std::nullopt;
  return *found;
}

void Journal::Append(const Applied& applied, std::vector<storage::Write>& writes) {
  removing_ = std::exchange(stale_, {});
  for (const Group& group : removing_) {
    writes.push_back({storage::JournalKey(group.epoch, group.first), std::nullopt});
  }
  for (size_t broker = 0; broker < applied.brokers(); ++broker) {
    const Applied::Entries& entries = applied.of(broker);
    if (entries.empty()) continue;
    const Group group = {lives_[broker].epoch, entries.front().sequence, entries.back().sequence};
    pending_.emplace_back(broker, group);
    writes.push_back(
        {storage::JournalKey(group.epoch, group.first), storage::EncodeJournal(entries)});
  }
}

void Journal::Committed() {
  for (const auto& [broker, group] : pending_) Know(lives_[broker], group);
  pending_.clear();
  removing_.clear();
}

void Journal::Failed() {
  stale_.insert(stale_.end(), removing_.begin(), removing_.end());
  pending_.clear();
  removing_.clear();
}

}  // namespace service
