#include "jobs/keys.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "shadow/id.h"
#include "storage/bytes.h"

namespace jobs {
namespace {

constexpr absl::string_view kEnd("\0", 1);
constexpr size_t kNumberBytes = 8;
constexpr size_t kJobIdBytesMax = 64;

void AppendNewestFirst(uint64_t number, std::string& key) {
  storage::AppendBigEndian(~number, key);
}

std::string Numbered(absl::string_view prefix, absl::string_view first, absl::string_view second,
                     uint64_t number) {
  std::string key = absl::StrCat(prefix, first, kEnd, second, kEnd);
  AppendNewestFirst(number, key);
  return key;
}

// "FIRST 0 SECOND 0 NUMBER".
bool Split(absl::string_view end, std::string& first, std::string& second, uint64_t& number) {
  const size_t one = end.find('\0');
  if (one == end.npos) return false;
  const size_t two = end.find('\0', one + 1);
  if (two == end.npos || end.size() != two + 1 + kNumberBytes) return false;
  first = std::string(end.substr(0, one));
  second = std::string(end.substr(one + 1, two - one - 1));
  number = ~storage::ReadBigEndian(end.substr(two + 1));
  return number > 0 && number <= INT64_MAX;
}

}  // namespace

bool IsJobId(absl::string_view text) {
  return !text.empty() && text.size() <= kJobIdBytesMax &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-';
         });
}

std::string JobKey(absl::string_view job) { return absl::StrCat(kJobPrefix, job); }
std::string DocumentKey(absl::string_view job) { return absl::StrCat(kDocumentPrefix, job); }
std::string CountsKey(absl::string_view job) { return absl::StrCat(kCountsPrefix, job); }
std::string WorkKey(absl::string_view job) { return absl::StrCat(kWorkPrefix, job); }

std::string OrderKey(uint64_t sequence) {
  std::string key(kOrderPrefix);
  AppendNewestFirst(sequence, key);
  return key;
}

std::string GroupKey(absl::string_view group, absl::string_view job) {
  return absl::StrCat(kGroupPrefix, group, kEnd, job);
}

std::string ExecutionKey(const ExecutionId& id) {
  return Numbered(kExecutionPrefix, id.thing, id.job, id.number);
}

std::string OfJobKey(const ExecutionId& id) {
  return Numbered(kOfJobPrefix, id.job, id.thing, id.number);
}

std::string PendingKey(absl::string_view thing, ExecutionStatus status, int64_t queued,
                       uint64_t sequence) {
  std::string key = PendingOfThing(thing);
  key.push_back(status == ExecutionStatus::kInProgress ? '\0' : '\x01');
  storage::AppendBigEndian(static_cast<uint64_t>(queued), key);
  storage::AppendBigEndian(sequence, key);
  return key;
}

std::string GivenKey(absl::string_view thing, absl::string_view job) {
  return absl::StrCat(kGivenPrefix, thing, kEnd, job);
}

std::string ExecutionsOfThing(absl::string_view thing) {
  return absl::StrCat(kExecutionPrefix, thing, kEnd);
}
std::string ExecutionsOfThingAndJob(absl::string_view thing, absl::string_view job) {
  return absl::StrCat(kExecutionPrefix, thing, kEnd, job, kEnd);
}
std::string ExecutionsOfJob(absl::string_view job) { return absl::StrCat(kOfJobPrefix, job, kEnd); }
std::string PendingOfThing(absl::string_view thing) {
  return absl::StrCat(kPendingPrefix, thing, kEnd);
}
std::string JobsOfGroup(absl::string_view group) { return absl::StrCat(kGroupPrefix, group, kEnd); }

std::string GivenToThing(absl::string_view thing) {
  return absl::StrCat(kGivenPrefix, thing, kEnd);
}

std::optional<ExecutionId> ParseExecutionEnd(absl::string_view end) {
  ExecutionId id{.thing = {}, .job = {}};
  if (!Split(end, id.thing, id.job, id.number) || !shadow::IsThingName(id.thing) ||
      !IsJobId(id.job)) {
    return std::nullopt;
  }
  return id;
}

std::optional<ExecutionId> ParseOfJobEnd(absl::string_view end) {
  ExecutionId id{.thing = {}, .job = {}};
  if (!Split(end, id.job, id.thing, id.number) || !shadow::IsThingName(id.thing) ||
      !IsJobId(id.job)) {
    return std::nullopt;
  }
  return id;
}

absl::string_view JobAtEnd(absl::string_view key) { return key.substr(key.find('\0') + 1); }

}  // namespace jobs
