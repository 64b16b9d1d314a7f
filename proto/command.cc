#include "proto/command.h"

#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "proto/envelope_bytes.h"

namespace proto {
namespace {

enum class CommandKind : uint8_t {
  kPublish = 0,
  kDisconnect = 1,
  kRetained = 2,
  kFaults = 3,
  kObserve = 4,
  kRegistry = 5
};

// The flags of a disconnect.
constexpr uint8_t kPreventWill = 1;
constexpr uint8_t kTakenOver = 2;

// The flag of an observe.
constexpr uint8_t kOn = 1;

// The flag of a registry.
constexpr uint8_t kReload = 1;

// The flags of a publish.
constexpr uint8_t kAtLeastOnce = 1;
constexpr uint8_t kRetain = 2;
constexpr uint8_t kHasFormat = 4;
constexpr uint8_t kUtf8 = 8;
constexpr uint8_t kOwn = 16;
constexpr uint8_t kPublishFlags = kAtLeastOnce | kRetain | kHasFormat | kUtf8 | kOwn;

absl::Status Malformed() {
  return absl::InvalidArgumentError("link envelope: a command or its reply is malformed");
}

uint8_t FlagsOf(const PublishCommand& publish) {
  return static_cast<uint8_t>((publish.at_least_once ? kAtLeastOnce : 0) |
                              (publish.retain ? kRetain : 0) | (publish.is_own ? kOwn : 0) |
                              (publish.payload_is_utf8 ? kHasFormat : 0) |
                              (publish.payload_is_utf8.value_or(false) ? kUtf8 : 0));
}

// Behind four bytes of length: longer than a text may be.
void PutLong(absl::string_view text, std::string& out) {
  PutNumber(static_cast<uint32_t>(text.size()), out);
  out.append(text.data(), text.size());
}

void Put(const PublishCommand& publish, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kPublish), out);
  PutNumber(FlagsOf(publish), out);
  PutNumber(publish.expiry_seconds, out);
  PutText(publish.topic, out);
  PutText(publish.content_type, out);
  PutText(publish.response_topic, out);
  PutText(publish.correlation_data, out);
  PutText(publish.principal, out);
  PutText(publish.address, out);
  PutNumber(static_cast<uint16_t>(publish.user_properties.size()), out);
  for (const auto& [name, value] : publish.user_properties) {
    PutText(name, out);
    PutText(value, out);
  }
  PutLong(publish.payload, out);
}

void Put(const DisconnectCommand& disconnect, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kDisconnect), out);
  PutNumber(static_cast<uint8_t>((disconnect.prevent_will ? kPreventWill : 0) |
                                 (disconnect.taken_over != 0 ? kTakenOver : 0)),
            out);
  PutText(disconnect.client_id, out);
  if (disconnect.taken_over != 0) PutNumber(disconnect.taken_over, out);
}

void Put(const RetainedCommand& retained, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kRetained), out);
  PutNumber(uint8_t{0}, out);
  PutNumber(retained.most, out);
  PutText(retained.topic, out);
  PutText(retained.after, out);
}

void Put(const FaultsCommand& faults, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kFaults), out);
  PutNumber(static_cast<uint8_t>(faults.verb), out);
  PutLong(faults.text, out);
}

void Put(const ObserveCommand& observe, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kObserve), out);
  PutNumber(observe.on ? kOn : uint8_t{0}, out);
  PutText(observe.thing, out);
  PutText(observe.client, out);
}

void Put(const RegistryCommand& registry, std::string& out) {
  PutNumber(static_cast<uint8_t>(CommandKind::kRegistry), out);
  PutNumber(registry.reload ? kReload : uint8_t{0}, out);
  PutNumber(static_cast<uint16_t>(registry.changes.size()), out);
  for (const RegistryCommand::Change& change : registry.changes) {
    PutNumber(change.part, out);
    PutNumber(static_cast<uint8_t>(change.text.has_value()), out);
    PutText(change.name, out);
    if (change.text) PutLong(*change.text, out);
  }
}

void Put(const RetainedMessage& message, std::string& out) {
  PutNumber(message.qos, out);
  PutNumber(message.payload_bytes, out);
  PutText(message.topic, out);
  PutLong(message.payload, out);
}

RetainedMessage TakeRetained(EnvelopeReader& reader) {
  RetainedMessage message;
  message.qos = reader.Number<uint8_t>();
  message.payload_bytes = reader.Number<uint32_t>();
  message.topic = TakeText(reader);
  message.payload = reader.Bytes(reader.Number<uint32_t>());
  return message;
}

PublishCommand TakePublish(uint8_t flags, EnvelopeReader& reader) {
  PublishCommand publish;
  publish.at_least_once = (flags & kAtLeastOnce) != 0;
  publish.retain = (flags & kRetain) != 0;
  publish.is_own = (flags & kOwn) != 0;
  if ((flags & kHasFormat) != 0) publish.payload_is_utf8 = (flags & kUtf8) != 0;
  publish.expiry_seconds = reader.Number<uint32_t>();
  publish.topic = TakeText(reader);
  publish.content_type = TakeText(reader);
  publish.response_topic = TakeText(reader);
  publish.correlation_data = TakeText(reader);
  publish.principal = TakeText(reader);
  publish.address = TakeText(reader);
  const auto properties = reader.Number<uint16_t>();
  for (uint16_t i = 0; i < properties && reader.ok(); ++i) {
    const absl::string_view name = TakeText(reader);
    publish.user_properties.emplace_back(name, TakeText(reader));
  }
  publish.payload = reader.Bytes(reader.Number<uint32_t>());
  return publish;
}

absl::StatusOr<CommandWhat> TakeRegistry(uint8_t flags, EnvelopeReader& reader) {
  RegistryCommand registry{.changes = {}, .reload = flags == kReload};
  const auto changes = reader.Number<uint16_t>();
  bool known = flags <= kReload;
  for (uint16_t i = 0; i < changes && reader.ok(); ++i) {
    RegistryCommand::Change change{.part = reader.Number<uint8_t>(), .name = {}};
    const auto has_text = reader.Number<uint8_t>();
    known = known && has_text <= 1;
    change.name = TakeText(reader);
    if (has_text == 1) change.text = reader.Bytes(reader.Number<uint32_t>());
    if (reader.ok()) registry.changes.push_back(change);
  }
  if (!known || !reader.ok()) return Malformed();
  if (const std::string fault = RegistryFault(registry); !fault.empty()) {
    return absl::InvalidArgumentError(absl::StrCat("link envelope: a registry command: ", fault));
  }
  return registry;
}

absl::StatusOr<CommandWhat> TakeWhat(EnvelopeReader& reader) {
  const auto kind = static_cast<CommandKind>(reader.Number<uint8_t>());
  const auto flags = reader.Number<uint8_t>();
  switch (kind) {
    case CommandKind::kPublish: {
      PublishCommand publish = TakePublish(flags, reader);
      if ((flags & ~kPublishFlags) != 0 || (flags & (kHasFormat | kUtf8)) == kUtf8 ||
          publish.topic.empty()) {
        return Malformed();
      }
      return publish;
    }
    case CommandKind::kDisconnect: {
      DisconnectCommand disconnect{.client_id = TakeText(reader),
                                   .prevent_will = (flags & kPreventWill) != 0};
      const bool has_number = (flags & kTakenOver) != 0;
      if (has_number) disconnect.taken_over = reader.Number<uint64_t>();
      if ((flags & ~(kPreventWill | kTakenOver)) != 0 || disconnect.client_id.empty() ||
          has_number != (disconnect.taken_over != 0)) {
        return Malformed();
      }
      return disconnect;
    }
    case CommandKind::kRetained: {
      RetainedCommand retained{.topic = {}, .after = {}, .most = reader.Number<uint16_t>()};
      retained.topic = TakeText(reader);
      retained.after = TakeText(reader);
      if (flags != 0 || retained.most == 0) return Malformed();
      return retained;
    }
    case CommandKind::kFaults:
      if (flags > static_cast<uint8_t>(FaultsCommand::Verb::kRecord)) return Malformed();
      return FaultsCommand{.verb = static_cast<FaultsCommand::Verb>(flags),
                           .text = reader.Bytes(reader.Number<uint32_t>())};
    case CommandKind::kObserve: {
      ObserveCommand observe{.on = flags == kOn};
      observe.thing = TakeText(reader);
      observe.client = TakeText(reader);
      if (flags > kOn || (observe.thing.empty() && observe.client.empty())) return Malformed();
      return observe;
    }
    case CommandKind::kRegistry:
      return TakeRegistry(flags, reader);
  }
  return Malformed();
}

}  // namespace

std::string RegistryFault(const RegistryCommand& command) {
  if (command.reload) return command.changes.empty() ? "" : "changes beside the whole folder";
  if (command.changes.empty()) return "it changes nothing";
  if (command.changes.size() > kRegistryChangesMax) {
    return absl::StrCat(command.changes.size(), " changes; at most ", kRegistryChangesMax,
                        " are allowed");
  }
  size_t bytes = 0;
  for (const RegistryCommand::Change& change : command.changes) {
    if (change.name.empty()) return "an entry has no name";
    if (change.name.size() > kRegistryNameBytesMax) {
      return absl::StrCat("a name of ", change.name.size(), " bytes; at most ",
                          kRegistryNameBytesMax, " are allowed");
    }
    const size_t text_bytes = change.text ? change.text->size() : 0;
    if (text_bytes > kRegistryTextBytesMax) {
      return absl::StrCat("a text of ", text_bytes, " bytes; at most ", kRegistryTextBytesMax,
                          " are allowed");
    }
    bytes += change.name.size() + text_bytes;
  }
  if (bytes <= kRegistryBytesMax) return "";
  return absl::StrCat(bytes, " bytes of names and texts; at most ", kRegistryBytesMax,
                      " are allowed");
}

std::string EncodeCommand(const Command& command) {
  std::string bytes = EnvelopeHead(EnvelopeType::kCommand, 0);
  PutNumber(command.id, bytes);
  std::visit([&](const auto& what) { Put(what, bytes); }, command.what);
  return bytes;
}

std::string EncodeCommandReply(const CommandReply& reply) {
  std::string bytes = EnvelopeHead(EnvelopeType::kCommandReply, 0);
  PutNumber(reply.id, bytes);
  PutNumber(static_cast<uint8_t>(reply.result), bytes);
  PutNumber(static_cast<uint16_t>(reply.retained.size()), bytes);
  for (const RetainedMessage& message : reply.retained) Put(message, bytes);
  PutLong(reply.text, bytes);
  return bytes;
}

bool IsCommand(absl::string_view bytes) { return IsOfType(bytes, EnvelopeType::kCommand); }
bool IsCommandReply(absl::string_view bytes) {
  return IsOfType(bytes, EnvelopeType::kCommandReply);
}

absl::StatusOr<Command> DecodeCommand(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  const auto id = reader.Number<uint64_t>();
  auto what = TakeWhat(reader);
  if (!what.ok()) return what.status();
  if (header->type != EnvelopeType::kCommand || header->count != 0 || header->epoch != 0 ||
      id == 0 || !reader.ok() || reader.left() != 0) {
    return Malformed();
  }
  return Command{.id = id, .what = *std::move(what)};
}

absl::StatusOr<CommandReply> DecodeCommandReply(absl::string_view bytes) {
  EnvelopeReader reader(bytes);
  const auto header = TakeHeader(reader);
  if (!header.ok()) return header.status();
  CommandReply reply{.id = reader.Number<uint64_t>(), .result = {}};
  const auto result = reader.Number<uint8_t>();
  const auto messages = reader.Number<uint16_t>();
  for (uint16_t i = 0; i < messages && reader.ok(); ++i) {
    reply.retained.push_back(TakeRetained(reader));
  }
  reply.text = reader.Bytes(reader.Number<uint32_t>());
  if (header->type != EnvelopeType::kCommandReply || header->count != 0 || header->epoch != 0 ||
      reply.id == 0 || result > static_cast<uint8_t>(CommandResult::kNoSuchPlan) || !reader.ok() ||
      reader.left() != 0) {
    return Malformed();
  }
  reply.result = static_cast<CommandResult>(result);
  return reply;
}

}  // namespace proto
