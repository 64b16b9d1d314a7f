#include "proto/arrivals.h"

#include <algorithm>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope_bytes.h"
#include "shadow/id.h"

namespace proto {
namespace {

constexpr size_t kFlagsAt = 24;
constexpr size_t kArrivalBytes = 18;  // fixed part of an arrival

// The flags of a batch.
constexpr uint8_t kFirst = 1;
constexpr uint8_t kLast = 2;

// The flag of an arrival.
constexpr uint8_t kEnded = 1;

void PutBoundedText(absl::string_view text, std::string& out) {
  PutText(text.substr(0, kArrivalTextBytesMax), out);
}

bool IsReason(absl::string_view text) {
  return text.size() <= kArrivalTextBytesMax && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'A' && c <= 'Z') || c == '_';
         });
}

int64_t TakeTime(EnvelopeReader& reader) { return static_cast<int64_t>(reader.Number<uint64_t>()); }

// False: malformed.
bool Take(EnvelopeReader& reader, Arrival& arrival) {
  arrival.connection = reader.Number<uint64_t>();
  const auto way = reader.Number<uint8_t>();
  const auto flags = reader.Number<uint8_t>();
  arrival.way = static_cast<ConnectionWay>(way);
  arrival.since = TakeTime(reader);
  for (absl::string_view* text :
       {&arrival.client_id, &arrival.principal, &arrival.address, &arrival.thing}) {
    *text = TakeText(reader);
    if (text->size() > kArrivalTextBytesMax) return false;
  }
  if ((flags & kEnded) != 0) {
    ArrivalEnd& end = arrival.end.emplace();
    end.time = TakeTime(reader);
    end.last_request = reader.Number<uint64_t>();
    end.reason = TakeText(reader);
    if (end.time < 0 || !IsReason(end.reason)) return false;
  }
  return arrival.connection != 0 && flags <= kEnded && arrival.since >= 0 &&
         way >= static_cast<uint8_t>(ConnectionWay::kMqtt) &&
         way <= static_cast<uint8_t>(ConnectionWay::kConsole) &&
         (arrival.thing.empty() || shadow::IsThingName(arrival.thing));
}

}  // namespace

ArrivalBatchWriter::ArrivalBatchWriter(uint64_t epoch, uint64_t answered_below, bool first)
    : bytes_(EnvelopeHead(EnvelopeType::kArrivals, epoch)) {
  PutNumber(answered_below, bytes_);
  PutNumber(first ? kFirst : uint8_t{0}, bytes_);
}

void ArrivalBatchWriter::Add(const Arrival& arrival) {
  PutNumber(arrival.connection, bytes_);
  PutNumber(static_cast<uint8_t>(arrival.way), bytes_);
  PutNumber(arrival.end ? kEnded : uint8_t{0}, bytes_);
  PutNumber(static_cast<uint64_t>(arrival.since), bytes_);
  for (const absl::string_view text :
       {arrival.client_id, arrival.principal, arrival.address, arrival.thing}) {
    PutBoundedText(text, bytes_);
  }
  if (arrival.end) {
    PutNumber(static_cast<uint64_t>(arrival.end->time), bytes_);
    PutNumber(arrival.end->last_request, bytes_);
    PutBoundedText(arrival.end->reason, bytes_);
  }
  ++count_;
}

std::string ArrivalBatchWriter::Finish(bool last) && {
  if (last) bytes_[kFlagsAt] = static_cast<char>(bytes_[kFlagsAt] | kLast);
  PutAt(count_, kEnvelopeCountAt, bytes_);
  return std::move(bytes_);
}

bool IsArrivals(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kArrivals); }

absl::StatusOr<ArrivalBatch> DecodeArrivals(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  if (header->type != EnvelopeType::kArrivals || header->epoch == 0) {
    return absl::InvalidArgumentError("link envelope: not arrivals");
  }
  ArrivalBatch batch{.epoch = header->epoch, .answered_below = reader.Number<uint64_t>()};
  const auto flags = reader.Number<uint8_t>();
  if (!reader.ok()) return absl::InvalidArgumentError("link envelope: the header is cut short");
  if ((flags & ~(kFirst | kLast)) != 0) {
    return absl::InvalidArgumentError("link envelope: the arrivals have unknown flags");
  }
  batch.first = (flags & kFirst) != 0;
  batch.last = (flags & kLast) != 0;
  if (header->count > reader.left() / kArrivalBytes) {
    return absl::InvalidArgumentError("link envelope: more arrivals announced than it can hold");
  }
  batch.arrivals.reserve(header->count);
  for (uint32_t i = 0; i < header->count; ++i) {
    Arrival arrival;
    const bool fine = Take(reader, arrival);
    if (!reader.ok() || !fine) {
      return absl::InvalidArgumentError(absl::StrCat(
          "link envelope: arrival ", i, reader.ok() ? " is malformed" : " is cut short"));
    }
    batch.arrivals.push_back(arrival);
  }
  if (reader.left() != 0) return absl::InvalidArgumentError("link envelope: bytes after its end");
  return batch;
}

}  // namespace proto
