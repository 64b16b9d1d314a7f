// What the plugin tells the service beside requests, and asks of it: what went wrong on purpose
// (docs/faults.md). docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

struct Notice {
  enum class Kind : uint8_t {
    kFault = 1,       // a rule fired: thing, client, topic, and what it did, "late#12:delay:840"
    kPlanEnded = 2,   // text: its name; it is not in force any more, nor any rule of it over HTTPS
    kPulseOn = 3,     // something is held for less than a turn of the broker's loop can last: send
    kPulseOff = 4,    // an empty batch of answers every 10 ms, and no more
    kEndSession = 5,  // client: it is away, and its session is to be over when it comes back
  };

  Kind kind = Kind::kFault;
  absl::string_view thing{};
  absl::string_view client{};
  absl::string_view topic{};
  absl::string_view text{};

  friend bool operator==(const Notice&, const Notice&) = default;
};

// Whether an envelope, which may be damaged, says that it holds notices.
bool IsNotices(absl::string_view bytes);

std::string EncodeNotices(uint64_t epoch, const std::vector<Notice>& notices);

// Views of the result point into `bytes`.
absl::StatusOr<std::vector<Notice>> DecodeNotices(absl::string_view bytes);

}  // namespace proto
