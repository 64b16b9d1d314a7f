#include "bench/shadowbench/device.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bench/sample.h"

namespace bench {
namespace {

using proto::AnswerTopic;
using shadow::Operation;

// What a request waits for. An accepted or rejected comes always.
constexpr uint8_t kOutcome = 1;
constexpr uint8_t kDelta = 2;
constexpr uint8_t kDocuments = 4;
constexpr uint8_t kEverything = kOutcome | kDelta | kDocuments;

constexpr uint16_t kSubscribeId = 1;
constexpr size_t kSessionBytes = 2048;       // CONNECT, SUBSCRIBE and PINGREQ of a device
constexpr size_t kPubacksBytes = 16 * 1024;  // more than a broker sends before it waits for them
constexpr absl::string_view kRefusalHead = "{\"code\":";

uint8_t PartOf(AnswerTopic topic) {
  if (topic == AnswerTopic::kUpdateDelta) return kDelta;
  return topic == AnswerTopic::kUpdateDocuments ? kDocuments : kOutcome;
}

Operation OperationOf(AnswerTopic topic) {
  if (topic <= AnswerTopic::kUpdateDocuments) return Operation::kUpdate;
  return topic <= AnswerTopic::kGetRejected ? Operation::kGet : Operation::kDelete;
}

bool IsRejected(AnswerTopic topic) { return topic == proto::RejectedTopic(OperationOf(topic)); }

// The three digits of a refusal; 0 for any other payload.
int RefusalCode(absl::string_view payload) {
  if (payload.size() < kRefusalHead.size() + 3) return 0;
  if (payload.substr(0, kRefusalHead.size()) != kRefusalHead) return 0;
  int code = 0;
  for (const char c : payload.substr(kRefusalHead.size(), 3)) {
    if (c < '0' || c > '9') return 0;
    code = 10 * code + (c - '0');
  }
  return code;
}

// The count of a section: always kCountDigits digits.
void WriteCount(uint32_t number, char* out) {
  for (size_t i = kCountDigits; i-- > 1; number /= 10)
    out[i] = static_cast<char>('0' + number % 10);
  out[0] = '1';
}

}  // namespace

Device::Device(Workload& workload, Tally& tally, uint32_t number, bool idle)
    : workload_(workload),
      tally_(tally),
      number_(number),
      thing_(workload.ThingName(number)),
      slots_(idle ? 0 : workload.window()),
      out_(kSessionBytes +
           (idle ? 0 : kPubacksBytes + workload.window() * workload.request_bytes_max())) {
  const bool has_many = workload.shadows_per_device() > 1;
  const shadow::ShadowId id = {thing_, workload.shadow_name()};
  const shadow::ShadowId all = {thing_, "+"};
  for (const AnswerTopic topic : workload.subscribed()) {
    topics_.push_back(proto::AnswerTopicOf(has_many ? all : id, topic));
  }
  if (idle) return;
  for (const Operation operation : {Operation::kUpdate, Operation::kGet, Operation::kDelete}) {
    headers_[static_cast<size_t>(operation)] =
        PublishHeader(proto::RequestTopic(id, operation), workload.qos(),
                      workload.body(operation).payload.size());
  }
  if (has_many) {
    const std::string topic = proto::RequestTopic(id, Operation::kUpdate);
    shadow_number_at_ = topic.rfind('/') - kShadowDigits;
  }
  first_header_ = PublishHeader(proto::RequestTopic(id, Operation::kUpdate), workload.qos(),
                                workload.first_update().payload.size());
}

void Device::Greet() {
  out_.Append(ConnectPacket(absl::StrFormat("%s%04x", thing_, workload_.run())));
  out_.Append(SubscribePacket(kSubscribeId, topics_, workload_.qos()));
}

void Device::Ping() {
  pong_ = false;
  out_.Append(PingPacket());
}

void Device::Start(uint32_t slot, int64_t at) {
  const Operation operation = workload_.NextOperation();
  std::string& header = headers_[static_cast<size_t>(operation)];
  if (shadow_number_at_ > 0) Stamp(workload_.NextShadow(), header);
  Send(slot, operation, workload_.body(operation), header, at);
}

// Directs a request to the shadow of this number.
void Device::Stamp(uint32_t number, std::string& header) const {
  const size_t topic_at = header.find('$');
  char* const digits = &header[topic_at + shadow_number_at_];
  for (int i = kShadowDigits; i-- > 0; number /= 10) {
    digits[i] = static_cast<char>('0' + number % 10);
  }
}

void Device::StartFirst(int64_t at) {
  Send(0, Operation::kUpdate, workload_.first_update(), first_header_, at);
}

void Device::Send(uint32_t slot_number, Operation operation, const RequestBody& body,
                  const std::string& header, int64_t at) {
  char* out = out_.Extend(header.size() + body.payload.size());
  if (out == nullptr) return;  // cannot be: the buffer has room for all slots; else it would miss
  std::memcpy(out, header.data(), header.size());
  char* payload = out + header.size();
  std::memcpy(payload, body.payload.data(), body.payload.size());

  ++sequence_;
  if (workload_.qos() == 1) WriteUint16(static_cast<uint16_t>(sequence_ % 0xffff + 1), payload - 2);
  WriteToken({workload_.run(), number_, slot_number, sequence_}, payload + body.token_at);
  if (body.count_at > 0) WriteCount(sequence_, payload + body.count_at);

  const bool all = operation == Operation::kUpdate && workload_.all_answers();
  slots_[slot_number] = {.sequence = sequence_,
                         .awaited = all ? kEverything : kOutcome,
                         .operation = operation,
                         .started_at = at};
  ++tally_.sent[static_cast<size_t>(operation)];
}

absl::StatusOr<size_t> Device::Take(absl::string_view bytes, int64_t now,
                                    std::vector<uint32_t>& free) {
  size_t taken = 0;
  Packet packet;
  while (true) {
    const Frame frame = ReadPacket(bytes.substr(taken), packet);
    if (frame == Frame::kPartial) return taken;
    if (frame == Frame::kBroken) return absl::InternalError("the broker sent what is no MQTT");
    taken += packet.bytes;
    const absl::Status status =
        packet.type == PacketType::kPublish ? TakePublish(packet, now, free) : TakeSession(packet);
    if (!status.ok()) return status;
  }
}

absl::Status Device::TakeSession(const Packet& packet) {
  switch (packet.type) {
    case PacketType::kPuback:
      ++tally_.acknowledged;
      return absl::OkStatus();
    case PacketType::kPingresp:
      pong_ = true;
      return absl::OkStatus();
    case PacketType::kConnack:
      if (packet.body.size() == 2 && packet.body[1] == 0) return absl::OkStatus();
      return absl::PermissionDeniedError(
          absl::StrCat("the broker refuses ", thing_, "'s connection"));
    case PacketType::kSuback:
      for (const char code : packet.body.substr(2)) {
        if (code == '\x80') {
          return absl::PermissionDeniedError(
              absl::StrCat("the broker refuses ", thing_, "'s subscriptions"));
        }
      }
      ready_ = true;
      return absl::OkStatus();
    default:
      return absl::InternalError(
          absl::StrCat("the broker sent a packet of type ", static_cast<int>(packet.type)));
  }
}

absl::Status Device::TakePublish(const Packet& packet, int64_t now, std::vector<uint32_t>& free) {
  Publish publish;
  if (!ReadPublish(packet, publish)) return absl::InternalError("the broker sent a bad PUBLISH");
  if (publish.packet_id != 0) {
    char* room = out_.Extend(kPubackBytes);
    if (room == nullptr)
      return absl::ResourceExhaustedError("the broker takes no acknowledgements");
    WritePuback(publish.packet_id, room);
  }
  if (const auto answer = AnswerOf(publish.topic)) {
    TakeAnswer(*answer, publish.payload, now, free);
  } else {
    ++tally_.unmatched;
  }
  return absl::OkStatus();
}

// Nothing: it is not what we subscribed to.
std::optional<AnswerTopic> Device::AnswerOf(absl::string_view topic) const {
  if (shadow_number_at_ > 0) {
    const proto::Topic parsed = proto::ParseTopic(topic);
    if (parsed.kind != proto::Topic::Kind::kAnswer || parsed.id.thing != thing_) return {};
    return parsed.answer;
  }
  for (size_t i = 0; i < topics_.size(); ++i) {
    if (topic == topics_[i]) return workload_.subscribed()[i];
  }
  return std::nullopt;
}

void Device::TakeAnswer(AnswerTopic topic, absl::string_view payload, int64_t now,
                        std::vector<uint32_t>& free) {
  ++tally_.messages[static_cast<size_t>(topic)];
  tally_.message_bytes[static_cast<size_t>(topic)] += payload.size();

  Token token;
  if (!ReadToken(payload, token) || token.run != workload_.run() || token.device != number_ ||
      token.slot >= slots_.size()) {
    ++tally_.unmatched;
    return;
  }
  Slot& slot = slots_[token.slot];
  const uint8_t part = PartOf(topic);
  if (token.sequence < slot.sequence || (slot.awaited & part) == 0) {
    ++tally_.duplicate;
    return;
  }
  if (token.sequence > slot.sequence || OperationOf(topic) != slot.operation) {
    ++tally_.unmatched;
    return;
  }

  slot.awaited = static_cast<uint8_t>(slot.awaited & ~part);
  if (part == kOutcome) {
    CountOutcome(slot, !IsRejected(topic), payload, now);
    if (IsRejected(topic)) slot.awaited = 0;  // nothing else follows a rejected
  }
  if (slot.awaited != 0) return;
  if (tally_.measuring) ++tally_.measured;
  free.push_back(token.slot);
}

void Device::CountOutcome(const Slot& slot, bool accepted, absl::string_view payload, int64_t now) {
  const auto operation = static_cast<size_t>(slot.operation);
  if (accepted) {
    ++tally_.accepted[operation];
  } else {
    ++tally_.rejected[operation];
    ++tally_.refusals[RefusalCode(payload)];
  }
  if (tally_.measuring) tally_.latency.Record(now - slot.started_at);
}

uint64_t Device::Awaited() const {
  uint64_t awaited = 0;
  for (const Slot& slot : slots_)
    awaited += static_cast<uint64_t>(__builtin_popcount(slot.awaited));
  return awaited;
}

}  // namespace bench
