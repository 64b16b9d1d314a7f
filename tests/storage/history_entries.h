// Entries of history as tests of stores need them: of any lane, time and size.
#pragma once

#include <string>

#include "storage/history_entry.h"
#include "storage/key.h"
#include "storage/store.h"

namespace storage {

struct TestEntry {
  HistoryLane lane = HistoryLane::kReports;
  int64_t time = 1'700'000'000;
  std::string token{};  // what it is known again by, and makes it larger
};

inline Write WriteOf(const shadow::ShadowId& id, uint64_t change, const TestEntry& entry = {}) {
  HistoryEntry made{.kind = HistoryKind::kCreate, .version = 1, .time = entry.time};
  made.author.token = entry.token;
  return {HistoryKey(id, entry.lane, change), EncodeHistoryEntry(made, change)};
}

// The change numbers of a lane that can be read, the newest first.
inline std::vector<uint64_t> ChangesIn(const Store& store, const shadow::ShadowId& id,
                                       HistoryLane lane = HistoryLane::kReports) {
  std::vector<uint64_t> changes;
  const auto status = store.Scan(HistoryLanePrefix(id, lane), "", [&](auto key, auto) {
    changes.push_back(HistoryChangeOf(key));
    return true;
  });
  EXPECT_TRUE(status.ok()) << status;
  return changes;
}

}  // namespace storage
