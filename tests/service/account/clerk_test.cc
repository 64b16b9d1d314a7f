#include "service/account/clerk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "absl/synchronization/notification.h"
#include "absl/time/time.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"
#include "storage/memory_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using policy::RegistryPart;
using testing::HasSubstr;

constexpr absl::Duration kLong = absl::Seconds(30);

// The clerk, with the test in the plugin's place.
class ClerkTest : public testing::Test {
 protected:
  ClerkTest() {
    EXPECT_TRUE(policy::MakeFolder(folder_).ok());
    health_.LinkIs(true);
  }

  static Clerk::Settings Settings() {
    Clerk::Settings settings;
    settings.here.region = "us-east-1";
    settings.here.account_id = "000000000000";
    settings.now_ms = [] { return int64_t{1'764'417'600'123}; };
    return settings;
  }

  // An operation that writes the thing, so often as it is performed.
  static Clerk::Perform Writing(absl::string_view thing) {
    return [name = std::string(thing)](const control::Account&, const control::Surroundings&) {
      return control::Done{.body = "{\"made\":true}",
                           .changes = {{RegistryPart::kThings, name, "{}\n"}}};
    };
  }

  // What a request is answered with; the fields are set once `told` has been notified.
  struct Answer {
    absl::Notification told;
    rest::Answer what;
  };
  Clerk::Answered Into(Answer& answer) {
    return [&answer](rest::Answer what) {
      answer.what = std::move(what);
      answer.told.Notify();
    };
  }

  // The next command to the plugin.
  proto::Command Next() {
    for (;;) {
      {
        const absl::MutexLock lock(&mutex_);
        mutex_.Await(absl::Condition(&woken_));
        woken_ = false;
      }
      auto orders = commands_.Take(true);
      if (orders.empty()) continue;
      EXPECT_EQ(orders.size(), 1u);
      envelope_ = orders[0].envelope;
      const auto command = proto::DecodeCommand(envelope_);
      EXPECT_TRUE(command.ok()) << command.status();
      return *command;
    }
  }

  std::vector<std::string> OnTheDisk() const {
    std::vector<std::string> names;
    const auto registry = policy::LoadRegistry(folder_);
    EXPECT_TRUE(registry.ok()) << registry.status();
    for (const auto& [name, thing] : (*registry)->things()) names.push_back(name);
    return names;
  }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
  storage::MemoryStore store_;
  Health health_{store_};
  Log log_{LogLevel::kError, LogFormat::kText};
  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  std::string envelope_;
  Commands commands_{[this] {
    const absl::MutexLock lock(&mutex_);
    woken_ = true;
  }};
  Whereabouts whereabouts_;
  RegistryInForce registry_{folder_};
  Clerk clerk_{Settings(), registry_, commands_, whereabouts_, health_, log_};
};

TEST_F(ClerkTest, AnswersOnceTheChangeIsOnTheDiskAndInForceAtThePlugin) {
  Answer answer;
  clerk_.Put(Writing("lamp"), Into(answer));
  const proto::Command command = Next();
  const auto& told = std::get<proto::RegistryCommand>(command.what);
  ASSERT_EQ(told.changes.size(), 1u);
  EXPECT_EQ(told.changes[0].name, "lamp");
  EXPECT_EQ(told.changes[0].text, "{}\n");
  EXPECT_THAT(OnTheDisk(), testing::ElementsAre("lamp"));
  EXPECT_FALSE(answer.told.HasBeenNotified());
  EXPECT_TRUE(commands_.Reply({0, proto::EncodeCommandReply({.id = command.id})}));
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 200);
  EXPECT_EQ(answer.what.body, "{\"made\":true}");
}

TEST_F(ClerkTest, AChangeThatConcernsNobodyElseIsAnsweredWithoutThePlugin) {
  health_.LinkIs(false);
  Answer answer;
  clerk_.Put(
      [](const control::Account&, const control::Surroundings&) {
        return control::Done{.changes = {{RegistryPart::kThingTypes, "bulb", "{}\n"}}};
      },
      Into(answer));
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 200);
}

TEST_F(ClerkTest, WhoMayNotWriteToTheRegistryIsToldSoAndNotToTryAgain) {
  chmod(scratch_.In("").c_str(), 0755);
  chmod(folder_.c_str(), 0555);
  const uid_t user = geteuid();
  if (user == 0) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  Answer answer;
  clerk_.Put(Writing("lamp"), Into(answer));
  EXPECT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(seteuid(user), 0);
  EXPECT_EQ(answer.what.status, 400);
  EXPECT_THAT(answer.what.body, HasSubstr("shadowd may not write to its registry"));
}

TEST_F(ClerkTest, WithoutTheBrokerNothingIsChanged) {
  health_.LinkIs(false);
  Answer answer;
  clerk_.Put(Writing("lamp"), Into(answer));
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 503);
  EXPECT_THAT(OnTheDisk(), testing::IsEmpty());
}

TEST_F(ClerkTest, ThePluginReadsTheRegistryAtTheFirstLinkAndRequestsWaitForThat) {
  clerk_.LinksAre(1);
  const proto::Command command = Next();
  EXPECT_TRUE(std::get<proto::RegistryCommand>(command.what).reload);
  Answer answer;
  clerk_.Put([](const control::Account&,
                const control::Surroundings&) { return control::NotFound("no such thing"); },
             Into(answer));
  EXPECT_FALSE(answer.told.WaitForNotificationWithTimeout(absl::Milliseconds(50)));
  EXPECT_TRUE(commands_.Reply({0, proto::EncodeCommandReply({.id = command.id})}));
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 404);
}

TEST_F(ClerkTest, APluginThatMissedAChangeReadsTheRegistryWhenTheLinkIsBack) {
  clerk_.LinksAre(1);
  commands_.Reply({0, proto::EncodeCommandReply({.id = Next().id})});
  Answer answer;
  clerk_.Put(Writing("lamp"), Into(answer));
  Next();
  commands_.Take(false);  // the link falls before there is a reply
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 503);
  EXPECT_THAT(answer.what.body, HasSubstr("is kept"));
  clerk_.LinksAre(0);
  clerk_.LinksAre(1);
  const proto::Command command = Next();
  EXPECT_TRUE(std::get<proto::RegistryCommand>(command.what).reload);
}

TEST_F(ClerkTest, WhatThePluginRefusesIsNotAnsweredAsDone) {
  Answer answer;
  clerk_.Put(Writing("lamp"), Into(answer));
  const proto::Command command = Next();
  commands_.Reply({0, proto::EncodeCommandReply({.id = command.id,
                                                 .result = proto::CommandResult::kRefused,
                                                 .text = "things/lamp.json: x"})});
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 500);
}

TEST_F(ClerkTest, AnOperationIsPerformedAgainOnWhatWasChangedByHand) {
  storage::WriteFile(folder_ + "/x", "");  // the folder is there
  ASSERT_TRUE(policy::PutEntry(folder_, RegistryPart::kThings, "lamp",
                               "{\n  \"thingTypeName\": \"bulb\"\n}\n")
                  .ok());
  std::vector<std::string> seen;
  Answer answer;
  clerk_.Put(
      [&seen](const control::Account& account, const control::Surroundings&) {
        const auto* const thing = account.registry().FindThing("lamp");
        seen.push_back(thing == nullptr ? "none" : thing->type_name);
        return control::Done{.changes = {{RegistryPart::kThings, "lamp", "{}\n"}}};
      },
      Into(answer));
  const proto::Command command = Next();
  commands_.Reply({0, proto::EncodeCommandReply({.id = command.id})});
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 200);
  EXPECT_THAT(seen, testing::ElementsAre("none", "bulb"));
}

TEST_F(ClerkTest, ARefusalIsAnsweredAtOnce) {
  Answer answer;
  clerk_.Put([](const control::Account&,
                const control::Surroundings&) { return control::NotFound("no such thing"); },
             Into(answer));
  ASSERT_TRUE(answer.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_EQ(answer.what.status, 404);
  EXPECT_EQ(answer.what.error_type, "ResourceNotFoundException");
}

// What TakeUp tells; the fields are set once `told` has been notified.
struct Taken {
  absl::Notification told;
  absl::StatusOr<bool> at_broker = false;

  Clerk::TakenUp Into() {
    return [this](absl::StatusOr<bool> result) {
      at_broker = std::move(result);
      told.Notify();
    };
  }
};

TEST_F(ClerkTest, EntriesThatOthersHaveChangedAreInForceHereAndAtThePlugin) {
  ASSERT_TRUE(policy::PutEntry(folder_, RegistryPart::kThings, "lamp", "{}\n").ok());
  Taken taken;
  clerk_.TakeUp({{RegistryPart::kThings, "lamp"}, {RegistryPart::kThings, "gone"}}, taken.Into());
  const proto::Command command = Next();
  const auto& changes = std::get<proto::RegistryCommand>(command.what).changes;
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(changes[0].text, "{}\n");
  EXPECT_EQ(changes[1].text, std::nullopt);
  EXPECT_FALSE(taken.told.HasBeenNotified());
  commands_.Reply({0, proto::EncodeCommandReply({.id = command.id})});
  ASSERT_TRUE(taken.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_TRUE(taken.at_broker.value());
  EXPECT_TRUE(registry_.Read(
      [](const policy::Registry& registry) { return registry.FindThing("lamp") != nullptr; }));
}

TEST_F(ClerkTest, OfEntriesOfWhichOneIsNotRightNoneIsTakenUp) {
  ASSERT_TRUE(policy::PutEntry(folder_, RegistryPart::kThings, "lamp", "{}\n").ok());
  storage::WriteFile(folder_ + "/things/bad.json", "{");
  Taken taken;
  clerk_.TakeUp({{RegistryPart::kThings, "lamp"}, {RegistryPart::kThings, "bad"}}, taken.Into());
  ASSERT_TRUE(taken.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_THAT(std::string(taken.at_broker.status().message()), HasSubstr("things/bad.json:1:"));
  EXPECT_TRUE(
      registry_.Read([](const policy::Registry& registry) { return registry.things().empty(); }));
}

TEST_F(ClerkTest, WithoutTheBrokerEntriesAreTakenUpHereAndThePluginReadsThemLater) {
  clerk_.LinksAre(1);
  commands_.Reply({0, proto::EncodeCommandReply({.id = Next().id})});
  ASSERT_TRUE(policy::PutEntry(folder_, RegistryPart::kThings, "lamp", "{}\n").ok());
  Taken taken;
  clerk_.TakeUp({{RegistryPart::kThings, "lamp"}}, taken.Into());
  Next();
  commands_.Take(false);  // the link falls before there is a reply
  ASSERT_TRUE(taken.told.WaitForNotificationWithTimeout(kLong));
  EXPECT_FALSE(taken.at_broker.value());
  clerk_.LinksAre(0);
  clerk_.LinksAre(1);
  EXPECT_TRUE(std::get<proto::RegistryCommand>(Next().what).reload);
}

TEST_F(ClerkTest, OfSeveralPluginsOneThatComesReadsTheRegistryWhateverTheOthersWereTold) {
  clerk_.LinksAre(0b01);
  commands_.Reply({0, proto::EncodeCommandReply({.id = Next().id})});
  clerk_.LinksAre(0b11);
  const auto orders = commands_.Take(0b11);
  ASSERT_EQ(orders.size(), 1u);
  EXPECT_EQ(orders[0].brokers, 0b10u);
  const auto command = proto::DecodeCommand(orders[0].envelope);
  EXPECT_TRUE(std::get<proto::RegistryCommand>(command->what).reload);
  commands_.Reply({1, proto::EncodeCommandReply({.id = command->id})});
  clerk_.LinksAre(0b10);
  clerk_.LinksAre(0b11);
  EXPECT_EQ(commands_.Take(0b11).at(0).brokers, 0b01u);
}

}  // namespace
}  // namespace service
