#include "proto/envelope.h"

#include <bit>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope_bytes.h"

namespace proto {
namespace {

constexpr size_t kRequestBytes = 24;   // fixed part of a request
constexpr size_t kAnswerBytes = 12;    // fixed part of an answer
constexpr size_t kMessagesAt = 10;     // in an answer
constexpr size_t kMessageBytes = 8;    // fixed part of a message
constexpr size_t kPayloadBytesAt = 4;  // in a message

using Type = EnvelopeType;
using Reader = EnvelopeReader;

// The flags of a request.
constexpr uint8_t kResent = 1;
constexpr uint8_t kAcceptedUnheard = 2;
constexpr uint8_t kDocumentsUnheard = 4;
constexpr uint8_t kDeltaUnheard = 8;
constexpr uint8_t kRequestFlags = kResent | kAcceptedUnheard | kDocumentsUnheard | kDeltaUnheard;

// The flag of a hello.
constexpr uint8_t kHasOthers = 1;

// What stands in place of the operation of a request beyond shadows.
constexpr uint8_t kBeyondShadows = 3;

uint8_t FlagsOf(const LinkRequest& request) {
  return static_cast<uint8_t>((request.resent ? kResent : 0) |
                              (request.unheard.accepted ? kAcceptedUnheard : 0) |
                              (request.unheard.documents ? kDocumentsUnheard : 0) |
                              (request.unheard.delta ? kDeltaUnheard : 0));
}

absl::Status CutShort(absl::string_view what, size_t index) {
  return absl::InvalidArgumentError(
      absl::StrCat("link envelope: ", what, " ", index, " is cut short"));
}

absl::Status CheckId(const shadow::ShadowId& id) {
  if (!shadow::IsThingName(id.thing) || (!id.classic() && !shadow::IsShadowName(id.name))) {
    return absl::InvalidArgumentError("link envelope: a thing or shadow name breaks its pattern");
  }
  return absl::OkStatus();
}

absl::StatusOr<AnswerBatch> TakeHello(const EnvelopeHeader& header, Reader& reader) {
  Hello hello{.life = reader.Number<uint64_t>()};
  const auto flags = reader.Number<uint8_t>();
  hello.has_others = flags == kHasOthers;
  if (!reader.ok() || reader.left() != 0 || header.count != 0 || header.epoch != 0 ||
      hello.life == 0 || flags > kHasOthers) {
    return absl::InvalidArgumentError("link envelope: the hello is malformed");
  }
  return AnswerBatch{.hello = hello};
}

}  // namespace

std::string EncodeHello(const Hello& hello) {
  std::string bytes = EnvelopeHead(Type::kHello, 0);
  PutNumber(hello.life, bytes);
  PutNumber(hello.has_others ? kHasOthers : uint8_t{0}, bytes);
  return bytes;
}

bool IsHello(absl::string_view bytes) { return IsOfType(bytes, Type::kHello); }

RequestBatchWriter::RequestBatchWriter(uint64_t epoch, uint64_t answered_below)
    : bytes_(EnvelopeHead(Type::kRequests, epoch)) {
  PutNumber(answered_below, bytes_);
}

void RequestBatchWriter::Add(const LinkRequest& request) {
  PutNumber(request.sequence, bytes_);
  PutNumber(request.connection, bytes_);
  const bool beyond = !request.topic.empty();
  PutNumber(beyond ? kBeyondShadows : static_cast<uint8_t>(request.operation), bytes_);
  PutNumber(FlagsOf(request), bytes_);
  if (beyond) {
    PutNumber(static_cast<uint16_t>(request.topic.size()), bytes_);
  } else {
    PutNumber(static_cast<uint8_t>(request.id.thing.size()), bytes_);
    PutNumber(static_cast<uint8_t>(request.id.name.size()), bytes_);
  }
  PutNumber(static_cast<uint32_t>(request.payload.size()), bytes_);
  absl::StrAppend(&bytes_, request.topic, request.id.thing, request.id.name, request.payload);
  ++count_;
}

std::string RequestBatchWriter::Finish() && {
  PutAt(count_, kEnvelopeCountAt, bytes_);
  return std::move(bytes_);
}

absl::StatusOr<RequestBatch> DecodeRequestBatch(absl::string_view bytes) {
  Reader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  if (header->type != Type::kRequests || header->epoch == 0) {
    return absl::InvalidArgumentError("link envelope: not a batch of requests");
  }
  RequestBatch batch{.epoch = header->epoch, .answered_below = reader.Number<uint64_t>()};
  if (!reader.ok()) return absl::InvalidArgumentError("link envelope: the header is cut short");
  if (header->count > reader.left() / kRequestBytes) {
    return absl::InvalidArgumentError("link envelope: more requests announced than it can hold");
  }
  batch.requests.reserve(header->count);
  for (uint32_t i = 0; i < header->count; ++i) {
    LinkRequest request;
    request.sequence = reader.Number<uint64_t>();
    request.connection = reader.Number<uint64_t>();
    const auto operation = reader.Number<uint8_t>();
    const auto flags = reader.Number<uint8_t>();
    const bool beyond = operation == kBeyondShadows;
    const auto topic_bytes = beyond ? reader.Number<uint16_t>() : uint16_t{0};
    const auto thing_bytes = beyond ? uint8_t{0} : reader.Number<uint8_t>();
    const auto name_bytes = beyond ? uint8_t{0} : reader.Number<uint8_t>();
    const auto payload_bytes = reader.Number<uint32_t>();
    request.topic = reader.Bytes(topic_bytes);
    request.id.thing = reader.Bytes(thing_bytes);
    request.id.name = reader.Bytes(name_bytes);
    request.payload = reader.Bytes(payload_bytes);
    if (!reader.ok()) return CutShort("request", i);
    if (request.sequence == 0 || operation > kBeyondShadows ||
        (flags & ~(beyond ? kResent : kRequestFlags)) != 0 || beyond == request.topic.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("link envelope: request ", i, " is malformed"));
    }
    request.resent = (flags & kResent) != 0;
    if (beyond) {
      batch.requests.push_back(request);
      continue;
    }
    if (const absl::Status id = CheckId(request.id); !id.ok()) return id;
    request.operation = static_cast<shadow::Operation>(operation);
    request.unheard = {.accepted = (flags & kAcceptedUnheard) != 0,
                       .documents = (flags & kDocumentsUnheard) != 0,
                       .delta = (flags & kDeltaUnheard) != 0};
    batch.requests.push_back(request);
  }
  if (reader.left() != 0) return absl::InvalidArgumentError("link envelope: bytes after its end");
  return batch;
}

AnswerBatchWriter::AnswerBatchWriter(uint64_t epoch)
    : bytes_(EnvelopeHead(Type::kAnswers, epoch)) {}

void AnswerBatchWriter::BeginAnswer(uint64_t sequence, const shadow::ShadowId& id) {
  EndMessage();
  answer_at_ = bytes_.size();
  const shadow::ShadowId carried = sequence == 0 ? id : shadow::ShadowId();
  PutNumber(sequence, bytes_);
  PutNumber(static_cast<uint8_t>(carried.thing.size()), bytes_);
  PutNumber(static_cast<uint8_t>(carried.name.size()), bytes_);
  PutNumber(uint16_t{0}, bytes_);  // messages, counted as they are begun
  absl::StrAppend(&bytes_, carried.thing, carried.name);
  ++count_;
}

std::string& AnswerBatchWriter::BeginMessage(AnswerTopic topic) {
  EndMessage();
  ++bytes_[answer_at_ + kMessagesAt];
  message_at_ = bytes_.size();
  PutNumber(static_cast<uint32_t>(topic), bytes_);
  PutNumber(uint32_t{0}, bytes_);  // payload bytes, known when the message ends
  return bytes_;
}

void AnswerBatchWriter::EndMessage() {
  if (message_at_ == 0) return;
  const size_t payload_bytes = bytes_.size() - message_at_ - kMessageBytes;
  PutAt(static_cast<uint32_t>(payload_bytes), message_at_ + kPayloadBytesAt, bytes_);
  message_at_ = 0;
}

std::string AnswerBatchWriter::Finish() && {
  EndMessage();
  PutAt(count_, kEnvelopeCountAt, bytes_);
  return std::move(bytes_);
}

absl::StatusOr<AnswerBatch> DecodeAnswerBatch(absl::string_view bytes) {
  Reader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  if (header->type == Type::kHello) return TakeHello(*header, reader);
  if (header->type != Type::kAnswers) {
    return absl::InvalidArgumentError("link envelope: neither a batch of answers nor a hello");
  }
  if (header->count > reader.left() / kAnswerBytes) {
    return absl::InvalidArgumentError("link envelope: more answers announced than it can hold");
  }
  AnswerBatch batch{.epoch = header->epoch};
  batch.answers.reserve(header->count);
  for (uint32_t i = 0; i < header->count; ++i) {
    LinkAnswer answer;
    answer.sequence = reader.Number<uint64_t>();
    const auto thing_bytes = reader.Number<uint8_t>();
    const auto name_bytes = reader.Number<uint8_t>();
    const auto messages = reader.Number<uint16_t>();
    answer.id.thing = reader.Bytes(thing_bytes);
    answer.id.name = reader.Bytes(name_bytes);
    for (uint16_t m = 0; m < messages && reader.ok(); ++m) {
      const auto topic = reader.Number<uint32_t>();
      const auto payload_bytes = reader.Number<uint32_t>();
      const absl::string_view payload = reader.Bytes(payload_bytes);
      if (topic > static_cast<uint32_t>(AnswerTopic::kRejected) ||
          (topic >= kAnswerTopics && answer.sequence == 0)) {
        return absl::InvalidArgumentError(
            absl::StrCat("link envelope: answer ", i, " names an unknown topic"));
      }
      answer.messages.push_back({static_cast<AnswerTopic>(topic), payload});
    }
    if (!reader.ok()) return CutShort("answer", i);
    if (answer.sequence != 0 && batch.epoch == 0) {
      return absl::InvalidArgumentError(
          absl::StrCat("link envelope: answer ", i, " is to a request of no epoch"));
    }
    if (answer.sequence == 0) {
      if (const absl::Status id = CheckId(answer.id); !id.ok()) return id;
    } else if (!answer.id.thing.empty() || !answer.id.name.empty()) {
      return absl::InvalidArgumentError(
          absl::StrCat("link envelope: answer ", i, " has both a sequence and a name"));
    }
    batch.answers.push_back(std::move(answer));
  }
  if (reader.left() != 0) return absl::InvalidArgumentError("link envelope: bytes after its end");
  return batch;
}

std::string EncodeStatus(uint64_t epoch, const PluginStatus& status) {
  std::string bytes = EnvelopeHead(Type::kStatus, epoch);
  const auto numbers = std::bit_cast<PluginStatusNumbers>(status);
  PutAt(numbers.size(), kEnvelopeCountAt, bytes);
  for (const uint64_t number : numbers) PutNumber(number, bytes);
  return bytes;
}

bool IsStatus(absl::string_view bytes) { return IsOfType(bytes, Type::kStatus); }

absl::StatusOr<PluginStatus> DecodeStatus(absl::string_view bytes) {
  Reader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  PluginStatusNumbers numbers;
  if (header->type != Type::kStatus || header->epoch == 0 || header->count != numbers.size()) {
    return absl::InvalidArgumentError("link envelope: not a status");
  }
  for (uint64_t& number : numbers) number = reader.Number<uint64_t>();
  if (!reader.ok()) return absl::InvalidArgumentError("link envelope: the status is cut short");
  if (reader.left() != 0) return absl::InvalidArgumentError("link envelope: bytes after its end");
  return std::bit_cast<PluginStatus>(numbers);
}

}  // namespace proto
