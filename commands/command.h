// A command: a payload that is kept under a name, to be sent to devices (contract K, section 3).
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/entry.h"

namespace commands {

inline constexpr size_t kPayloadBytesMax = 32 * 1024;  // K11
inline constexpr size_t kTagsMax = 50;

// Times are epoch seconds; 0: never.
struct Command {
  std::string id{};  // of its key
  std::string display_name{};
  std::string description{};
  std::string content_type{};  // empty: none is said
  std::string payload{};       // sent byte for byte, or the template of what is sent
  // AWS's list of them as JSON (parameters.h), if the payload is a template; else empty.
  std::string parameters{};
  policy::Tags tags{};
  int64_t created = 0;
  int64_t updated = 0;
  int64_t last_used = 0;  // when an execution was last started
  int64_t gone_at = 0;    // it is being deleted, and then it goes
  bool deprecated = false;

  bool pending_deletion() const { return gone_at != 0; }
  bool is_template() const { return !parameters.empty(); }

  friend bool operator==(const Command&, const Command&) = default;
};

// The value of its key (docs/storage-format.md).
std::string EncodeCommand(const Command& command);

// DataLoss names what is wrong with bytes that EncodeCommand cannot have made; a newer format is
// FailedPrecondition.
absl::StatusOr<Command> DecodeCommand(absl::string_view id, absl::string_view bytes);

}  // namespace commands
