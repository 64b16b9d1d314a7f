#include "jobs/execution.h"

#include "absl/strings/str_cat.h"
#include "storage/stored_format.h"

namespace jobs {
namespace {

constexpr int kExecutionFormat = 1;
constexpr absl::string_view kWhatExecution = "job execution";
constexpr absl::string_view kWhatPending = "pending job execution";
constexpr absl::string_view kWhatStatus = "status of a job execution";

}  // namespace

std::string EncodeExecution(const Execution& execution) {
  std::string out;
  out.push_back(kExecutionFormat);
  for (const uint64_t number :
       {static_cast<uint64_t>(execution.status), uint64_t{execution.force_canceled},
        execution.sequence, static_cast<uint64_t>(execution.queued),
        static_cast<uint64_t>(execution.started), static_cast<uint64_t>(execution.updated),
        execution.version, static_cast<uint64_t>(execution.step_deadline),
        static_cast<uint64_t>(execution.progress_deadline), execution.retries}) {
    storage::AppendVarint(number, out);
  }
  AppendTexts(execution.details, out);
  return out;
}

absl::StatusOr<Execution> DecodeExecution(const ExecutionId& id, absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatExecution, kExecutionFormat);
      !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  Execution execution{.id = id};
  execution.status = static_cast<ExecutionStatus>(fields.Number(kExecutionStatuses - 1));
  execution.force_canceled = fields.Flag();
  execution.sequence = fields.Number();
  execution.queued = fields.Time();
  execution.started = fields.Time();
  execution.updated = fields.Time();
  execution.version = fields.Number();
  execution.step_deadline = fields.Time();
  execution.progress_deadline = fields.Time();
  execution.retries = fields.Number();
  execution.details = fields.Texts();
  if (!fields.Done()) return storage::Damaged(kWhatExecution, storage::kCutOff);
  if (execution.version == 0) return storage::Damaged(kWhatExecution, "its version is 0");
  return execution;
}

std::string EncodePending(const ExecutionId& id) {
  std::string out;
  out.push_back(kExecutionFormat);
  storage::AppendVarint(id.number, out);
  AppendText(id.job, out);
  return out;
}

absl::StatusOr<ExecutionId> DecodePending(absl::string_view thing, absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatPending, kExecutionFormat);
      !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  ExecutionId id{.thing = std::string(thing), .job = {}};
  id.number = fields.Number();
  id.job = fields.Text();
  if (!fields.Done()) return storage::Damaged(kWhatPending, storage::kCutOff);
  if (id.number == 0 || !IsJobId(id.job)) {
    return storage::Damaged(kWhatPending, "it names no execution");
  }
  return id;
}

std::string EncodeStatus(ExecutionStatus status) {
  return {static_cast<char>(kExecutionFormat), static_cast<char>(status)};
}

absl::StatusOr<ExecutionStatus> DecodeStatus(absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatStatus, kExecutionFormat);
      !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  const auto status = static_cast<ExecutionStatus>(fields.Number(kExecutionStatuses - 1));
  if (!fields.Done()) return storage::Damaged(kWhatStatus, storage::kCutOff);
  return status;
}

}  // namespace jobs
