#include "service/console/sessions.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdio>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "identity/password.h"

namespace service {
namespace {

using Fault = ConsoleSessions::Fault;
using identity::ConsoleRole;
using policy::Action;

class Sessions : public testing::Test {
 protected:
  ~Sessions() override { std::remove(path_.c_str()); }

  static identity::ConsoleUser Token() { return {.name = "token", .role = ConsoleRole::kAdmin}; }

  // As the file has it from now on, alone.
  identity::ConsoleUser Write(const std::string& name, ConsoleRole role,
                              std::vector<std::string> policies = {}) {
    identity::ConsoleUser user = {.name = name, .role = role, .password = hash_};
    user.policies = std::move(policies);
    std::remove(path_.c_str());
    std::ofstream(path_) << identity::PrintConsoleUsers({user});
    chmod(path_.c_str(), 0600);
    return user;
  }

  int64_t now_ = 1'000'000;
  const std::string path_ = testing::TempDir() + "sessions_test_users";
  const std::string hash_ = identity::HashPassword("does not matter");
  Log log_{LogLevel::kError, LogFormat::kText};
  RegistryInForce registry_{""};
  ConsoleUsersFile users_{path_, log_};
  ConsoleSessions sessions_{users_, registry_, [this] { return now_; }};
};

TEST_F(Sessions, AreFoundByCookieAndCsrfTokenTogether) {
  const auto begun = sessions_.Begin(Token());
  const auto other = sessions_.Begin(Token());
  EXPECT_NE(begun.cookie, other.cookie);
  EXPECT_EQ(sessions_.Find(begun.cookie, begun.session->csrf).session, begun.session);
  EXPECT_EQ(sessions_.Find(begun.cookie, "").fault, Fault::kCsrf);
  EXPECT_EQ(sessions_.Find(begun.cookie, other.session->csrf).fault, Fault::kCsrf);
  EXPECT_EQ(sessions_.Find("", begun.session->csrf).fault, Fault::kUnknown);
  EXPECT_EQ(sessions_.Find(begun.cookie + "0", begun.session->csrf).fault, Fault::kUnknown);
}

TEST_F(Sessions, EndWhenTheyAreEnded) {
  const auto begun = sessions_.Begin(Token());
  EXPECT_FALSE(sessions_.IsOver(*begun.session));
  sessions_.End(*begun.session);
  EXPECT_TRUE(sessions_.IsOver(*begun.session));
  EXPECT_EQ(sessions_.Find(begun.cookie, begun.session->csrf).fault, Fault::kUnknown);
  EXPECT_EQ(sessions_.size(), 0u);
}

TEST_F(Sessions, EndWhenNobodyUsesThem) {
  const auto begun = sessions_.Begin(Token());
  now_ += ConsoleSessions::kIdleSecondsMax - 1;
  sessions_.Use(*begun.session);
  now_ += ConsoleSessions::kIdleSecondsMax - 1;
  EXPECT_EQ(sessions_.Find(begun.cookie, begun.session->csrf).fault, Fault::kNone);  // a use
  now_ += ConsoleSessions::kIdleSecondsMax - 1;
  EXPECT_FALSE(sessions_.IsOver(*begun.session));
  now_ += 1;
  EXPECT_TRUE(sessions_.IsOver(*begun.session));
  EXPECT_EQ(sessions_.Find(begun.cookie, begun.session->csrf).fault, Fault::kUnknown);
}

TEST_F(Sessions, EndAfterTwelveHoursUsedOrNot) {
  const auto begun = sessions_.Begin(Token());
  for (const int64_t end = now_ + ConsoleSessions::kSecondsMax - 1; now_ < end; now_ += 1800) {
    sessions_.Use(*begun.session);
  }
  now_ = begun.session->expires - 1;
  EXPECT_FALSE(sessions_.IsOver(*begun.session));
  now_ += 1;
  EXPECT_TRUE(sessions_.IsOver(*begun.session));
}

TEST_F(Sessions, OneTooManyEndsTheOneThatWasUsedLongestAgo) {
  std::vector<ConsoleSessions::Begun> begun;
  for (size_t i = 0; i < ConsoleSessions::kMost; ++i) {
    ++now_;
    begun.push_back(sessions_.Begin(Token()));
  }
  ++now_;
  sessions_.Use(*begun[0].session);
  sessions_.Begin(Token());
  EXPECT_EQ(sessions_.size(), ConsoleSessions::kMost);
  EXPECT_FALSE(sessions_.IsOver(*begun[0].session));
  EXPECT_TRUE(sessions_.IsOver(*begun[1].session));
}

TEST_F(Sessions, OfAUserEndWhenTheFileHasAnotherWordForIt) {
  const auto ann = sessions_.Begin(Write("ann", ConsoleRole::kViewer));
  EXPECT_FALSE(sessions_.IsOver(*ann.session));
  Write("ann", ConsoleRole::kAdmin);
  EXPECT_TRUE(sessions_.IsOver(*ann.session));
  const auto token = sessions_.Begin(Token());
  std::remove(path_.c_str());
  EXPECT_FALSE(sessions_.IsOver(*token.session));
}

TEST_F(Sessions, AFileThatHasBecomeWrongLeavesWhatWas) {
  const auto ann = sessions_.Begin(Write("ann", ConsoleRole::kViewer));
  EXPECT_FALSE(sessions_.IsOver(*ann.session));
  std::ofstream(path_) << "nonsense";
  EXPECT_FALSE(sessions_.IsOver(*ann.session));
}

TEST_F(Sessions, AViewerChangesNothing) {
  const auto ann = sessions_.Begin(Write("ann", ConsoleRole::kViewer)).session;
  const auto admin = sessions_.Begin(Token()).session;
  for (const Action action :
       {Action::kGetThingShadow, Action::kListNamedShadowsForThing, Action::kSubscribe,
        Action::kReceive, Action::kGetRetainedMessage, Action::kListRetainedMessages}) {
    EXPECT_TRUE(sessions_.May(*ann, action, "lamp")) << policy::ActionName(action);
    EXPECT_TRUE(sessions_.May(*admin, action, "lamp")) << policy::ActionName(action);
  }
  for (const Action action :
       {Action::kUpdateThingShadow, Action::kDeleteThingShadow, Action::kPublish,
        Action::kRetainPublish, Action::kDeleteConnection, Action::kConnect}) {
    EXPECT_FALSE(sessions_.May(*ann, action, "lamp")) << policy::ActionName(action);
    EXPECT_TRUE(sessions_.May(*admin, action, "lamp")) << policy::ActionName(action);
  }
}

TEST_F(Sessions, PoliciesNarrowAndNeverWiden) {
  const auto narrowed =
      sessions_.Begin(Write("ann", ConsoleRole::kAdmin, {"not-in-the-registry"})).session;
  EXPECT_FALSE(sessions_.May(*narrowed, Action::kGetThingShadow, "lamp"));
}

}  // namespace
}  // namespace service
