// One device: an MQTT session that sends shadow requests and matches their answers. It is fed the
// bytes that came and leaves those that are to go in a buffer; it does no input or output of its
// own.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bench/shadowbench/mqtt.h"
#include "bench/shadowbench/outbuffer.h"
#include "bench/shadowbench/tally.h"
#include "bench/shadowbench/workload.h"

namespace bench {

class Device {
 public:
  // An idle device has no slots and cannot start requests. The workload and the tally outlive it.
  Device(Workload& workload, Tally& tally, uint32_t number, bool idle);

  // Begins the session: connect, then subscribe.
  void Greet();
  bool ready() const { return ready_; }  // both were acknowledged

  // Takes whole packets off the front of `bytes` and says how many bytes they were. Slots that are
  // free again are appended to `free`. An error ends the run: the broker broke MQTT or refused us.
  absl::StatusOr<size_t> Take(absl::string_view bytes, int64_t now, std::vector<uint32_t>& free);

  // Sends a request on a free slot; its latency counts from `at`.
  void Start(uint32_t slot, int64_t at);
  // The same with the workload's first update.
  void StartFirst(int64_t at);

  // Asks for a sign that everything sent before has arrived.
  void Ping();
  bool pong() const { return pong_; }

  // How many answers have not come.
  uint64_t Awaited() const;

  OutBuffer& out() { return out_; }

 private:
  // A place for one unanswered request.
  struct Slot {
    uint32_t sequence = 0;
    uint8_t awaited = 0;  // bits: see device.cc
    shadow::Operation operation = shadow::Operation::kUpdate;
    int64_t started_at = 0;
  };

  void Stamp(uint32_t number, std::string& header) const;
  std::optional<proto::AnswerTopic> AnswerOf(absl::string_view topic) const;
  void Send(uint32_t slot, shadow::Operation operation, const RequestBody& body,
            const std::string& header, int64_t at);
  absl::Status TakeSession(const Packet& packet);
  absl::Status TakePublish(const Packet& packet, int64_t now, std::vector<uint32_t>& free);
  void TakeAnswer(proto::AnswerTopic topic, absl::string_view payload, int64_t now,
                  std::vector<uint32_t>& free);
  void CountOutcome(const Slot& slot, bool accepted, absl::string_view payload, int64_t now);

  Workload& workload_;
  Tally& tally_;
  const uint32_t number_;
  const std::string thing_;
  std::vector<std::string> topics_;               // as workload.subscribed(); filters
  std::array<std::string, kOperations> headers_;  // of requests, by operation
  std::string first_header_;
  size_t shadow_number_at_ = 0;  // in a header's topic; 0: the device has one shadow
  std::vector<Slot> slots_;
  OutBuffer out_;
  uint32_t sequence_ = 0;
  bool ready_ = false;
  bool pong_ = false;
};

}  // namespace bench
