// The requests that the broker has taken and that are not answered yet: numbered, bounded, and sent
// again when the service comes back. It knows no broker: it is fed and gives the batches to send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "proto/envelope.h"
#include "shadow/id.h"

namespace plugin {

// One request as it waits. Owns its texts.
struct Request {
  std::string thing;
  std::string name;  // empty: the classic shadow
  shadow::Operation operation = shadow::Operation::kUpdate;
  std::string payload;
  int64_t taken_us = 0;
  uint64_t connection = 0;  // that it came over
  // Of a request beyond shadows; then thing, name and operation are empty.
  std::string topic{};
  std::string client_id{};  // to whom the answer goes
  std::string principal{};  // who that was

  shadow::ShadowId id() const { return {thing, name}; }
};

class Outbox {
 public:
  struct Bounds {
    size_t requests_max;
    size_t bytes_max;  // of payloads and names
  };

  // `epoch` tells this plugin's life from every other.
  Outbox(uint64_t epoch, Bounds bounds) : epoch_(epoch), bounds_(bounds) {}

  uint64_t epoch() const { return epoch_; }
  size_t waiting() const { return waiting_; }
  size_t bytes() const { return bytes_; }
  uint64_t answered_below() const { return first_sequence_; }
  uint64_t last_sequence() const { return next_sequence() - 1; }  // of what was added last
  uint64_t resent() const { return resent_; }  // requests that were sent more than once, each time

  // Takes a request (and leaves `request` empty); false, and `request` as it was, if the window is
  // full.
  bool Add(Request& request);

  // Whether what is not sent waits for more.
  bool Gathers() const;

  // The next batch to send, or nothing: all is sent, or what is not gathers while the service is at
  // work on what is. Then an answer, which comes anyway, is what the batch waits for
  // (docs/decisions/0011-requests-gather.md).
  // `unheard` gives what nobody would hear of an update's answer.
  std::optional<std::string> NextBatch(
      absl::FunctionRef<proto::Unheard(const shadow::ShadowId&)> unheard);

  // The service has a new session: what is unanswered is sent again, in the old order. The first
  // batch comes even if nothing waits, to tell the service the epoch.
  void BeginSession();
  void EndSession() { in_session_ = false; }

  // The request that an answer is for, which ends its wait; nothing if it does not wait (a second
  // answer, or one that came too late).
  std::optional<Request> Answered(uint64_t sequence);

  // Gives up the requests taken before `taken_us`, oldest first, handing each to `give`.
  void GiveUp(int64_t taken_us, absl::FunctionRef<void(const Request&)> give);

 private:
  struct Slot {
    std::optional<Request> request{};  // nothing: answered
    bool sent_before = false;          // in an earlier session
  };

  uint64_t next_sequence() const { return first_sequence_ + slots_.size(); }
  Request Free(uint64_t sequence);
  void DropAnswered();

  const uint64_t epoch_;
  const Bounds bounds_;
  std::deque<Slot> slots_;                  // slots_[i] has sequence first_sequence_ + i
  uint64_t first_sequence_ = 1;             // everything below it is answered
  uint64_t unsent_sequence_ = 1;            // everything below it was sent in this session
  std::deque<uint64_t> batches_under_way_;  // for each, the sequence after its last
  size_t waiting_ = 0;
  size_t bytes_ = 0;
  size_t under_way_ = 0;        // of those that wait: sent in this session
  size_t bytes_under_way_ = 0;  // theirs
  uint64_t resent_ = 0;
  bool in_session_ = false;
  bool greeted_ = false;  // this session has had its first batch
};

}  // namespace plugin
