// The entries of one shadow's history as a store has them, read many at a time.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "history/source.h"
#include "shadow/id.h"
#include "storage/store.h"

namespace service {

class StoreEntries : public history::EntrySource {
 public:
  // `store` outlives it; `id` is copied.
  StoreEntries(const storage::Store& store, const shadow::ShadowId& id);

  absl::StatusOr<std::optional<history::StoredEntry>> Next(storage::HistoryLane lane,
                                                           uint64_t below) override;

 private:
  struct Read {
    uint64_t change;
    size_t key_bytes;
    std::string bytes;
  };

  // What was read ahead of a lane, newest first.
  struct Lane {
    std::deque<Read> ahead{};
    size_t next_count = 0;  // how many to read next time
    bool whole = false;     // nothing comes behind it
    absl::Status fault{};   // why nothing comes behind it
  };

  absl::Status ReadAhead(storage::HistoryLane name, uint64_t below, Lane& lane);

  const storage::Store& store_;
  const std::string thing_;
  const std::string name_;
  std::array<Lane, 3> lanes_;
};

}  // namespace service
