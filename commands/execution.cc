#include "commands/execution.h"

#include <algorithm>
#include <utility>

namespace commands {
namespace {

constexpr std::pair<Status, absl::string_view> kWords[] = {
    {Status::kCreated, "CREATED"},     {Status::kInProgress, "IN_PROGRESS"},
    {Status::kSucceeded, "SUCCEEDED"}, {Status::kFailed, "FAILED"},
    {Status::kRejected, "REJECTED"},   {Status::kTimedOut, "TIMED_OUT"},
};

}  // namespace

absl::string_view StatusWord(Status status) {
  for (const auto& [one, word] : kWords) {
    if (one == status) return word;
  }
  return "";
}

std::optional<Status> StatusOf(absl::string_view word) {
  for (const auto& [status, one] : kWords) {
    if (one == word) return status;
  }
  return std::nullopt;
}

bool Apply(const Update& update, int64_t now, Execution& execution) {
  if (execution.is_final()) return false;
  execution.status = update.status;
  execution.by_service = false;
  execution.reason = update.reason;
  execution.result = update.result;
  execution.updated = now;
  execution.completed = execution.is_terminal() ? now : 0;
  if (execution.is_terminal()) execution.deadline = 0;
  return true;
}

bool FindTimedOut(int64_t now, Execution& execution) {
  if (execution.is_terminal() || execution.deadline == 0 || now < execution.deadline) return false;
  execution.status = Status::kTimedOut;
  execution.by_service = true;
  execution.reason = {.code = std::string(kNoResponse)};
  execution.result.clear();
  execution.updated = now;
  execution.completed = now;
  execution.deadline = 0;
  return true;
}

int64_t NextDue(int64_t now, const Execution& execution) {
  int64_t next = execution.time_to_live();
  if (execution.deadline > now) next = std::min(next, execution.deadline);
  const int64_t token_end = execution.created + kTokenSeconds;
  if (!execution.token.empty() && token_end > now) next = std::min(next, token_end);
  return next;
}

}  // namespace commands
