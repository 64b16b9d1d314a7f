// The executions of one thing. What an operation changes of them goes through one queue, which
// keeps all that is known of them together: the order of those that are pending, deadlines, what
// the job counts, retries, and what its device is told.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "desk/desk.h"
#include "jobs/execution.h"
#include "jobs/job.h"

namespace jobs {

// How many pending executions a notice tells of (J10), and an answer.
inline constexpr size_t kNoticeMax = 10;
inline constexpr size_t kPendingToldMax = 250;

class Queue {
 public:
  // One at a time of each thing; `desk` outlives it.
  Queue(absl::string_view thing, desk::Desk& desk);
  Queue(const Queue&) = delete;
  Queue& operator=(const Queue&) = delete;

  // Nothing: there is none. Without a number the newest.
  std::optional<Execution> Find(absl::string_view job, std::optional<uint64_t> number = {});
  // The oldest that is in progress, else the oldest that is queued (J6).
  std::optional<Execution> Next();
  // In that order.
  std::vector<Execution> Pending(size_t most);

  // A new one is queued, with the next number. The newest of the job must not be pending.
  void Add(const Job& job, uint64_t retries = 0);
  // A pending one becomes `after`, with the next version, which is given. What begins or ends with
  // that begins or ends: the job's timeout (J8), a retry, the job.
  Execution Change(const Execution& before, Execution after);
  void Erase(const Execution& execution);

  // What the device is to be told of all this (J10 to J12). Call it last.
  void Tell();

 private:
  std::vector<ExecutionId> PendingIds(size_t most);
  std::optional<ExecutionId> NextId();
  // The one thing that writes: nothing for one that is not there.
  void Move(const Execution* before, const Execution* after);

  const std::string thing_;
  desk::Desk& desk_;
  const std::optional<ExecutionId> next_before_;
  bool changed_ = false;  // which are pending
};

}  // namespace jobs
