// A job, and what is kept beside it: how its things stand, and what of it goes on in steps.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "jobs/fields.h"
#include "jobs/status.h"

namespace jobs {

struct Target {
  bool is_group = false;
  std::string name;

  friend bool operator==(const Target&, const Target&) = default;
};

// Times are epoch seconds; 0: it has not come to that.
struct Job {
  std::string id{};
  uint64_t sequence = 0;  // jobs that were made later have greater ones
  JobStatus status = JobStatus::kInProgress;
  bool continuous = false;  // CONTINUOUS, else SNAPSHOT (J14)
  bool force_canceled = false;
  int64_t created = 0;
  int64_t updated = 0;
  int64_t completed = 0;
  uint64_t in_progress_minutes = 0;  // J8; 0: no bound
  std::vector<Target> targets{};
  std::string description{};
  std::string reason_code{};
  std::string comment{};
  std::string namespace_id{};
  // Members that are told as they were given: JSON texts; empty: not given.
  std::string presigned_urls{};
  std::string rollout{};
  std::string abort{};
  std::string retry{};
  Texts tags{};

  friend bool operator==(const Job&, const Job&) = default;
};

std::string EncodeJob(const Job& job);
// DataLoss: bytes that EncodeJob cannot have made; FailedPrecondition: of a newer format.
absl::StatusOr<Job> DecodeJob(absl::string_view id, absl::string_view bytes);

// How many of a job's things have their newest execution in each status.
using Counts = std::array<uint64_t, kExecutionStatuses>;

std::string EncodeCounts(const Counts& counts);
absl::StatusOr<Counts> DecodeCounts(absl::string_view bytes);

// What is done with a job's things in steps, and how far it has come.
struct Work {
  // The numbers are stored.
  enum class Kind : uint8_t {
    kRollout,  // executions are made: for the target at `target`; of a group's things for the
               // groups from `group` on, there behind `thing`
    kCancel,   // they are canceled: those behind `thing`, which is the end of an OfJobKey then
    kDelete,   // they are deleted
  };

  Kind kind = Kind::kRollout;
  bool force = false;  // those in progress, too
  uint64_t target = 0;
  std::string group{};
  std::string thing{};

  friend bool operator==(const Work&, const Work&) = default;
};

std::string EncodeWork(const Work& work);
absl::StatusOr<Work> DecodeWork(absl::string_view bytes);

// A text on its own: a job's document, or the job in the order of all.
std::string EncodeText(absl::string_view text);
absl::StatusOr<std::string> DecodeText(absl::string_view bytes);

// A number on its own.
std::string EncodeNumber(uint64_t number);
absl::StatusOr<uint64_t> DecodeNumber(absl::string_view bytes);

}  // namespace jobs
