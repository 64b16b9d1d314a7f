#include "jobs/job.h"

#include "storage/stored_format.h"

namespace jobs {
namespace {

constexpr int kJobFormat = 1;
constexpr absl::string_view kWhatJob = "job";
constexpr absl::string_view kWhatCounts = "count of a job's executions";
constexpr absl::string_view kWhatWork = "step of a job";
constexpr absl::string_view kWhatText = "text of a job";
constexpr absl::string_view kWhatNumber = "number of jobs";

std::string Formatted() { return std::string(1, kJobFormat); }

uint64_t Bits(int64_t time) { return static_cast<uint64_t>(time); }

}  // namespace

std::string EncodeJob(const Job& job) {
  std::string out = Formatted();
  for (const uint64_t number :
       {job.sequence, static_cast<uint64_t>(job.status), uint64_t{job.continuous},
        uint64_t{job.force_canceled}, Bits(job.created), Bits(job.updated), Bits(job.completed),
        job.in_progress_minutes, uint64_t{job.targets.size()}}) {
    storage::AppendVarint(number, out);
  }
  for (const Target& target : job.targets) {
    storage::AppendVarint(target.is_group ? 1 : 0, out);
    AppendText(target.name, out);
  }
  for (const std::string* const text :
       {&job.description, &job.reason_code, &job.comment, &job.namespace_id, &job.presigned_urls,
        &job.rollout, &job.abort, &job.retry}) {
    AppendText(*text, out);
  }
  AppendTexts(job.tags, out);
  return out;
}

absl::StatusOr<Job> DecodeJob(absl::string_view id, absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatJob, kJobFormat); !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  Job job{.id = std::string(id)};
  job.sequence = fields.Number();
  job.status = static_cast<JobStatus>(fields.Number(kJobStatuses - 1));
  job.continuous = fields.Flag();
  job.force_canceled = fields.Flag();
  job.created = fields.Time();
  job.updated = fields.Time();
  job.completed = fields.Time();
  job.in_progress_minutes = fields.Number();
  for (uint64_t left = fields.Number(); fields.ok() && left > 0; --left) {
    const bool is_group = fields.Flag();
    job.targets.push_back({.is_group = is_group, .name = fields.Text()});
  }
  for (std::string* const text :
       {&job.description, &job.reason_code, &job.comment, &job.namespace_id, &job.presigned_urls,
        &job.rollout, &job.abort, &job.retry}) {
    *text = fields.Text();
  }
  job.tags = fields.Texts();
  if (!fields.Done()) return storage::Damaged(kWhatJob, storage::kCutOff);
  return job;
}

std::string EncodeCounts(const Counts& counts) {
  std::string out = Formatted();
  for (const uint64_t count : counts) storage::AppendVarint(count, out);
  return out;
}

absl::StatusOr<Counts> DecodeCounts(absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatCounts, kJobFormat); !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  Counts counts{};
  for (uint64_t& count : counts) count = fields.Number();
  if (!fields.Done()) return storage::Damaged(kWhatCounts, storage::kCutOff);
  return counts;
}

std::string EncodeWork(const Work& work) {
  std::string out = Formatted();
  storage::AppendVarint(static_cast<uint64_t>(work.kind), out);
  storage::AppendVarint(work.force ? 1 : 0, out);
  storage::AppendVarint(work.target, out);
  AppendText(work.group, out);
  AppendText(work.thing, out);
  return out;
}

absl::StatusOr<Work> DecodeWork(absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatWork, kJobFormat); !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  Work work;
  work.kind = static_cast<Work::Kind>(fields.Number(static_cast<uint64_t>(Work::Kind::kDelete)));
  work.force = fields.Flag();
  work.target = fields.Number();
  work.group = fields.Text();
  work.thing = fields.Text();
  if (!fields.Done()) return storage::Damaged(kWhatWork, storage::kCutOff);
  return work;
}

std::string EncodeText(absl::string_view text) {
  return Formatted().append(text.data(), text.size());
}

absl::StatusOr<std::string> DecodeText(absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatText, kJobFormat); !format.ok()) {
    return format.status();
  }
  return std::string(bytes.substr(1));
}

std::string EncodeNumber(uint64_t number) {
  std::string out = Formatted();
  storage::AppendVarint(number, out);
  return out;
}

absl::StatusOr<uint64_t> DecodeNumber(absl::string_view bytes) {
  storage::ByteReader reader(bytes);
  if (const auto format = storage::ReadFormat(reader, kWhatNumber, kJobFormat); !format.ok()) {
    return format.status();
  }
  Fields fields(reader);
  const uint64_t number = fields.Number();
  if (!fields.Done()) return storage::Damaged(kWhatNumber, storage::kCutOff);
  return number;
}

}  // namespace jobs
