#include "service/commit/journal.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "storage/key.h"

namespace service {

using storage::JournalEntry;

absl::StatusOr<Journal> Journal::Load(const storage::Store& store) {
  Journal journal(store);
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

void Journal::Advance(uint64_t epoch, uint64_t answered_below) {
  if (epoch != epoch_) {
    for (const auto& [first, last] : groups_) stale_.push_back({epoch_, first, last});
    groups_.clear();
    applied_last_ = 0;
    epoch_ = epoch;
    for (const Group& group : std::exchange(loaded_, {})) {
      if (group.epoch == epoch) {
        Know(group);
      } else {
        stale_.push_back(group);
      }
    }
    answered_below_ = 0;
  }
  answered_below_ = std::max(answered_below_, answered_below);
  while (!groups_.empty() && groups_.begin()->second < answered_below_) {
    stale_.push_back({epoch_, groups_.begin()->first, groups_.begin()->second});
    groups_.erase(groups_.begin());
  }
}

void Journal::Know(const Group& group) {
  groups_[group.first] = group.last;
  applied_last_ = std::max(applied_last_, group.last);
}

absl::StatusOr<std::optional<JournalEntry>> Journal::Find(uint64_t sequence) {
  auto group = groups_.upper_bound(sequence);
  if (group == groups_.begin() || (--group)->second < sequence) return std::nullopt;
  const std::string key = storage::JournalKey(epoch_, group->first);
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

void Journal::Append(const std::vector<JournalEntry>& entries,
                     std::vector<storage::Write>& writes) {
  removing_ = std::exchange(stale_, {});
  for (const Group& group : removing_) {
    writes.push_back({storage::JournalKey(group.epoch, group.first), std::nullopt});
  }
  if (entries.empty()) return;
  pending_ = {epoch_, entries.front().sequence, entries.back().sequence};
  writes.push_back({storage::JournalKey(epoch_, pending_->first), storage::EncodeJournal(entries)});
}

void Journal::Committed() {
  if (pending_) Know(*pending_);
  pending_.reset();
  removing_.clear();
}

void Journal::Failed() {
  stale_.insert(stale_.end(), removing_.begin(), removing_.end());
  pending_.reset();
  removing_.clear();
}

}  // namespace service
