// A version of a shadow as the service kept it, and what the device can have known of it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "cli/history/entry.h"
#include "shadow/json.h"

namespace cli {

struct KeptVersion {
  int64_t version = 0;
  int64_t timestamp = 0;
  std::string document;                    // as get gave it, to the byte
  std::optional<Entry> entry;              // what made it; nothing: not kept
  std::string reported;                    // why there is no reported section; empty: it is there
  std::optional<int64_t> connected_since;  // the device, at the time that was asked for
  std::optional<int64_t> away_since;       // neither: it is not known
};

// Internal for an answer that is none.
absl::StatusOr<KeptVersion> ReadKeptVersion(const shadow::Value& answer);

// What is known of a device beside whether it was connected. 0: nothing.
struct Deliveries {
  int64_t last_published = 0;  // the version that the shadow had when it went away
  int64_t got = 0;             // what the first get of its connection was answered with
};

// What the device can have known at `at`: "connected since 13:20:00: @41 was published to it".
std::string KnowledgeText(const KeptVersion& kept, int64_t at, const Deliveries& deliveries,
                          absl::TimeZone zone);

}  // namespace cli
