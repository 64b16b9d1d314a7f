// An execution: a command that was sent to one device, what has become of it, and what may still
// become of it (K5 to K7).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace commands {

inline constexpr int64_t kTimeoutSecondsDefault = 10;        // K12
inline constexpr int64_t kTimeoutSecondsMax = 12 * 3600;     // K12
inline constexpr int64_t kTimeToLiveSeconds = 180 * 86'400;  // K13: six months
inline constexpr int64_t kTokenSeconds = 600;                // K12: "within minutes"
inline constexpr size_t kResultsMax = 100;                   // members of a result
inline constexpr absl::string_view kNoResponse = "$NO_RESPONSE_FROM_DEVICE";  // K6

// The letters are stored.
enum class Status : char {
  kCreated = 'c',
  kInProgress = 'i',
  kSucceeded = 's',
  kFailed = 'f',
  kRejected = 'r',
  kTimedOut = 't',
};

absl::string_view StatusWord(Status status);  // "IN_PROGRESS"
std::optional<Status> StatusOf(absl::string_view word);

struct StatusReason {
  std::string code{};  // empty: there is no reason
  std::string description{};

  friend bool operator==(const StatusReason&, const StatusReason&) = default;
};

struct ResultValue {
  // The letters are stored.
  enum class Kind : char { kText = 's', kFalse = 'f', kTrue = 't', kBytes = 'b' };
  Kind kind = Kind::kText;
  std::string bytes{};  // the text, or the bytes as they are; none of true and false

  friend bool operator==(const ResultValue&, const ResultValue&) = default;
};
using Result = std::map<std::string, ResultValue, std::less<>>;

// Whom a command is for.
struct Target {
  bool is_client = false;  // a client id, not a thing
  std::string name{};

  friend bool operator==(const Target&, const Target&) = default;
};

// What a device says of an execution.
struct Update {
  Status status = Status::kInProgress;
  StatusReason reason{};
  Result result{};
};

// Times are epoch seconds; 0: not, or not any more.
struct Execution {
  std::string id{};  // of its key
  std::string command{};
  Target target{};
  std::string token{};  // the clientToken that it was started with; empty: none
  // The parameters that it was started with, as JSON; empty: none.
  std::string parameters{};
  int64_t timeout_s = kTimeoutSecondsDefault;
  Status status = Status::kCreated;
  bool by_service = false;  // it is the service that found it timed out
  StatusReason reason{};
  Result result{};
  int64_t created = 0;  // and sent, at once
  int64_t updated = 0;
  int64_t completed = 0;
  int64_t deadline = 0;  // until when the device must have ended it; 0: that is over

  bool is_terminal() const { return status != Status::kCreated && status != Status::kInProgress; }
  // Nothing that a device says changes it any more: the service's TIMED_OUT is none of these (K6).
  bool is_final() const { return is_terminal() && !by_service; }
  int64_t time_to_live() const { return created + kTimeToLiveSeconds; }

  friend bool operator==(const Execution&, const Execution&) = default;
};

// What a device says takes the place of all that was said before (K5): of status, reason and
// result. False: it is final (K7), and stays as it is.
bool Apply(const Update& update, int64_t now, Execution& execution);

// It is TIMED_OUT if it has reached its deadline unended. False: it is as before.
bool FindTimedOut(int64_t now, Execution& execution);

// When the next thing happens to it by itself: its deadline, the end of its token, its own end.
// Always later than `now` but for an end that has passed.
int64_t NextDue(int64_t now, const Execution& execution);

// The value of its key (docs/storage-format.md).
std::string EncodeExecution(const Execution& execution);

// Errors as DecodeCommand.
absl::StatusOr<Execution> DecodeExecution(absl::string_view id, absl::string_view bytes);

}  // namespace commands
