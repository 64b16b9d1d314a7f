// Under which keys jobs and their executions lie in the store (docs/storage-format.md). All begin
// with 'J' and a letter; texts within a key end with a zero byte where more follows, numbers are
// eight bytes, the highest first.
//
//   Jj JOB                              a job (job.h)
//   Jd JOB                              its document
//   Jc JOB                              how many things it has in each status
//   Jw JOB                              what of it goes on in steps (work.h)
//   Jo SEQUENCE                         the newest job first, as SEQUENCE is told as its complement
//   Js                                  the sequence number of the next job
//   Jg GROUP 0 JOB                      the jobs that have a group as a target
//   Je THING 0 JOB 0 NUMBER             an execution (execution.h), the newest number first
//   Jx JOB 0 THING 0 NUMBER             the same executions by their jobs
//   Jp THING 0 STATUS QUEUED SEQUENCE   the pending ones of a thing in their order (J6, J10)
//   Jm THING 0 JOB                      the continuous jobs that a thing has been given (J14)
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "jobs/status.h"

namespace jobs {

inline constexpr absl::string_view kJobPrefix = "Jj";
inline constexpr absl::string_view kDocumentPrefix = "Jd";
inline constexpr absl::string_view kCountsPrefix = "Jc";
inline constexpr absl::string_view kWorkPrefix = "Jw";
inline constexpr absl::string_view kOrderPrefix = "Jo";
inline constexpr absl::string_view kSequenceKey = "Js";
inline constexpr absl::string_view kGroupPrefix = "Jg";
inline constexpr absl::string_view kExecutionPrefix = "Je";
inline constexpr absl::string_view kOfJobPrefix = "Jx";
inline constexpr absl::string_view kPendingPrefix = "Jp";
inline constexpr absl::string_view kGivenPrefix = "Jm";

// [a-zA-Z0-9_-], 1 to 64.
bool IsJobId(absl::string_view text);

// Which execution: a thing's of a job. Numbers begin with 1 (J4).
struct ExecutionId {
  std::string thing;
  std::string job;
  uint64_t number = 0;

  friend bool operator==(const ExecutionId&, const ExecutionId&) = default;
};

std::string JobKey(absl::string_view job);
std::string DocumentKey(absl::string_view job);
std::string CountsKey(absl::string_view job);
std::string WorkKey(absl::string_view job);
std::string OrderKey(uint64_t sequence);
std::string GroupKey(absl::string_view group, absl::string_view job);

// What stands behind the prefix is also the subject of an execution's timer.
std::string ExecutionKey(const ExecutionId& id);
std::string OfJobKey(const ExecutionId& id);
// `status` is a pending one: those in progress come first.
std::string PendingKey(absl::string_view thing, ExecutionStatus status, int64_t queued,
                       uint64_t sequence);
std::string GivenKey(absl::string_view thing, absl::string_view job);

// What the keys of one thing, one job or one group begin with.
std::string ExecutionsOfThing(absl::string_view thing);
std::string ExecutionsOfThingAndJob(absl::string_view thing, absl::string_view job);
std::string ExecutionsOfJob(absl::string_view job);
std::string PendingOfThing(absl::string_view thing);
std::string JobsOfGroup(absl::string_view group);
std::string GivenToThing(absl::string_view thing);

// Of what stands behind the prefix. Nothing: it is none.
std::optional<ExecutionId> ParseExecutionEnd(absl::string_view end);
std::optional<ExecutionId> ParseOfJobEnd(absl::string_view end);
// The job at the end of a GroupKey or GivenKey.
absl::string_view JobAtEnd(absl::string_view key);

}  // namespace jobs
