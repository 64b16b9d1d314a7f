#include "plugin/outbox.h"

#include "proto/envelope.h"

namespace plugin {
namespace {

constexpr size_t kBatchBytesMax = 512 * 1024;  // a single larger request makes a batch of its own
constexpr size_t kBatchesUnderWayMax = 64;
// An unanswered request holds the places of the answered ones behind it: up to this many windows.
constexpr size_t kWindowsHeldMax = 8;

// How many requests share a commit is decided here. While fewer than kFew are under way others
// leave at once; up to kMany under way, as soon as they are as many; then, when they are kEnough.
// So many bytes are always enough: larger envelopes would not fit the broker's socket buffer.
constexpr size_t kFew = 16;
constexpr size_t kMany = 64;
constexpr size_t kEnough = 192;
constexpr size_t kEnoughBytes = 128 * 1024;

size_t BytesOf(const Request& request) {
  return request.payload.size() + request.thing.size() + request.name.size() +
         request.topic.size() + request.client_id.size() + request.principal.size();
}

}  // namespace

bool Outbox::Add(Request& request) {
  const size_t bytes = BytesOf(request);
  if (waiting_ >= bounds_.requests_max || bytes_ + bytes > bounds_.bytes_max ||
      slots_.size() >= kWindowsHeldMax * bounds_.requests_max) {
    return false;
  }
  bytes_ += bytes;
  ++waiting_;
  slots_.push_back({.request = std::move(request)});
  return true;
}

std::optional<std::string> Outbox::NextBatch(
    absl::FunctionRef<proto::Unheard(const shadow::ShadowId&)> unheard) {
  if (!in_session_ || batches_under_way_.size() >= kBatchesUnderWayMax) return std::nullopt;
  if (greeted_ && (unsent_sequence_ == next_sequence() || Gathers())) return std::nullopt;
  greeted_ = true;
  proto::RequestBatchWriter batch(epoch_, first_sequence_);
  while (unsent_sequence_ < next_sequence() && batch.bytes() < kBatchBytesMax) {
    Slot& slot = slots_[unsent_sequence_ - first_sequence_];
    if (slot.request) {
      const Request& request = *slot.request;
      if (batch.requests() > 0 && batch.bytes() + BytesOf(request) > kBatchBytesMax) break;
      batch.Add({.sequence = unsent_sequence_,
                 .operation = request.operation,
                 .resent = slot.sent_before,
                 .id = request.id(),
                 .topic = request.topic,
                 .payload = request.payload,
                 .unheard = request.topic.empty() ? unheard(request.id()) : proto::Unheard(),
                 .connection = request.connection});
      resent_ += slot.sent_before ? 1 : 0;
      slot.sent_before = true;
      ++under_way_;
      bytes_under_way_ += BytesOf(request);
    }
    ++unsent_sequence_;
  }
  if (batch.requests() > 0) batches_under_way_.push_back(unsent_sequence_);
  return std::move(batch).Finish();
}

bool Outbox::Gathers() const {
  if (under_way_ < kFew || bytes_ - bytes_under_way_ >= kEnoughBytes) return false;
  return waiting_ - under_way_ < (under_way_ < kMany ? under_way_ : kEnough);
}

void Outbox::BeginSession() {
  in_session_ = true;
  greeted_ = false;
  unsent_sequence_ = first_sequence_;
  under_way_ = bytes_under_way_ = 0;
  batches_under_way_.clear();
}

std::optional<Request> Outbox::Answered(uint64_t sequence) {
  if (sequence < first_sequence_ || sequence >= next_sequence()) return std::nullopt;
  if (!slots_[sequence - first_sequence_].request) return std::nullopt;
  Request request = Free(sequence);
  DropAnswered();
  return request;
}

void Outbox::GiveUp(int64_t taken_us, absl::FunctionRef<void(const Request&)> give) {
  for (uint64_t sequence = first_sequence_; sequence < next_sequence(); ++sequence) {
    const auto& request = slots_[sequence - first_sequence_].request;
    if (!request) continue;
    if (request->taken_us >= taken_us) break;
    give(Free(sequence));
  }
  DropAnswered();
}

Request Outbox::Free(uint64_t sequence) {
  Slot& slot = slots_[sequence - first_sequence_];
  Request request = *std::move(slot.request);
  slot.request.reset();
  --waiting_;
  bytes_ -= BytesOf(request);
  if (sequence < unsent_sequence_) {
    --under_way_;
    bytes_under_way_ -= BytesOf(request);
  }
  return request;
}

void Outbox::DropAnswered() {
  while (!slots_.empty() && !slots_.front().request) {
    slots_.pop_front();
    ++first_sequence_;
  }
  if (unsent_sequence_ < first_sequence_) unsent_sequence_ = first_sequence_;
  while (!batches_under_way_.empty() && batches_under_way_.front() <= first_sequence_) {
    batches_under_way_.pop_front();
  }
}

}  // namespace plugin
