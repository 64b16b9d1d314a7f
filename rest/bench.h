// What a request of a test bench asks for, below /_shadow/v1/: things that are of no use but to
// test firmware, and that shadowd does only with --faults. docs/https.md tells what each gives.
#pragma once

#include <cstdint>
#include <string>

namespace rest {

// GET /_shadow/v1/clock
struct GetClock {
  friend bool operator==(const GetClock&, const GetClock&) = default;
};

// PUT /_shadow/v1/clock
struct SetClock {
  enum class To {
    kOffset,  // so many seconds ahead of the machine's clock
    kFrozen,  // it stands at this time, in epoch seconds
    kReset,   // the machine's clock
  };
  To to = To::kReset;
  int64_t seconds = 0;

  friend bool operator==(const SetClock&, const SetClock&) = default;
};

// POST /_shadow/v1/reset
struct ResetShadows {
  std::string things;  // a glob, in which * and ? are wildcards; empty: all

  friend bool operator==(const ResetShadows&, const ResetShadows&) = default;
};

// PUT, DELETE /_shadow/v1/snapshots/{snapshot} and POST …/restore
struct SnapshotCall {
  enum class Do { kTake, kDelete, kRestore };
  Do what = Do::kTake;
  std::string name;

  friend bool operator==(const SnapshotCall&, const SnapshotCall&) = default;
};

// GET /_shadow/v1/snapshots
struct ListSnapshots {
  friend bool operator==(const ListSnapshots&, const ListSnapshots&) = default;
};

}  // namespace rest
