// Reads a whole store, and says what is in it and whether all of it can be read.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "storage/store.h"

namespace storage {

struct Survey {
  uint64_t documents = 0;
  uint64_t tombstones = 0;
  uint64_t journal_entries = 0;
  uint64_t told_connections = 0;  // that history has told as connected and not as ended
  uint64_t history_entries = 0;
  uint64_t feed_groups = 0;
  uint64_t posts = 0;           // messages that the broker has not confirmed
  uint64_t beyond_shadows = 0;  // what checkers know
  uint64_t unknown_keys = 0;    // of no kind that this program knows; kept and left alone
  uint64_t bytes = 0;           // of keys and values
  uint64_t history_bytes = 0;   // of them, of history entries and the feed
  uint64_t largest_bytes = 0;
  std::string largest_shadow{};  // of the largest record, for people
  uint64_t damaged = 0;
  std::vector<std::string> damages{};  // the first of them, for people

  uint64_t entries() const {
    return documents + tombstones + journal_entries + told_connections + history_entries +
           feed_groups + posts + beyond_shadows + unknown_keys + damaged;
  }
};

inline constexpr size_t kDamagesMax = 20;

// Who knows the entries that are not this folder's.
struct EntryChecker {
  absl::string_view prefix;  // of their keys
  absl::string_view what;    // "an entry of IoT Jobs"
  absl::Status (*check)(absl::string_view key, absl::string_view value);
};

// Reads every entry and decodes it; `progress` is called now and then. Entries that do not decode
// are counted as damaged; an error means that the store could not be read on: what the file system
// or a checksum said.
absl::StatusOr<Survey> SurveyStore(const Store& store, absl::Span<const EntryChecker> checkers,
                                   const std::function<void(const Survey&)>& progress);

}  // namespace storage
