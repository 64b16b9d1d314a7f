// Jobs of many things: what is done goes on in steps, and none of them is large.
#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "jobs/jobs.h"
#include "jobs/steps.h"
#include "tests/desk/case_world.h"

namespace jobs {
namespace {

using testing::HasSubstr;

constexpr int kThings = 1234;
constexpr absl::string_view kJobOfAll =
    R"({"targets":["arn:aws:iot:us-east-1:000000000000:thinggroup/all"],"document":"{}"})";

class Rollout : public testing::Test {
 protected:
  Rollout() {
    largest_step_ = 0;
    world_.Ask("POST", "/thing-groups/all");
    world_.Ask("POST", "/thing-groups/low", R"({"parentGroupName":"all"})");
    for (int i = 0; i < kThings; ++i) {
      world_.account().Write(
          policy::RegistryPart::kThings, absl::StrCat("lamp", i),
          i % 2 == 0 ? R"({"thingGroupNames":["all"]})" : R"({"thingGroupNames":["low"]})");
    }
  }

  std::string Details(absl::string_view job) {
    return world_.Ask("GET", absl::StrCat("/jobs/", job));
  }

  // How many lie in the store whose keys begin so.
  int Entries(absl::string_view prefix) {
    int found = 0;
    const auto count = [&](absl::string_view, absl::string_view) { return ++found > 0; };
    EXPECT_TRUE(world_.store().Scan(prefix, "", count).ok());
    return found;
  }

  // Messages that one step after the first has published.
  static size_t largest_step_;
  desk::CaseWorld world_{desk::Room{.operations = Operations(),
                                    .data_operations = DataOperations(),
                                    .handle = Handle,
                                    .time_out = TimeOutAndMeasure,
                                    .account_changed = AccountChanged,
                                    .check = CheckEntry}};

 private:
  static void TimeOutAndMeasure(const desk::Timer& timer, desk::Desk& desk) {
    const size_t before = desk.messages.size();
    TimeOut(timer, desk);
    largest_step_ = std::max(largest_step_, desk.messages.size() - before);
  }
};

size_t Rollout::largest_step_ = 0;

TEST_F(Rollout, GoesOnInStepsUntilAllHaveTheJob) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  EXPECT_EQ(world_.TakePublished().size(), 2 * kStepMax);
  EXPECT_THAT(Details("a"), HasSubstr(absl::StrCat("\"numberOfQueuedThings\":", kStepMax, ",")));
  world_.Pass(0);
  EXPECT_THAT(Details("a"), HasSubstr(absl::StrCat("\"numberOfQueuedThings\":", kThings, ",")));
  EXPECT_EQ(world_.TakePublished().size(), 2 * (kThings - kStepMax));
  EXPECT_EQ(largest_step_, 2 * kStepMax);
}

// While it goes on, what is done already does not complete it.
TEST_F(Rollout, IsNotCompleteBeforeItsLastStep) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  for (int i = 0; i < kThings; ++i) {
    world_.Tell(absl::StrCat("$aws/things/lamp", i, "/jobs/a/update"), R"({"status":"SUCCEEDED"})");
  }
  EXPECT_THAT(Details("a"), HasSubstr("\"status\":\"IN_PROGRESS\""));
  world_.Pass(0);
  for (int i = 0; i < kThings; ++i) {
    world_.Tell(absl::StrCat("$aws/things/lamp", i, "/jobs/a/update"), R"({"status":"SUCCEEDED"})");
  }
  EXPECT_THAT(Details("a"), HasSubstr("\"status\":\"COMPLETED\""));
}

TEST_F(Rollout, IsOverWhenTheJobIsCanceled) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  world_.Ask("PUT", "/jobs/a/cancel", "{}");
  world_.Pass(0);
  EXPECT_THAT(Details("a"), HasSubstr(absl::StrCat("\"numberOfCanceledThings\":", kStepMax, ",")));
  EXPECT_THAT(Details("a"), HasSubstr("\"numberOfQueuedThings\":0,"));
}

// What is only looked at is passed over in steps, too.
TEST_F(Rollout, CancelsTheLastOneBehindAllThatHaveEnded) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  world_.Pass(0);
  for (int i = 0; i < kThings; ++i) {
    if (i == 999) continue;  // "lamp999" is the last of them by name
    world_.Tell(absl::StrCat("$aws/things/lamp", i, "/jobs/a/update"), R"({"status":"SUCCEEDED"})");
  }
  world_.Ask("PUT", "/jobs/a/cancel", "{}");
  EXPECT_THAT(Details("a"), HasSubstr("\"numberOfCanceledThings\":0,"));
  world_.Pass(0);
  EXPECT_THAT(Details("a"), HasSubstr("\"numberOfCanceledThings\":1,"));
}

TEST_F(Rollout, LeavesNoTimerOfWhatHasEnded) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  world_.Pass(0);
  const std::string topic = "$aws/things/lamp1/jobs/a/update";
  world_.Tell(topic, R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":5})");
  EXPECT_EQ(Entries("t"), 1);
  world_.Tell(topic, R"({"status":"IN_PROGRESS","stepTimeoutInMinutes":7})");
  EXPECT_EQ(Entries("t"), 1);
  world_.Tell(topic, R"({"status":"SUCCEEDED"})");
  EXPECT_EQ(Entries("t"), 0);
}

TEST_F(Rollout, CancelsAndDeletesInSteps) {
  world_.Ask("PUT", "/jobs/a", kJobOfAll);
  world_.Pass(0);
  largest_step_ = 0;
  world_.Ask("PUT", "/jobs/a/cancel", "{}");
  EXPECT_THAT(Details("a"), HasSubstr("\"status\":\"CANCELED\""));
  world_.Pass(0);
  EXPECT_THAT(Details("a"), HasSubstr(absl::StrCat("\"numberOfCanceledThings\":", kThings, ",")));
  EXPECT_EQ(largest_step_, 2 * kStepMax);
  world_.Ask("DELETE", "/jobs/a");
  EXPECT_THAT(Details("a"), HasSubstr("\"status\":\"DELETION_IN_PROGRESS\""));
  EXPECT_THAT(world_.Ask("PUT", "/jobs/a", kJobOfAll), HasSubstr("ResourceAlreadyExists"));
  world_.Pass(0);
  EXPECT_THAT(Details("a"), HasSubstr("404 ResourceNotFoundException"));
  EXPECT_EQ(Entries("J"), 1) << "more is left than the number of the next job";
}

}  // namespace
}  // namespace jobs
