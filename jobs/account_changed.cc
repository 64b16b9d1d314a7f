// AccountChanged of jobs.h: J14 and J16.
#include <algorithm>
#include <set>

#include "jobs/book.h"
#include "jobs/jobs.h"
#include "jobs/keys.h"
#include "jobs/queue.h"

namespace jobs {
namespace {

using Names = std::set<std::string>;

// The groups that a thing is in, and those above them.
Names GroupsOf(const policy::Thing& thing, const policy::Registry& registry) {
  Names names;
  for (const policy::Reference& direct : thing.groups) {
    for (const policy::ThingGroup* const group : policy::GroupsUpFrom(registry, direct.name)) {
      names.insert(group->name);
    }
  }
  return names;
}

void AddJobsUnder(const std::string& prefix, Names& jobs, desk::Desk& desk) {
  desk.draft.Scan(prefix, "", [&](absl::string_view key, absl::string_view) {
    jobs.emplace(JobAtEnd(key));
    return true;
  });
}

bool IsTarget(const Job& job, const std::string& thing, const Names& groups) {
  return std::any_of(job.targets.begin(), job.targets.end(), [&](const Target& target) {
    return target.is_group ? groups.count(target.name) != 0 : target.name == thing;
  });
}

// Whether the thing has been given this very job, not one that was called so before.
bool IsGiven(const Job& job, const std::string& thing, desk::Desk& desk) {
  const auto bytes = desk.draft.Get(GivenKey(thing, job.id));
  return bytes && Sound(DecodeNumber(*bytes), desk) == job.sequence;
}

void RemoveIfPending(const std::optional<Execution>& before, Queue& queue) {
  if (!before || !before->pending()) return;
  Execution after = *before;
  after.status = ExecutionStatus::kRemoved;
  queue.Change(*before, std::move(after));
}

void Give(const Job& job, Queue& queue) {
  const auto newest = queue.Find(job.id);
  if (!newest || !newest->pending()) queue.Add(job);
}

void Regroup(const policy::Thing& thing, desk::Desk& desk) {
  const Names groups = GroupsOf(thing, desk.account.registry());
  Names jobs;
  for (const std::string& group : groups) AddJobsUnder(JobsOfGroup(group), jobs, desk);
  AddJobsUnder(GivenToThing(thing.name), jobs, desk);
  if (jobs.empty()) return;
  Queue queue(thing.name, desk);
  for (const std::string& id : jobs) {
    const auto job = FindJob(id, desk);
    const bool goes_on = job && job->continuous && job->status == JobStatus::kInProgress;
    const bool is_target = job && IsTarget(*job, thing.name, groups);
    if (goes_on && is_target && !IsGiven(*job, thing.name, desk)) Give(*job, queue);
    if (is_target) continue;
    if (goes_on) RemoveIfPending(queue.Find(id), queue);
    desk.draft.Erase(GivenKey(thing.name, id));
  }
  queue.Tell();
}

void ForgetThing(const std::string& thing, desk::Desk& desk) {
  Names jobs;
  AddJobsUnder(GivenToThing(thing), jobs, desk);
  for (const std::string& id : jobs) desk.draft.Erase(GivenKey(thing, id));
  Queue queue(thing, desk);
  for (const Execution& execution : queue.Pending(SIZE_MAX)) RemoveIfPending(execution, queue);
  queue.Tell();
}

}  // namespace

void AccountChanged(absl::Span<const policy::EntryChange> changes, desk::Desk& desk) {
  for (const policy::EntryChange& change : changes) {
    if (change.part != policy::RegistryPart::kThings) continue;
    const policy::Thing* const thing = desk.account.registry().FindThing(change.name);
    if (thing == nullptr) {
      ForgetThing(change.name, desk);
    } else {
      Regroup(*thing, desk);
    }
  }
}

}  // namespace jobs
