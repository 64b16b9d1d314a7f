// What a device does, as the plugin tells the service of it while somebody observes
// (plugin/observer.h). docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "proto/arrivals.h"

namespace proto {

// A payload that is larger is not told, only how large it is.
inline constexpr size_t kPublishedBytesMax = 128u << 10;
inline constexpr size_t kDeliveredBytesMax = 8u << 10;

struct Observation {
  enum class Kind : uint8_t {
    kConnect = 1,
    kDisconnect = 2,
    kSubscribe = 3,
    kUnsubscribe = 4,
    kPublish = 5,  // by the client
    kDeliver = 6,  // to it
  };
  enum class Result : uint8_t {
    kAccepted = 0,
    kRefused = 1,  // and told so
    kClosed = 2,   // without an answer
  };

  int64_t us = 0;  // when, by the plugin's clock
  Kind kind = Kind::kConnect;
  absl::string_view thing{};  // that the connection stands for; empty: none
  absl::string_view client{};
  // The filter or topic; of a connect the id of the certificate, which may be empty; of a
  // disconnect why, a word of docs/lifecycle-events.md.
  absl::string_view text{};

  // connect:
  Result result = Result::kAccepted;
  bool clean = false;
  bool mqtt5 = false;
  ConnectionWay way = ConnectionWay::kMqtt;
  uint16_t keep_alive_s = 0;

  bool allowed = false;  // subscribe, publish
  uint8_t qos = 0;       // subscribe, publish, deliver
  // publish, deliver:
  bool retain = false;
  uint32_t payload_bytes = 0;
  absl::string_view payload{};  // all of it, or nothing

  friend bool operator==(const Observation&, const Observation&) = default;
};

struct ObservationBatch {
  uint64_t epoch = 0;
  uint64_t lost = 0;                        // so many more happened after these, and are not told
  std::vector<Observation> observations{};  // in the order in which they happened
};

// Whether an envelope, which may be damaged, says that it holds observations.
bool IsObservations(absl::string_view bytes);

// Members that the kind does not have are left out. Texts that are too long are cut.
std::string EncodeObservations(const ObservationBatch& batch);

// Views of the result point into `bytes`.
absl::StatusOr<ObservationBatch> DecodeObservations(absl::string_view bytes);

}  // namespace proto
