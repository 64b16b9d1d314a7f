#include "service/account/newcomers.h"

#include <gmock/gmock.h>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"
#include "proto/newcomers.h"
#include "storage/memory_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kNewcomersBound = absl::Seconds(30);

class NewcomersTest : public testing::Test {
 protected:
  NewcomersTest() { EXPECT_TRUE(policy::MakeFolder(folder_).ok()); }

  static Clerk::Settings Settings() {
    Clerk::Settings settings;
    settings.here.account_id = "000000000000";
    settings.now_ms = [] { return int64_t{1'764'417'600'123}; };
    return settings;
  }

  // Has the clerk wait until `go_on`.
  void HoldTheClerk(absl::Notification& go_on) {
    absl::Notification began;
    clerk_.Put(
        [&](const control::Account&, const control::Surroundings&) {
          if (!began.HasBeenNotified()) began.Notify();
          go_on.WaitForNotificationWithTimeout(kNewcomersBound);
          return control::Done{};
        },
        [](const rest::Answer&) {});
    EXPECT_TRUE(began.WaitForNotificationWithTimeout(kNewcomersBound));
  }
  // Until all that was put before is done.
  void Await() {
    absl::Notification done;
    clerk_.Put(
        [](const control::Account&, const control::Surroundings&) { return control::Done{}; },
        [&](const rest::Answer&) { done.Notify(); });
    EXPECT_TRUE(done.WaitForNotificationWithTimeout(kNewcomersBound));
  }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
  storage::MemoryStore store_;
  Health health_{store_};
  Log log_{LogLevel::kInfo, LogFormat::kText};
  Commands commands_{[] {}};
  Whereabouts whereabouts_;
  RegistryInForce registry_{folder_};
  Clerk clerk_{Settings(), registry_, commands_, whereabouts_, health_, log_};
  Newcomers newcomers_{clerk_, log_};
};

TEST_F(NewcomersTest, OtherEnvelopesAreNotTheirs) {
  EXPECT_FALSE(newcomers_.Hear(""));
  EXPECT_FALSE(newcomers_.Hear("SL\x0D\x09"));
}

TEST_F(NewcomersTest, WhatDoesNotDecodeIsTold) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(newcomers_.Hear("SL\x0D\x0A"));
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::AllOf(HasSubstr("certificate_not_registered"), HasSubstr("cut short")));
}

TEST_F(NewcomersTest, OneThatIsNoCertificateIsToldAndNothingIsRegistered) {
  testing::internal::CaptureStderr();
  EXPECT_TRUE(newcomers_.Hear(proto::EncodeNewcomers(7, {{"lamp", "nonsense"}})));
  Await();
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              testing::AllOf(HasSubstr("certificate_not_registered"), HasSubstr("client=lamp"),
                             HasSubstr("cannot be read")));
  EXPECT_TRUE((*policy::LoadRegistry(folder_))->certificates().empty());
}

TEST_F(NewcomersTest, FewWaitHoweverManyComeAndFewLinesAreWritten) {
  absl::Notification go_on;
  HoldTheClerk(go_on);
  testing::internal::CaptureStderr();
  for (int i = 0; i < 10'000; ++i) {
    newcomers_.Hear(proto::EncodeNewcomers(7, {{"lamp", "nonsense"}}));
  }
  const std::string told = testing::internal::GetCapturedStderr();
  EXPECT_THAT(told, HasSubstr("others are being registered"));
  EXPECT_EQ(std::count(told.begin(), told.end(), '\n'), 1);
  go_on.Notify();
  Await();
  // There is room again.
  newcomers_.Hear(proto::EncodeNewcomers(7, {{"lamp", "nonsense"}}));
  Await();
}

}  // namespace
}  // namespace service
