// How long whoever was wrong has to wait before a word of theirs is looked at again. Pure.
//
// Thread rule: one thread at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"

namespace service {

class Throttle {
 public:
  static constexpr int kFreeFailures = 5;        // so many cost nothing
  static constexpr int64_t kFirstWaitMs = 1000;  // after these, and twice as long each time
  static constexpr int64_t kMostWaitMs = 60'000;
  static constexpr int64_t kForgetMs = 3'600'000;  // without a failure
  static constexpr size_t kKeysMax = 10'000;       // beyond it those that failed longest ago go

  // 0: whatever `key` says may be looked at. `key` is a name, or an address.
  int64_t WaitMs(absl::string_view key, int64_t now_ms) const;
  void Failed(absl::string_view key, int64_t now_ms);
  void Succeeded(absl::string_view key);

 private:
  struct Record {
    int failures = 0;
    int64_t last_ms = 0;
    int64_t until_ms = 0;
  };
  void MakeRoom(int64_t now_ms);

  absl::flat_hash_map<std::string, Record> records_;
};

}  // namespace service
