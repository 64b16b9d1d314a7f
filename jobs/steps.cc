#include "jobs/steps.h"

#include <utility>
#include <vector>

#include "control/fleet/group_tree.h"
#include "desk/timers.h"
#include "jobs/book.h"
#include "jobs/events.h"
#include "jobs/keys.h"
#include "jobs/queue.h"

namespace jobs {
namespace {

// One that has had the job is passed over: it may be in more than one of the targets.
void AddIfNew(const Job& job, const std::string& thing, desk::Desk& desk) {
  if (desk.account.registry().FindThing(thing) == nullptr) return;
  Queue queue(thing, desk);
  if (queue.Find(job.id)) return;
  queue.Add(job);
  queue.Tell();
}

// True: there are no more behind the work's place.
bool RollOutGroup(const Job& job, const std::string& target, size_t& left, Work& work,
                  desk::Desk& desk) {
  for (const std::string& group : control::WithGroupsBelow(desk.account, target)) {
    if (group < work.group) continue;
    if (group != work.group) {
      work.group = group;
      work.thing.clear();
    }
    const control::Account::Names& things = desk.account.ThingsInGroup(group);
    for (auto thing = things.upper_bound(work.thing); thing != things.end(); ++thing) {
      if (left == 0) return false;
      --left;
      AddIfNew(job, *thing, desk);
      work.thing = *thing;
    }
  }
  return true;
}

bool RollOut(const Job& job, Work& work, desk::Desk& desk) {
  size_t left = kStepMax;
  for (; work.target < job.targets.size(); ++work.target) {
    const Target& target = job.targets[work.target];
    if (target.is_group) {
      if (!RollOutGroup(job, target.name, left, work, desk)) return false;
      work.group.clear();
      work.thing.clear();
    } else {
      if (left == 0) return false;
      --left;
      AddIfNew(job, target.name, desk);
    }
  }
  return true;
}

using Statuses = std::vector<std::pair<std::string, ExecutionStatus>>;

// Of a job's executions behind `after`, the ends of their keys and how they stand.
Statuses ReadStatuses(absl::string_view job, absl::string_view after, size_t most,
                      desk::Desk& desk) {
  const std::string prefix = ExecutionsOfJob(job);
  Statuses statuses;
  desk.draft.Scan(prefix, after.empty() ? "" : prefix + std::string(after),
                  [&](absl::string_view key, absl::string_view value) {
                    if (const auto status = Sound(DecodeStatus(value), desk)) {
                      statuses.emplace_back(key.substr(prefix.size()), *status);
                    }
                    return statuses.size() < most;
                  });
  return statuses;
}

std::optional<ExecutionId> IdAt(absl::string_view job, absl::string_view end) {
  const std::string key = ExecutionsOfJob(job).append(end.data(), end.size());
  return ParseOfJobEnd(absl::string_view(key).substr(kOfJobPrefix.size()));
}

void CancelOne(const ExecutionId& id, bool force, desk::Desk& desk) {
  Queue queue(id.thing, desk);
  const auto before = queue.Find(id.job, id.number);
  if (!before) return;
  Execution after = *before;
  after.status = ExecutionStatus::kCanceled;
  after.force_canceled = force;
  queue.Change(*before, std::move(after));
  queue.Tell();
}

bool Cancel(const Job& job, Work& work, desk::Desk& desk) {
  const Statuses statuses = ReadStatuses(job.id, work.thing, kLooksMax, desk);
  size_t left = kStepMax;
  for (const auto& [end, status] : statuses) {
    const bool ends = status == ExecutionStatus::kQueued ||
                      (work.force && status == ExecutionStatus::kInProgress);
    if (ends && left == 0) return false;
    const auto id = ends ? IdAt(job.id, end) : std::nullopt;
    if (id) {
      CancelOne(*id, work.force, desk);
      --left;
    }
    work.thing = end;
  }
  if (statuses.size() == kLooksMax) return false;
  TellJobEvent(job, "canceled", desk);
  return true;
}

bool Delete(const Job& job, desk::Desk& desk) {
  const Statuses statuses = ReadStatuses(job.id, "", kStepMax, desk);
  for (const auto& [end, status] : statuses) {
    const auto id = IdAt(job.id, end);
    if (!id) continue;
    Queue queue(id->thing, desk);
    if (const auto execution = queue.Find(id->job, id->number)) queue.Erase(*execution);
    queue.Tell();
  }
  if (statuses.size() == kStepMax) return false;
  for (const Target& target : job.targets) {
    if (target.is_group) desk.draft.Erase(GroupKey(target.name, job.id));
  }
  for (const std::string& key :
       {JobKey(job.id), DocumentKey(job.id), CountsKey(job.id), OrderKey(job.sequence)}) {
    desk.draft.Erase(key);
  }
  TellJobEvent(job, "deleted", desk);
  return true;
}

bool StepOf(const Job& job, Work& work, desk::Desk& desk) {
  switch (work.kind) {
    case Work::Kind::kRollout:
      return RollOut(job, work, desk);
    case Work::Kind::kCancel:
      return Cancel(job, work, desk);
    case Work::Kind::kDelete:
      break;
  }
  return Delete(job, desk);
}

}  // namespace

void Begin(absl::string_view job, const Work& work, desk::Desk& desk) {
  desk.draft.Put(WorkKey(job), EncodeWork(work));
  Step(job, desk);
}

void Step(absl::string_view id, desk::Desk& desk) {
  const auto job = FindJob(id, desk);
  auto work = WorkOf(id, desk);
  if (!job || !work) return;
  if (StepOf(*job, *work, desk)) {
    desk.draft.Erase(WorkKey(id));
    if (work->kind == Work::Kind::kRollout) CompleteIfDone(id, desk);
    return;
  }
  desk.draft.Put(WorkKey(id), EncodeWork(*work));
  desk::SetTimer({.due = desk.now(), .kind = desk::TimerKind::kRollout, .subject = std::string(id)},
                 desk.draft);
}

}  // namespace jobs
