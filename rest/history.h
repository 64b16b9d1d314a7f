// What a request below /_shadow/v1/ asks for: earlier versions of a shadow and who made them, with
// every name and number checked. AWS has nothing of it; docs/https.md tells what each gives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "shadow/id.h"

namespace rest {

// A version of a shadow: by its number, as so many before the current one, or as what was current
// at a time.
struct VersionName {
  enum class By { kNumber, kBack, kTime };
  By by = By::kBack;
  int64_t number = 0;  // 0 back: the current one. A time is in epoch seconds

  friend bool operator==(const VersionName&, const VersionName&) = default;
};

struct HistoryOf {
  std::string thing;
  std::string name;  // empty: the classic shadow

  shadow::ShadowId id() const { return {thing, name}; }
  friend bool operator==(const HistoryOf&, const HistoryOf&) = default;
};

// Which entries are wanted: all conditions hold for each.
struct HistoryFilter {
  std::optional<int64_t> since{};  // epoch seconds, as `until` inclusive
  std::optional<int64_t> until{};
  std::vector<std::string> path{};  // {"desired", "fw"}: it, what is in it or what it is in; plain
                                    // text. Empty: any
  std::string by{};                 // a client id or a principal; empty: anybody
  bool wishes = true;               // lanes
  bool reports = true;
  bool events = true;

  friend bool operator==(const HistoryFilter&, const HistoryFilter&) = default;
};

// GET /_shadow/v1/things/{thing}/history
struct ListHistory {
  HistoryOf of;
  HistoryFilter filter{};
  size_t entries_max;
  uint64_t before = 0;  // goes on with what is older than this change; 0: begins at the newest

  friend bool operator==(const ListHistory&, const ListHistory&) = default;
};

// GET /_shadow/v1/things/{thing}/versions/{version} and /versions?at=
struct GetVersion {
  HistoryOf of;
  VersionName version;

  friend bool operator==(const GetVersion&, const GetVersion&) = default;
};

// GET /_shadow/v1/things/{thing}/diff?from=&to=
struct CompareVersions {
  HistoryOf of;
  VersionName from;
  VersionName to;

  friend bool operator==(const CompareVersions&, const CompareVersions&) = default;
};

// GET /_shadow/v1/things/{thing}/blame
struct Blame {
  HistoryOf of;

  friend bool operator==(const Blame&, const Blame&) = default;
};

// POST /_shadow/v1/things/{thing}/restore
struct Restore {
  HistoryOf of;
  VersionName version;
  bool desired = true;
  bool reported = false;
  std::optional<int64_t> expect{};  // the version that must be the current one
  bool dry_run = false;

  friend bool operator==(const Restore&, const Restore&) = default;
};

// DELETE /_shadow/v1/things/{thing}/history: of all shadows of the thing
struct Forget {
  std::string thing;

  friend bool operator==(const Forget&, const Forget&) = default;
};

// GET /_shadow/v1/changes?after=&limit=: of all things
struct ReadChanges {
  uint64_t after = 0;  // what has a greater number
  size_t entries_max;

  friend bool operator==(const ReadChanges&, const ReadChanges&) = default;
};

}  // namespace rest
