#include "jobs/queue.h"

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "desk/timers.h"
#include "jobs/book.h"
#include "jobs/events.h"
#include "jobs/tell.h"

namespace jobs {
namespace {

constexpr int64_t kMinute = 60;

desk::Timer TimerOf(const Execution& execution) {
  return {.due = execution.deadline(),
          .kind = desk::TimerKind::kJobExecution,
          .subject = ExecutionKey(execution.id).substr(kExecutionPrefix.size())};
}

}  // namespace

Queue::Queue(absl::string_view thing, desk::Desk& desk)
    : thing_(thing), desk_(desk), next_before_(NextId()) {}

std::optional<Execution> Queue::Find(absl::string_view job, std::optional<uint64_t> number) {
  const std::string prefix = ExecutionsOfThingAndJob(thing_, job);
  std::optional<ExecutionId> id;
  std::optional<std::string> bytes;
  if (number) {
    id = ExecutionId{.thing = thing_, .job = std::string(job), .number = *number};
    bytes = desk_.draft.Get(ExecutionKey(*id));
  } else {
    desk_.draft.Scan(prefix, "", [&](absl::string_view key, absl::string_view value) {
      id = ParseExecutionEnd(key.substr(kExecutionPrefix.size()));
      bytes = std::string(value);
      return false;
    });
  }
  if (!id || !bytes) return std::nullopt;
  return Sound(DecodeExecution(*id, *bytes), desk_);
}

std::vector<ExecutionId> Queue::PendingIds(size_t most) {
  std::vector<ExecutionId> ids;
  const auto take = [&](absl::string_view, absl::string_view value) {
    if (auto id = Sound(DecodePending(thing_, value), desk_)) ids.push_back(*std::move(id));
    return ids.size() < most;
  };
  desk_.draft.Scan(PendingOfThing(thing_), "", take);
  return ids;
}

std::optional<ExecutionId> Queue::NextId() {
  std::vector<ExecutionId> ids = PendingIds(1);
  if (ids.empty()) return std::nullopt;
  return std::move(ids.front());
}

std::optional<Execution> Queue::Next() {
  const auto id = NextId();
  return id ? Find(id->job, id->number) : std::nullopt;
}

std::vector<Execution> Queue::Pending(size_t most) {
  std::vector<Execution> pending;
  for (const ExecutionId& id : PendingIds(most)) {
    if (auto execution = Find(id.job, id.number)) pending.push_back(*std::move(execution));
  }
  return pending;
}

void Queue::Add(const Job& job, uint64_t retries) {
  const auto newest = Find(job.id);
  const Execution execution{
      .id = {.thing = thing_, .job = job.id, .number = newest ? newest->id.number + 1 : 1},
      .sequence = job.sequence,
      .queued = desk_.now(),
      .updated = desk_.now(),
      .retries = retries};
  Move(nullptr, &execution);
  if (job.continuous) desk_.draft.Put(GivenKey(thing_, job.id), EncodeNumber(job.sequence));
  Count(job.id, newest ? std::optional(newest->status) : std::nullopt, execution.status, desk_);
}

Execution Queue::Change(const Execution& before, Execution after) {
  after.version = before.version + 1;
  after.updated = desk_.now();
  const bool starts =
      before.status == ExecutionStatus::kQueued && after.status == ExecutionStatus::kInProgress;
  const auto job = starts || !after.pending() ? FindJob(after.id.job, desk_) : std::nullopt;
  if (starts) {
    after.started = desk_.now();
    if (job && job->in_progress_minutes > 0) {
      const auto seconds = static_cast<int64_t>(job->in_progress_minutes) * kMinute;
      after.progress_deadline = after.started + seconds;
    }
  }
  Move(&before, &after);
  Count(after.id.job, before.status, after.status, desk_);
  if (after.pending()) return after;
  TellExecutionEvent(after, absl::AsciiStrToLower(StatusName(after.status)), desk_);
  if (job && job->status == JobStatus::kInProgress &&
      after.retries < RetriesAfter(after.status, *job)) {
    Add(*job, after.retries + 1);
  }
  CompleteIfDone(after.id.job, desk_);
  return after;
}

void Queue::Erase(const Execution& execution) {
  const auto newest = Find(execution.id.job);
  Move(&execution, nullptr);
  TellExecutionEvent(execution, "deleted", desk_);
  if (!newest || newest->id != execution.id) return;
  const auto older = Find(execution.id.job);
  Count(execution.id.job, execution.status, older ? std::optional(older->status) : std::nullopt,
        desk_);
  CompleteIfDone(execution.id.job, desk_);
}

void Queue::Move(const Execution* before, const Execution* after) {
  const bool was_pending = before != nullptr && before->pending();
  const bool is_pending = after != nullptr && after->pending();
  if (was_pending) {
    desk_.draft.Erase(PendingKey(thing_, before->status, before->queued, before->sequence));
    if (before->deadline() != 0) desk::ClearTimer(TimerOf(*before), desk_.draft);
  }
  if (is_pending) {
    desk_.draft.Put(PendingKey(thing_, after->status, after->queued, after->sequence),
                    EncodePending(after->id));
    if (after->deadline() != 0) desk::SetTimer(TimerOf(*after), desk_.draft);
  }
  changed_ = changed_ || was_pending != is_pending;
  if (after != nullptr) {
    desk_.draft.Put(ExecutionKey(after->id), EncodeExecution(*after));
    desk_.draft.Put(OfJobKey(after->id), EncodeStatus(after->status));
  } else {
    desk_.draft.Erase(ExecutionKey(before->id));
    desk_.draft.Erase(OfJobKey(before->id));
  }
}

void Queue::Tell() {
  const std::string topic = absl::StrCat("$aws/things/", thing_, "/jobs/");
  if (changed_) {
    desk_.messages.push_back(
        {.topic = topic + "notify", .payload = TellPending(Pending(kNoticeMax), desk_.now())});
  }
  const auto next = Next();
  if ((next ? std::optional(next->id) : std::nullopt) == next_before_) return;
  const std::string document = next ? DocumentOf(next->id.job, desk_) : "";
  desk_.messages.push_back({.topic = topic + "notify-next",
                            .payload = TellNext(next ? &*next : nullptr, document, desk_.now())});
}

}  // namespace jobs
