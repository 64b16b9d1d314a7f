// What commands hold to however much there is of them, and what is left of them in the end.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "commands/commands.h"
#include "commands/keys.h"
#include "commands/listing.h"
#include "tests/desk/case_world.h"

namespace commands {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr absl::string_view kArn = "arn:aws:iot:us-east-1:000000000000:";

class CommandBounds : public testing::Test {
 protected:
  CommandBounds() {
    world_.Ask("POST", "/things/lamp", "{}");
    world_.Ask("PUT", "/commands/on", R"({"payload":{"content":"b24="}})");
  }

  // The execution's id, or the refusal.
  std::string Start(absl::string_view more = "", absl::string_view target = "thing/lamp") {
    const std::string answer =
        world_.Ask("POST", "/command-executions",
                   absl::StrCat(R"({"commandArn":")", kArn, R"(command/on","targetArn":")", kArn,
                                target, R"(")", more, "}"),
                   "iot-jobs-data");
    const auto parsed = policy::ParseJsonTree(answer);
    return parsed.ok() ? parsed->Find("executionId")->text : answer;
  }

  std::string Say(absl::string_view id, absl::string_view status) {
    return world_.Tell(absl::StrCat("$aws/commands/things/lamp/executions/", id, "/response/json"),
                       absl::StrCat(R"({"status":")", status, R"("})"));
  }

  std::vector<std::string> Keys() {
    std::vector<std::string> keys;
    const absl::Status status =
        world_.store().Scan("", "", [&](absl::string_view key, absl::string_view) {
          keys.emplace_back(key);
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    return keys;
  }

  desk::CaseWorld world_{{.operations = Operations(),
                          .data_operations = DataOperations(),
                          .handle = Handle,
                          .time_out = TimeOut,
                          .check = CheckEntry}};
};

TEST_F(CommandBounds, ATargetHasAThousandOpenExecutionsAtMost) {
  const std::string first = Start(R"(,"executionTimeoutSeconds":100)");
  for (int i = 1; i < 1000; ++i) ASSERT_THAT(Start(), StartsWith("00000000-"));
  EXPECT_THAT(Start(), StartsWith("402 ServiceQuotaExceededException: "));
  EXPECT_THAT(Start("", "client/other"), StartsWith("00000000-"));
  EXPECT_EQ(Say(first, "SUCCEEDED"), absl::StrCat(R"({"executionId":")", first, R"("})"));
  EXPECT_THAT(Start(), StartsWith("00000000-"));
  EXPECT_THAT(Start(), StartsWith("402 "));
  world_.Pass(10);
  EXPECT_THAT(Start(), StartsWith("00000000-"));
}

TEST_F(CommandBounds, WhatADeviceTakesUpAfterItsTimeCountsAsOpenAgain) {
  const std::string late = Start();
  world_.Pass(10);
  Say(late, "IN_PROGRESS");
  for (int i = 1; i < 1000; ++i) ASSERT_THAT(Start(), StartsWith("00000000-"));
  EXPECT_THAT(Start(), StartsWith("402 "));
  Say(late, "FAILED");
  EXPECT_THAT(Start(), StartsWith("00000000-"));
}

TEST_F(CommandBounds, APageLooksAtSoManyAndSaysWhereToGoOn) {
  const std::string done = Start();
  Say(done, "SUCCEEDED");
  for (int second = 0; second < 12; ++second) {
    world_.Pass(1);
    for (int i = 0; i < 100; ++i) Start(R"(,"executionTimeoutSeconds":1)", "client/c");
  }
  const std::string filter = absl::StrCat(
      R"({"status":"SUCCEEDED","startedTimeFilter":{"after":"2020-01-01T00:00"},"commandArn":")",
      kArn, R"(command/on"})");
  std::string path = "/command-executions";
  std::vector<std::string> pages;
  for (int page = 0; page < 5; ++page) {
    pages.push_back(world_.Ask("POST", path, filter));
    const auto parsed = policy::ParseJsonTree(pages.back());
    ASSERT_TRUE(parsed.ok()) << pages.back();
    const auto* const token = parsed->Find("nextToken");
    if (token == nullptr) break;
    path = absl::StrCat("/command-executions?nextToken=", rest::PercentEncode(token->text, false));
  }
  EXPECT_THAT(pages,
              ElementsAre(StartsWith(R"({"commandExecutions":[],"nextToken":)"), HasSubstr(done)));
}

TEST_F(CommandBounds, NothingIsLeftOfAnExecutionWhenItsTimeIsOver) {
  const std::vector<std::string> before = Keys();
  Start(R"(,"clientToken":"t1")");
  Say(Start(), "SUCCEEDED");
  const std::string late = Start();
  EXPECT_EQ(Keys().size(), before.size() + 24);
  world_.Pass(11);
  Say(late, "IN_PROGRESS");
  world_.Pass(kTimeToLiveSeconds);
  EXPECT_EQ(Keys(), before);
}

TEST_F(CommandBounds, NothingIsLeftOfACommandThatWasDeleted) {
  const std::string id = Start();
  Say(id, "SUCCEEDED");
  world_.Ask("DELETE", "/commands/on");
  world_.Ask("DELETE", absl::StrCat("/command-executions/", id, "?targetArn=", kArn, "thing/lamp"));
  world_.Pass(kTimeToLiveSeconds);
  EXPECT_THAT(Keys(), IsEmpty());
}

TEST_F(CommandBounds, AnExecutionHasOneTimerAtATime) {
  Start(R"(,"clientToken":"t1")");
  for (const int64_t seconds : {1, 9, 1, 600, 3600}) {
    world_.Pass(seconds);
    int timers = 0;
    for (const std::string& key : Keys()) timers += absl::StartsWith(key, desk::kTimerPrefix);
    EXPECT_EQ(timers, 1) << "after " << seconds << " s more";
  }
}

// What is stored and cannot be read is no answer, and nothing is made of it.
TEST(DamagedCommands, FailTheDraft) {
  control::AccountInMemory account;
  for (const std::string& key : {CommandKey("on"), ExecutionKey("e"), OpenKey({.name = "lamp"})}) {
    storage::MemoryStore store;
    const storage::Write write{key, "\x01garbage"};
    ASSERT_TRUE(store.Commit({&write, 1}, storage::Durability::kSync).ok());
    storage::Draft draft(store);
    std::vector<desk::Message> messages;
    desk::Desk desk{
        .draft = draft, .account = account.account(), .here = account.here(), .messages = messages};
    FindCommand("on", desk);
    FindExecution("e", desk);
    OpenOf({.name = "lamp"}, desk);
    const absl::Status status = draft.TakeStatus();
    EXPECT_TRUE(absl::IsDataLoss(status)) << key << ": " << status;
  }
}

TEST(FilterTime, IsTakenInUtc) {
  EXPECT_EQ(ReadFilterTime("2026-09-28T12:00"), 1'790'596'800);
  EXPECT_EQ(ReadFilterTime("2026-09-28T12:00Z"), 1'790'596'800);
  EXPECT_EQ(ReadFilterTime("2026-09-28T12:00:07"), 1'790'596'807);
  for (const char* const text :
       {"", "Z", "today", "2026-09-28", "2026-13-28T12:00", "12:00", "infinite-future",
        "infinite-past", "1969-01-01T00:00", "2026-09-28T12:00+02:00", "1790596800"}) {
    EXPECT_EQ(ReadFilterTime(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace commands
