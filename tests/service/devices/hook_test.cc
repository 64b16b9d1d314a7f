#include "service/devices/hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"

namespace service {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kPlenty = absl::Seconds(30);

absl::StatusOr<std::string> AskOnce(const std::string& command, const std::string& question = "q",
                                    absl::Duration time = kPlenty) {
  Hook hook(command, time);
  absl::Notification told;
  absl::StatusOr<std::string> answer;
  hook.Ask(question, [&](absl::StatusOr<std::string> said) {
    answer = std::move(said);
    told.Notify();
  });
  told.WaitForNotification();
  return answer;
}

TEST(Hook, AnswersWhatTheCommandSays) {
  EXPECT_EQ(AskOnce("cat", "the question").value(), "the question");
  EXPECT_EQ(AskOnce("cat >&2 2>/dev/null; printf '%s' \"$((1 + 1))\"").value(), "2");
  EXPECT_EQ(AskOnce("exit 0").value(), "");
}

TEST(Hook, TakesAQuestionThatFillsEveryBuffer) {
  const std::string question(900'000, 'x');
  EXPECT_EQ(AskOnce("wc -c | tr -d ' \\n'", question).value(), "900000");
  EXPECT_EQ(AskOnce("exec <&-; printf 'never read it'", question).value(), "never read it");
}

TEST(Hook, WhatFailsIsNoAnswer) {
  EXPECT_THAT(std::string(AskOnce("echo fine; exit 3").status().message()), HasSubstr("code 3"));
  EXPECT_THAT(std::string(AskOnce("no-such-command 2>/dev/null").status().message()),
              HasSubstr("code 127"));
  EXPECT_FALSE(AskOnce("kill -9 $$").ok());
  EXPECT_THAT(std::string(AskOnce("yes").status().message()), HasSubstr("said too much"));
}

TEST(Hook, IsEndedWithAllThatItStarted) {
  const absl::Time began = absl::Now();
  EXPECT_EQ(AskOnce("sleep 100 | cat", "q", absl::Milliseconds(200)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_EQ(AskOnce("sleep 100 >&- & exec >&-; wait", "q", absl::Milliseconds(200)).status().code(),
            absl::StatusCode::kDeadlineExceeded);
  EXPECT_LT(absl::Now() - began, absl::Seconds(50));
}

TEST(Hook, HasABoundOnWhoWaits) {
  std::atomic<int> refused = 0;
  std::atomic<int> ended = 0;
  constexpr int kMany = 2 * static_cast<int>(Hook::kWaitingMax);
  {
    Hook hook("sleep 100", kPlenty);
    for (int i = 0; i < kMany; ++i) {
      hook.Ask("q", [&](const absl::StatusOr<std::string>& said) {
        ++(absl::IsResourceExhausted(said.status()) ? refused : ended);
        EXPECT_FALSE(said.ok());
      });
    }
    EXPECT_GT(refused, 0);
  }
  EXPECT_EQ(refused + ended, kMany);
}

}  // namespace
}  // namespace service
