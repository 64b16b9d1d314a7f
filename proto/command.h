// What the service has the plugin do that is no answer to a request: publish a message, cut a
// client's connection, tell what is retained, observe, go by a changed registry.
// docs/link-format.md has the bytes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace proto {

// A message to everybody who is subscribed. Empty texts and nothing: it does not have the property.
struct PublishCommand {
  absl::string_view topic;
  bool at_least_once = false;  // QoS 1
  bool retain = false;
  absl::string_view payload{};
  absl::string_view content_type{};
  absl::string_view response_topic{};
  absl::string_view correlation_data{};
  uint32_t expiry_seconds = 0;  // 0: none
  std::optional<bool> payload_is_utf8{};
  std::vector<std::pair<absl::string_view, absl::string_view>> user_properties{};
  // Who publishes, should the message be a shadow request. Nobody is handed these.
  absl::string_view principal{};
  absl::string_view address{};
  // Shadowd's own, which alone may go below $aws/events/ and where only the service publishes
  // (proto/device_topic.h), and goes nowhere else.
  bool is_own = false;

  friend bool operator==(const PublishCommand&, const PublishCommand&) = default;
};

struct DisconnectCommand {
  absl::string_view client_id;
  bool prevent_will = false;  // it is not sent
  // The number of the connection (proto/arrivals.h) that one at another broker has taken over: that
  // one and no other. 0: whichever stands, because somebody wants it gone.
  uint64_t taken_over = 0;

  friend bool operator==(const DisconnectCommand&, const DisconnectCommand&) = default;
};

// Tell what the broker shows for the subscription that follows on the same session: to `topic`, or,
// if that is empty, to `#`.
struct RetainedCommand {
  absl::string_view topic;
  absl::string_view after{};  // a list begins behind this topic
  uint16_t most = 1;          // messages to tell of, in the order of their topics; never 0

  friend bool operator==(const RetainedCommand&, const RetainedCommand&) = default;
};

// The fault plans in force (docs/faults.md).
struct FaultsCommand {
  enum class Verb : uint8_t { kStart = 0, kStop = 1, kList = 2, kRecord = 3 };

  Verb verb = Verb::kList;
  absl::string_view text{};  // start: a plan; stop and record: its name; stop: empty, all

  friend bool operator==(const FaultsCommand&, const FaultsCommand&) = default;
};

// Tell what the connections of a client id do, and those that stand for a thing
// (proto/observation.h), or no more. Of thing and client at most one is empty.
struct ObserveCommand {
  absl::string_view thing{};
  absl::string_view client{};
  bool on = true;

  friend bool operator==(const ObserveCommand&, const ObserveCommand&) = default;
};

// Go by these entries of the registry, in this order, or by all that its folder holds now. The
// reply comes when that is in force, and whoever may no longer be connected has been cut.
struct RegistryCommand {
  struct Change {
    uint8_t part = 0;  // policy::PartNumber
    absl::string_view name;
    std::optional<absl::string_view> text{};  // of the entry's file; nothing: it is removed

    friend bool operator==(const Change&, const Change&) = default;
  };

  std::vector<Change> changes{};
  bool reload = false;  // read the folder again; then there are no changes

  friend bool operator==(const RegistryCommand&, const RegistryCommand&) = default;
};

// Of one RegistryCommand. What does not fit is said by `reload`.
inline constexpr size_t kRegistryChangesMax = 1000;
inline constexpr size_t kRegistryNameBytesMax = 255;
inline constexpr size_t kRegistryTextBytesMax = 1u << 20;
inline constexpr size_t kRegistryBytesMax = 2u << 20;  // names and texts together

// Empty: it is within these bounds. Else which one it exceeds, or what of it means nothing.
std::string RegistryFault(const RegistryCommand& command);

using CommandWhat = std::variant<PublishCommand, DisconnectCommand, RetainedCommand, FaultsCommand,
                                 ObserveCommand, RegistryCommand>;

// `id` comes back with the reply; never 0.
struct Command {
  uint64_t id = 0;
  CommandWhat what;
};

struct RetainedMessage {
  absl::string_view topic;
  uint8_t qos = 0;
  uint32_t payload_bytes = 0;
  absl::string_view payload{};  // in a list, and of a payload that is too large, left out

  friend bool operator==(const RetainedMessage&, const RetainedMessage&) = default;
};

// A payload larger than this is not told.
inline constexpr size_t kRetainedPayloadBytesMax = 1u << 20;

enum class CommandResult : uint8_t {
  kDone = 0,
  kForbidden = 1,     // nobody may publish there
  kNoSuchClient = 2,  // no client of that id is connected
  kFaultsOff = 3,     // the plugin's setting says so
  kRefused = 4,       // the text says why
  kNoSuchPlan = 5,    // the text says so
};

struct CommandReply {
  uint64_t id = 0;
  CommandResult result = CommandResult::kDone;
  std::vector<RetainedMessage> retained{};  // that a RetainedCommand asked for
  // Of a FaultsCommand: a list, a record, or a fault. Of an ObserveCommand: the plugin's clock, in
  // decimal microseconds, or a fault. Of a RegistryCommand: how many connections it has ended, in
  // decimal, or the faults, a line each.
  absl::string_view text{};

  friend bool operator==(const CommandReply&, const CommandReply&) = default;
};

// Each envelope holds one. A text longer than its length can say is cut off: check before. A
// RegistryCommand must be within its bounds.
std::string EncodeCommand(const Command& command);
std::string EncodeCommandReply(const CommandReply& reply);

// Whether the bytes claim to be one. Decoding tells.
bool IsCommand(absl::string_view bytes);
bool IsCommandReply(absl::string_view bytes);

// Fails with InvalidArgument, or FailedPrecondition for another link version; of a RegistryCommand
// it names what is wrong. Views of the result point into `bytes`.
absl::StatusOr<Command> DecodeCommand(absl::string_view bytes);
absl::StatusOr<CommandReply> DecodeCommandReply(absl::string_view bytes);

}  // namespace proto
