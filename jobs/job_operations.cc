// CreateJob, DescribeJob, UpdateJob, GetJobDocument and AssociateTargetsWithJob.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/entries.h"
#include "control/tags.h"
#include "jobs/book.h"
#include "jobs/configs.h"
#include "jobs/keys.h"
#include "jobs/operations.h"
#include "jobs/shapes.h"
#include "jobs/steps.h"
#include "jobs/tell.h"
#include "shadow/json.h"

namespace jobs {
namespace {

using control::Call;
using control::Json;
using control::Members;
using control::Refusal;

constexpr size_t kTargetsMax = 1000;
const control::Shape kTargetArn = {"", nullptr, 0, 2048};

// What changes a job's meaning, and is not done here.
constexpr std::pair<absl::string_view, absl::string_view> kNotOffered[] = {
    {"documentSource", "documentSource is not offered here: give the job's text as document"},
    {"schedulingConfig", "schedulingConfig is not offered here: a job begins when it is created"},
    {"jobTemplateArn", "jobTemplateArn is not offered here: there are no job templates"},
    {"documentParameters", "documentParameters is not offered here: there are no job templates"},
};

std::optional<Refusal> NotOffered(const Members& in) {
  for (const auto& [member, text] : kNotOffered) {
    if (in.Has(member)) return control::InvalidRequest(text);
  }
  return std::nullopt;
}

void ReadTimeout(Members& in, Job& job) {
  const std::string path = "timeoutConfig.inProgressTimeoutInMinutes";
  const auto minutes = in.Number(path);
  if (!minutes) return;
  if (*minutes < 1) {
    in.Fail(absl::StrCat(*minutes), path, "Member must have value greater than or equal to 1");
  } else if (*minutes > kMinutesMax) {
    in.Fail(absl::StrCat(*minutes), path,
            absl::StrCat("Member must have value less than or equal to ", kMinutesMax));
  }
  job.in_progress_minutes = *minutes;
}

std::vector<std::string> ReadTargets(Members& in) {
  if (!in.Has("targets")) in.Need("targets", control::kAnyText);
  const auto targets = in.Texts("targets", kTargetArn);
  if (targets && targets->empty()) {
    in.Fail("[]", "targets", "Member must have length greater than or equal to 1");
  }
  return targets.value_or(std::vector<std::string>());
}

// Adds those that the job does not have (J13).
std::optional<Refusal> AddTargets(const std::vector<std::string>& arns, const desk::Desk& desk,
                                  Job& job) {
  const policy::Registry& registry = desk.account.registry();
  for (const std::string& arn : arns) {
    const auto named = control::ReadArn(desk.here, arn);
    if (!named || (named->kind != "thing" && named->kind != "thinggroup")) {
      return control::InvalidRequest(absl::StrCat(
          "The target ", arn, " is not the ARN of a thing or a thing group of this account"));
    }
    const Target target{.is_group = named->kind == "thinggroup", .name = named->name};
    if (target.is_group && registry.FindThingGroup(target.name) == nullptr) {
      return control::ThingGroupNotFound(target.name);
    }
    if (!target.is_group && registry.FindThing(target.name) == nullptr) {
      return control::ThingNotFound(target.name);
    }
    if (std::find(job.targets.begin(), job.targets.end(), target) == job.targets.end()) {
      job.targets.push_back(target);
    }
  }
  if (job.targets.size() <= kTargetsMax) return std::nullopt;
  return control::LimitExceeded(absl::StrCat("A job has at most ", kTargetsMax, " targets"));
}

std::optional<Refusal> DocumentRefusal(const std::optional<std::string>& document) {
  if (!document) return control::InvalidRequest("A job needs a document");
  if (document->size() > kDocumentBytesMax) {
    return control::InvalidRequest(
        absl::StrCat("The document has more than ", kDocumentBytesMax, " bytes"));
  }
  shadow::Arena arena;
  if (shadow::ParseWholeJson(*document, 0, arena)) return std::nullopt;
  return control::InvalidRequest("The document is not JSON");
}

// Kept beside the job itself.
void PutGroups(const Job& job, desk::Desk& desk) {
  for (const Target& target : job.targets) {
    if (target.is_group) desk.draft.Put(GroupKey(target.name, job.id), EncodeText(""));
  }
}

uint64_t NextSequence(desk::Desk& desk) {
  const auto bytes = desk.draft.Get(kSequenceKey);
  const uint64_t next = bytes ? Sound(DecodeNumber(*bytes), desk).value_or(1) : 1;
  desk.draft.Put(kSequenceKey, EncodeNumber(next + 1));
  return next;
}

desk::Outcome CreateJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  Job job{.id = in.Label("jobId", kJobId)};
  const std::vector<std::string> targets = ReadTargets(in);
  const auto document = in.Text("document", control::kAnyText);
  job.description = in.Text("description", kText).value_or("");
  job.continuous = in.Word("targetSelection", kSelections) == "CONTINUOUS";
  job.namespace_id = in.Text("namespaceId", kNamespace).value_or("");
  ReadTimeout(in, job);
  ReadConfigs(call, in, job);
  job.tags = control::ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = NotOffered(in)) return *refusal;
  if (auto refusal = DocumentRefusal(document)) return *refusal;
  if (auto refusal = control::TagsRefusal(job.tags)) return *refusal;
  if (desk.draft.Get(JobKey(job.id))) {
    return control::AlreadyExists(absl::StrCat("Job ", job.id, " already exists"), job.id,
                                  control::Arn(desk.here, "job", job.id));
  }
  if (auto refusal = AddTargets(targets, desk, job)) return *refusal;
  job.sequence = NextSequence(desk);
  job.created = job.updated = desk.now();
  PutJob(job, desk);
  PutGroups(job, desk);
  desk.draft.Put(DocumentKey(job.id), EncodeText(*document));
  desk.draft.Put(CountsKey(job.id), EncodeCounts({}));
  desk.draft.Put(OrderKey(job.sequence), EncodeText(job.id));
  Begin(job.id, {.kind = Work::Kind::kRollout}, desk);
  return desk::Reply{.body = TellIds(job, desk.here)};
}

Json TellJob(const Job& job, desk::Desk& desk) {
  Json json;
  json.Text("jobArn", control::Arn(desk.here, "job", job.id))
      .Text("jobId", job.id)
      .Text("targetSelection", job.continuous ? "CONTINUOUS" : "SNAPSHOT")
      .Text("status", StatusName(job.status));
  if (job.force_canceled) json.Flag("forceCanceled", true);
  json.TextIfAny("reasonCode", job.reason_code)
      .TextIfAny("comment", job.comment)
      .Texts("targets", TargetArns(job, desk.here))
      .TextIfAny("description", job.description);
  for (const auto& [name, config] : {std::pair("presignedUrlConfig", &job.presigned_urls),
                                     std::pair("jobExecutionsRolloutConfig", &job.rollout),
                                     std::pair("abortConfig", &job.abort)}) {
    if (!config->empty()) json.Raw(name, *config);
  }
  AddMoment("createdAt", job.created, json);
  AddMoment("lastUpdatedAt", job.updated, json);
  AddMoment("completedAt", job.completed, json);
  json.Object("jobProcessDetails", TellCounts(CountsOf(job.id, desk)));
  if (job.in_progress_minutes != 0) {
    json.Object("timeoutConfig",
                Json().Number("inProgressTimeoutInMinutes", job.in_progress_minutes));
  }
  json.TextIfAny("namespaceId", job.namespace_id);
  if (!job.retry.empty()) json.Raw("jobExecutionsRetryConfig", job.retry);
  return json;
}

desk::Outcome DescribeJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string id = in.Label("jobId", kJobId);
  if (auto refusal = in.Refused()) return *refusal;
  const auto job = FindJob(id, desk);
  if (!job) return JobNotFound(id);
  return desk::Reply{.body = Json().Object("job", TellJob(*job, desk)).Finish()};
}

desk::Outcome UpdateJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  Job given{.id = in.Label("jobId", kJobId)};
  auto job = FindJob(given.id, desk);
  Job& changed = job ? *job : given;
  if (auto description = in.Text("description", kText)) changed.description = *description;
  ReadTimeout(in, changed);
  ReadConfigs(call, in, changed);
  if (auto refusal = in.Refused()) return *refusal;
  if (!job) return JobNotFound(given.id);
  if (job->status == JobStatus::kDeletionInProgress) {
    return control::InvalidRequest(absl::StrCat("Job ", given.id, " is being deleted"));
  }
  job->updated = desk.now();
  PutJob(*job, desk);
  return desk::Reply{};
}

desk::Outcome GetJobDocument(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string id = in.Label("jobId", kJobId);
  if (auto refusal = in.Refused()) return *refusal;
  if (!desk.draft.Get(JobKey(id))) return JobNotFound(id);
  return desk::Reply{.body = Json().Text("document", DocumentOf(id, desk)).Finish()};
}

desk::Outcome AssociateTargetsWithJob(const Call& call, desk::Desk& desk) {
  Members in(call);
  const std::string id = in.Label("jobId", kJobId);
  const std::vector<std::string> targets = ReadTargets(in);
  const auto comment = in.Text("comment", kText);
  if (auto refusal = in.Refused()) return *refusal;
  auto job = FindJob(id, desk);
  if (!job) return JobNotFound(id);
  if (!job->continuous) {
    return control::InvalidRequest(
        absl::StrCat("Job ", id, " is a snapshot: only continuous jobs take more targets"));
  }
  if (job->status != JobStatus::kInProgress) {
    return control::InvalidRequest(
        absl::StrCat("Job ", id, " is ", StatusName(job->status), " and takes no more targets"));
  }
  const uint64_t targets_before = job->targets.size();
  if (auto refusal = AddTargets(targets, desk, *job)) return *refusal;
  if (comment) job->comment = *comment;
  job->updated = desk.now();
  PutJob(*job, desk);
  PutGroups(*job, desk);
  // A rollout that goes on comes to the new ones by itself.
  if (!WorkOf(id, desk)) {
    Begin(id, {.kind = Work::Kind::kRollout, .target = targets_before}, desk);
  }
  return desk::Reply{.body = TellIds(*job, desk.here)};
}

constexpr desk::Operation kJobOperations[] = {
    {"CreateJob", "PUT", "/jobs/{jobId}", JobResource, CreateJob},
    {"DescribeJob", "GET", "/jobs/{jobId}", JobResource, DescribeJob},
    {"UpdateJob", "PATCH", "/jobs/{jobId}", JobResource, UpdateJob},
    {"GetJobDocument", "GET", "/jobs/{jobId}/job-document", JobResource, GetJobDocument},
    {"AssociateTargetsWithJob", "POST", "/jobs/{jobId}/targets", JobResource,
     AssociateTargetsWithJob},
};

}  // namespace

absl::Span<const desk::Operation> JobOperations() { return kJobOperations; }

}  // namespace jobs
