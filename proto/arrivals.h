// Who the connections are that requests come over, as the plugin tells the service of it: who has
// come, who has gone and why. docs/link-format.md has the bytes.
//
// Connections are numbered from 1 and up in an epoch. After a hello all that stand are told, and
// those that are over but have requests under way; then what changes, before the first request of
// a connection.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

enum class ConnectionWay : uint8_t {
  kMqtt = 1,
  kWebSocket = 2,
  // No connections, but requests: of messages that were published over HTTPS, and by a page of the
  // console.
  kHttps = 3,
  kConsole = 4,
};

// Of each text of an arrival.
inline constexpr size_t kArrivalTextBytesMax = 255;

// That a connection is over.
struct ArrivalEnd {
  absl::string_view reason{};  // docs/lifecycle-events.md; empty: of what is no connection
  int64_t time = 0;            // epoch seconds
  uint64_t last_request = 0;   // the sequence of its last request; 0: all are answered

  friend bool operator==(const ArrivalEnd&, const ArrivalEnd&) = default;
};

struct Arrival {
  uint64_t connection = 0;  // its number
  ConnectionWay way = ConnectionWay::kMqtt;
  int64_t since = 0;              // epoch seconds: when it came
  absl::string_view client_id{};  // empty of what is no connection
  absl::string_view principal{};  // the id of its certificate or access key, or the console's user
  absl::string_view address{};
  absl::string_view thing{};        // that it stands for; empty: none
  std::optional<ArrivalEnd> end{};  // nothing: it stands

  friend bool operator==(const Arrival&, const Arrival&) = default;
};

struct ArrivalBatch {
  uint64_t epoch = 0;
  uint64_t answered_below = 0;  // as in a batch of requests
  // All that stand are told in one or more batches; what was told before the first is void.
  bool first = false;
  bool last = false;
  std::vector<Arrival> arrivals{};
};

class ArrivalBatchWriter {
 public:
  ArrivalBatchWriter(uint64_t epoch, uint64_t answered_below, bool first);

  // Texts that are too long are cut.
  void Add(const Arrival& arrival);
  size_t bytes() const { return bytes_.size(); }
  // `last`: of all that stand.
  std::string Finish(bool last) &&;

 private:
  std::string bytes_;
  uint32_t count_ = 0;
};

// Whether an envelope, which may be damaged, says that it is one.
bool IsArrivals(absl::string_view bytes);

// Views of the result point into `bytes`.
absl::StatusOr<ArrivalBatch> DecodeArrivals(absl::string_view bytes);

}  // namespace proto
