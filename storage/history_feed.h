// The stored bytes of the feed (docs/storage-format.md): which history entries a commit added. Keys
// of entries begin with their thing; these lead to them in the order of commits, so that a reader
// that was away reads on from the change number where it was. They begin with a format version of
// their own.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "shadow/id.h"
#include "storage/key.h"

namespace storage {

inline constexpr int kFeedFormat = 1;

// Of one group: a commit that added more leaves several. So a reader finds the group that holds a
// change without looking further back than so many.
inline constexpr size_t kFeedGroupEntriesMax = 1024;

// What HistoryKey makes an entry's key of.
using FeedEntry = HistoryId;

struct FeedGroup {
  int64_t time = 0;  // epoch seconds: of the newest of its entries
  std::vector<FeedEntry> entries{};
};

// `entries` are what one commit added, 1 to kFeedGroupEntriesMax, their changes ascending without a
// gap. To be kept under FeedKey of the first one's change.
std::string EncodeFeed(int64_t time, absl::Span<const FeedEntry> entries);

// `change` is that of the key. Names of the result point into `bytes`. DataLoss names what is wrong
// with bytes that EncodeFeed cannot have made; a newer format is FailedPrecondition.
absl::StatusOr<FeedGroup> DecodeFeed(absl::string_view bytes, uint64_t change);

// By the first bytes; nothing for what it does not understand.
std::optional<int64_t> FeedTimeOf(absl::string_view bytes);

}  // namespace storage
