// What a store on disk tells about itself, for whoever watches it. Counts are since the process
// began and only grow; the others are as of now.
#pragma once

#include <cstdint>
#include <string>

#include "measure/histogram.h"

namespace storage {

// What is kept of history. What is in memory alone, and in a log, is not counted until it is in a
// table.
struct HistoryStatistics {
  struct Part {
    uint64_t entries = 0;       // of the feed: groups
    uint64_t bytes = 0;         // of keys and values, as written
    uint64_t first_change = 0;  // 0: there are none
    uint64_t last_change = 0;
    int64_t oldest_time = 0;  // epoch seconds
  };
  Part wishes{};
  Part reports{};
  Part events{};
  Part feed{};
  uint64_t file_bytes = 0;   // of all of it, on the disk
  bool has_removed = false;  // bytes of what was removed may still be on the disk

  // Entries, and groups of the feed, that were left out when history was rewritten, by the bound
  // that they were beyond. Counts, as below.
  uint64_t dropped_floor = 0;  // of all history together
  uint64_t dropped_count = 0;
  uint64_t dropped_bytes = 0;
  uint64_t dropped_age = 0;
};

// Of a store that is a database.
struct DatabaseStatistics {
  bool is_one = false;  // if not, nothing else is told
  bool is_up = false;
  std::string synchronous_commit{};   // as the database calls it; empty: not known
  int64_t synchronous_standbys = -1;  // of them commits wait for; -1: not known

  // Counts.
  uint64_t moved = 0;   // commits that somebody else's writing stood in the way of
  uint64_t resent = 0;  // commits that were sent again
  uint64_t reconnects = 0;
  uint64_t lost_commits = 0;  // how often the database had forgotten what it had committed
};

struct Statistics {
  // What was written, and where to: what a flash memory wears by.
  uint64_t asked_bytes = 0;  // the batches that were committed
  uint64_t log_bytes = 0;
  uint64_t flush_bytes = 0;
  uint64_t compaction_bytes = 0;
  uint64_t compaction_read_bytes = 0;

  measure::Durations fsync{};  // of each that a commit or sync waited for
  uint64_t compactions = 0;
  uint64_t compaction_us = 0;
  uint64_t stall_us = 0;  // that commits were held up, for compaction to keep up
  uint64_t cache_hits = 0;
  uint64_t cache_misses = 0;

  // Now.
  uint64_t table_files = 0;
  uint64_t table_file_bytes = 0;
  uint64_t log_file_bytes = 0;
  uint64_t other_file_bytes = 0;
  uint64_t disk_bytes = 0;       // the size of the file system
  uint64_t disk_free_bytes = 0;  // and what is free of it for this process
  uint64_t memtable_bytes = 0;
  uint64_t cache_bytes = 0;
  uint64_t cache_bytes_max = 0;
  uint64_t sorted_runs = 0;  // that a look-up may have to search: tables of level 0, and levels
  uint64_t compactions_running = 0;
  uint64_t flushes_running = 0;
  bool stopped = false;  // no commit passes until a compaction is done
  HistoryStatistics history{};
  DatabaseStatistics database{};
};

}  // namespace storage
