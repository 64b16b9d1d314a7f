// Opening, filling and reading back a store on disk, as its tests do it.
#pragma once

#include <gtest/gtest.h>

#include <map>

#include "absl/strings/str_cat.h"
#include "storage/rocksdb/store.h"

namespace storage {

// Null, and a failed test, where the store cannot be opened.
inline std::unique_ptr<Store> OpenStore(const RocksDbOptions& options) {
  auto store = OpenRocksDb(options);
  EXPECT_TRUE(store.ok()) << store.status();
  return store.ok() ? *std::move(store) : nullptr;
}

inline std::unique_ptr<Store> OpenStore(const std::string& path) {
  return OpenStore(RocksDbOptions{.path = path});
}

using Entries = std::map<std::string, std::string>;

inline absl::StatusOr<Entries> AllEntries(const Store& store, absl::string_view prefix) {
  Entries entries;
  const auto status = store.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
    entries.emplace(key, value);
    return true;
  });
  if (!status.ok()) return status;
  return entries;
}

inline absl::Status Put(Store& store, const std::string& key, const std::string& value,
                        Durability durability = Durability::kSync) {
  return store.Commit({{key, value}}, durability);
}

// Nothing for a key that is not there, the error's text for one that cannot be read.
inline std::optional<std::string> Get(const Store& store, const std::string& key) {
  std::vector<std::optional<std::string>> values;
  const auto status = store.Read({key}, values);
  return status.ok() ? values[0] : status.ToString();
}

// "s0000" and so on, with values that compress badly.
inline Entries Commits(Store& store, int count) {
  Entries entries;
  uint64_t noise = 1;
  for (int i = 0; i < count; ++i) {
    std::string value;
    for (int word = 0; word < 25; ++word) {
      noise = noise * 6364136223846793005 + 1442695040888963407;
      absl::StrAppend(&value, absl::Hex(noise >> 32));
    }
    const std::string key = absl::StrCat("s", absl::Dec(i, absl::kZeroPad4));
    EXPECT_TRUE(Put(store, key, value).ok());
    entries[key] = value;
  }
  return entries;
}

}  // namespace storage
