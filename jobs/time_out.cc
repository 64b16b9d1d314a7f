// TimeOut of jobs.h: the deadlines of executions (J8), and jobs that go on.
#include "jobs/jobs.h"
#include "jobs/queue.h"
#include "jobs/steps.h"

namespace jobs {

void TimeOut(const desk::Timer& timer, desk::Desk& desk) {
  if (timer.kind == desk::TimerKind::kRollout) {
    Step(timer.subject, desk);
    return;
  }
  const auto id = ParseExecutionEnd(timer.subject);
  if (!id) return;
  Queue queue(id->thing, desk);
  const auto before = queue.Find(id->job, id->number);
  if (!before || before->deadline() == 0 || before->deadline() > desk.now()) return;
  Execution after = *before;
  after.status = ExecutionStatus::kTimedOut;
  queue.Change(*before, std::move(after));
  queue.Tell();
}

}  // namespace jobs
