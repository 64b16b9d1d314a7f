// The stored bytes of jobs: the examples of docs/storage-format.md, and bytes that no encoder
// wrote.
#include <gmock/gmock.h>

#include "jobs/execution.h"
#include "jobs/job.h"
#include "jobs/jobs.h"
#include "jobs/keys.h"
#include "tests/storage/mutate.h"

namespace jobs {
namespace {

using namespace std::string_literals;

const Job kJob = {
    .id = "reboot",
    .sequence = 300,
    .status = JobStatus::kCanceled,
    .continuous = true,
    .force_canceled = true,
    .created = 1000,
    .updated = 1001,
    .completed = 1001,
    .in_progress_minutes = 5,
    .targets = {{.is_group = false, .name = "lamp"}, {.is_group = true, .name = "lamps"}},
    .description = "d",
    .reason_code = "R",
    .comment = "c",
    .namespace_id = "n",
    .presigned_urls = "{}",
    .rollout = "",
    .abort = "",
    .retry = "{}",
    .tags = {{"k", "v"}}};
const std::string kJobBytes =
    "\x01\xAC\x02\x01\x01\x01\xE8\x07\xE9\x07\xE9\x07\x05\x02"
    "\x00\x04lamp\x01\x05lamps\x01"
    "d\x01R\x01"
    "c\x01n\x02{}\x00\x00\x02{}\x01\x01k\x01v"s;

const Execution kExecution = {.id = {.thing = "lamp", .job = "reboot", .number = 2},
                              .status = ExecutionStatus::kInProgress,
                              .force_canceled = false,
                              .sequence = 300,
                              .queued = 1000,
                              .started = 1010,
                              .updated = 1020,
                              .version = 3,
                              .step_deadline = 1080,
                              .progress_deadline = 1310,
                              .retries = 1,
                              .details = {{"step", "1"}}};
const std::string kExecutionBytes =
    "\x01\x01\x00\xAC\x02\xE8\x07\xF2\x07\xFC\x07\x03\xB8\x08\x9E\x0A\x01\x01\x04step\x01"
    "1"s;

const Work kWork = {
    .kind = Work::Kind::kCancel, .force = true, .target = 1, .group = "g", .thing = "t"};
const std::string kWorkBytes = "\x01\x01\x01\x01\x01g\x01t"s;

const std::string kNumber2 = "\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFD"s;

TEST(StoredJob, HasTheDocumentedBytes) {
  EXPECT_EQ(EncodeJob(kJob), kJobBytes);
  const auto read = DecodeJob("reboot", kJobBytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, kJob);
}

TEST(StoredExecution, HasTheDocumentedBytes) {
  EXPECT_EQ(EncodeExecution(kExecution), kExecutionBytes);
  const auto read = DecodeExecution(kExecution.id, kExecutionBytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, kExecution);
}

TEST(StoredWork, HasTheDocumentedBytes) {
  EXPECT_EQ(EncodeWork(kWork), kWorkBytes);
  const auto read = DecodeWork(kWorkBytes);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(*read, kWork);
}

TEST(StoredSmallValues, HaveTheDocumentedBytes) {
  EXPECT_EQ(EncodeCounts({1, 0, 300, 0, 0, 0, 0, 2}), "\x01\x01\x00\xAC\x02\x00\x00\x00\x00\x02"s);
  EXPECT_EQ(*DecodeCounts("\x01\x01\x00\xAC\x02\x00\x00\x00\x00\x02"s),
            (Counts{1, 0, 300, 0, 0, 0, 0, 2}));
  EXPECT_EQ(EncodePending(kExecution.id), "\x01\x02\x06reboot"s);
  EXPECT_EQ(*DecodePending("lamp", "\x01\x02\x06reboot"s), kExecution.id);
  EXPECT_EQ(EncodeStatus(ExecutionStatus::kRemoved), "\x01\x07"s);
  EXPECT_EQ(*DecodeStatus("\x01\x07"s), ExecutionStatus::kRemoved);
  EXPECT_EQ(EncodeText("{\"a\":1}"), "\x01{\"a\":1}"s);
  EXPECT_EQ(*DecodeText("\x01{\"a\":1}"), "{\"a\":1}");
  EXPECT_EQ(EncodeNumber(300), "\x01\xAC\x02"s);
  EXPECT_EQ(*DecodeNumber("\x01\xAC\x02"), 300);
}

TEST(JobKeys, AreTheDocumentedOnes) {
  EXPECT_EQ(JobKey("reboot"), "Jjreboot");
  EXPECT_EQ(DocumentKey("reboot"), "Jdreboot");
  EXPECT_EQ(CountsKey("reboot"), "Jcreboot");
  EXPECT_EQ(WorkKey("reboot"), "Jwreboot");
  EXPECT_EQ(OrderKey(2), "Jo" + kNumber2);
  EXPECT_EQ(GroupKey("lamps", "reboot"), "Jglamps\0reboot"s);
  EXPECT_EQ(GivenKey("lamp", "reboot"), "Jmlamp\0reboot"s);
  EXPECT_EQ(ExecutionKey(kExecution.id), "Jelamp\0reboot\0"s + kNumber2);
  EXPECT_EQ(OfJobKey(kExecution.id), "Jxreboot\0lamp\0"s + kNumber2);
  EXPECT_EQ(PendingKey("lamp", ExecutionStatus::kQueued, 1000, 300),
            "Jplamp\0\x01\0\0\0\0\0\0\x03\xE8\0\0\0\0\0\0\x01\x2C"s);
}

TEST(JobKeys, AreReadBack) {
  EXPECT_EQ(ParseExecutionEnd(ExecutionKey(kExecution.id).substr(2)), kExecution.id);
  EXPECT_EQ(ParseOfJobEnd(OfJobKey(kExecution.id).substr(2)), kExecution.id);
  EXPECT_EQ(JobAtEnd(GroupKey("lamps", "reboot")), "reboot");
  for (const std::string& end :
       {""s, "lamp"s, "lamp\0reboot"s, "lamp\0reboot\0"s, "lamp\0reboot\0short"s,
        "lamp\0reboot\0\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"s, "la mp\0reboot\0"s + kNumber2,
        "lamp\0\0"s + kNumber2, "lamp\0reboot\0\0\0\0\0\0\0\0\x01"s}) {
    EXPECT_EQ(ParseExecutionEnd(end), std::nullopt) << end;
  }
}

// Those in progress first, then by when they were queued, then by their jobs (J6).
TEST(JobKeys, SortPendingExecutions) {
  const auto key = [](ExecutionStatus status, int64_t queued, uint64_t sequence) {
    return PendingKey("lamp", status, queued, sequence);
  };
  EXPECT_LT(key(ExecutionStatus::kInProgress, 255, 9), key(ExecutionStatus::kInProgress, 256, 1));
  EXPECT_LT(key(ExecutionStatus::kInProgress, 999, 9), key(ExecutionStatus::kQueued, 1, 1));
  EXPECT_LT(key(ExecutionStatus::kQueued, 7, 255), key(ExecutionStatus::kQueued, 7, 256));
}

const std::vector<std::pair<std::string, std::string>>& Entries() {
  static const auto* const kEntries = new std::vector<std::pair<std::string, std::string>>{
      {"Jjreboot", kJobBytes},
      {"Jdreboot", "\x01{}"},
      {"Jcreboot", EncodeCounts({1, 2, 3, 4, 5, 6, 7, 8})},
      {"Jwreboot", kWorkBytes},
      {OrderKey(7), EncodeText("reboot")},
      {"Js", EncodeNumber(8)},
      {GroupKey("lamps", "reboot"), EncodeText("")},
      {GivenKey("lamp", "reboot"), EncodeNumber(7)},
      {ExecutionKey(kExecution.id), kExecutionBytes},
      {OfJobKey(kExecution.id), EncodeStatus(ExecutionStatus::kInProgress)},
      {PendingKey("lamp", ExecutionStatus::kQueued, 1000, 300), EncodePending(kExecution.id)},
  };
  return *kEntries;
}

TEST(CheckEntry, TakesWhatIsWritten) {
  for (const auto& [key, value] : Entries()) {
    EXPECT_TRUE(CheckEntry(key, value).ok()) << key << ": " << CheckEntry(key, value);
  }
}

TEST(CheckEntry, RefusesKeysThatAreNone) {
  for (const std::string& key :
       {"J"s, "Jz"s, "Jj"s, "Jjre boot"s, "Jo123"s, "Jglamps"s, "Jglamps\0"s, "Jmlamp"s,
        "Jelamp\0reboot\0"s, "Jxreboot\0lamp\0"s,
        "Jplamp\0\x02\0\0\0\0\0\0\x03\xE8\0\0\0\0\0\0\0\0"s, "Jplamp\0\x01"s}) {
    EXPECT_TRUE(absl::IsInvalidArgument(CheckEntry(key, EncodeNumber(1)))) << key;
  }
}

TEST(CheckEntry, RefusesValuesThatAreCutOff) {
  for (const auto& [key, value] : Entries()) {
    // Of texts every cut is a text.
    const bool is_text = key.substr(0, 2) == "Jd" || key.substr(0, 2) == "Jo";
    for (size_t size = 0; size < (is_text ? 1 : value.size()); ++size) {
      EXPECT_TRUE(absl::IsDataLoss(CheckEntry(key, value.substr(0, size)))) << key << size;
    }
  }
}

TEST(CheckEntry, SaysThatAFormatIsNewer) {
  for (auto [key, value] : Entries()) {
    value[0] = 2;
    EXPECT_TRUE(absl::IsFailedPrecondition(CheckEntry(key, value))) << key;
  }
}

// Each is refused, or is the one form of what it stands for.
TEST(HostileJob, IsRefusedOrExactHoweverItIsMutated) {
  for (uint64_t seed = 1; seed <= 3000; ++seed) {
    shadow::Arena arena(512);
    storage::RandomRecord random(seed, arena);
    for (const auto& [key, whole] : Entries()) {
      std::string bytes = whole;
      for (int step = 0; step < 4; ++step) {
        storage::Mutate(random, bytes);
        const std::string copy(bytes);
        const absl::Status status = CheckEntry(key, copy);
        ASSERT_TRUE(status.ok() || absl::IsDataLoss(status) || absl::IsFailedPrecondition(status));
        if (!status.ok()) continue;
        if (key == "Jjreboot") {
          ASSERT_EQ(EncodeJob(*DecodeJob("reboot", copy)), bytes) << "seed " << seed;
        } else if (key == "Jwreboot") {
          ASSERT_EQ(EncodeWork(*DecodeWork(copy)), bytes) << "seed " << seed;
        } else if (key.substr(0, 2) == "Je") {
          ASSERT_EQ(EncodeExecution(*DecodeExecution(kExecution.id, copy)), bytes)
              << "seed " << seed;
        }
      }
    }
  }
}

}  // namespace
}  // namespace jobs
