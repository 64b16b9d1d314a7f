// What a store holds of history, as tests look at it.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "storage/history_entry.h"
#include "storage/history_feed.h"
#include "storage/key.h"
#include "storage/record.h"
#include "storage/store.h"

namespace service {

struct ToldEntry {
  std::string thing;
  std::string name;
  storage::HistoryLane lane;
  uint64_t change;
  storage::HistoryEntry entry;  // its views are ToldHistory's
};

// All entries, in the order of their changes.
class ToldHistory {
 public:
  explicit ToldHistory(const storage::Store& store) {
    const auto status = store.Scan(storage::kHistoryPrefix, "", [this](auto key, auto value) {
      const auto id = storage::ParseHistoryKey(key);
      if (!id) return true;  // of the feed
      bytes_.emplace_back(value);
      auto entry = storage::DecodeHistoryEntry(bytes_.back(), id->change, arena_);
      EXPECT_TRUE(entry.ok()) << entry.status();
      entries.push_back({std::string(id->id.thing), std::string(id->id.name), id->lane, id->change,
                         *std::move(entry)});
      return true;
    });
    EXPECT_TRUE(status.ok()) << status;
    std::sort(entries.begin(), entries.end(),
              [](const auto& a, const auto& b) { return a.change < b.change; });
  }

  std::vector<uint64_t> Changes() const {
    std::vector<uint64_t> changes;
    for (const ToldEntry& one : entries) changes.push_back(one.change);
    return changes;
  }

  // 'w' or 'r' for each.
  std::string Lanes() const {
    std::string lanes;
    for (const ToldEntry& one : entries) lanes.push_back(static_cast<char>(one.lane));
    return lanes;
  }

  std::vector<ToldEntry> entries;

 private:
  std::deque<std::string> bytes_;
  shadow::Arena arena_;
};

// All that the feed leads to: changes in their order.
inline std::vector<uint64_t> FedChanges(const storage::Store& store) {
  std::vector<uint64_t> changes;
  EXPECT_TRUE(store
                  .Scan(storage::kFeedPrefix, "",
                        [&](absl::string_view key, absl::string_view value) {
                          const auto group =
                              storage::DecodeFeed(value, storage::ParseFeedKey(key).value());
                          EXPECT_TRUE(group.ok()) << group.status();
                          for (const auto& one : group->entries) changes.push_back(one.change);
                          return true;
                        })
                  .ok());
  return changes;
}

inline storage::RecordHead StoredHead(const storage::Store& store, const shadow::ShadowId& id) {
  std::vector<std::optional<std::string>> values;
  const std::vector<std::string> keys = {storage::RecordKey(id)};
  EXPECT_TRUE(store.Read(keys, values).ok());
  EXPECT_TRUE(values[0].has_value());
  return storage::DecodeRecordHead(values[0].value_or("")).value();
}

}  // namespace service
