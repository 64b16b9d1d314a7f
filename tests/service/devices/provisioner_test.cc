#include "service/devices/provisioner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "policy/entry_change.h"
#include "policy/registry_files.h"
#include "policy/registry_writer.h"
#include "storage/memory_store.h"
#include "tests/storage/scratch_folder.h"

namespace service {
namespace {

using testing::HasSubstr;

constexpr absl::Duration kProvisioningBound = absl::Seconds(30);
constexpr absl::string_view kBody =
    R"({"Parameters": {"Serial": {"Type": "String"}}, "Resources": {
        "t": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": {"Ref": "Serial"}}},
        "c": {"Type": "AWS::IoT::Certificate",
              "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}})";

// A clerk with an authority, and a plugin that takes whatever comes.
class ProvisionerTest : public testing::Test {
 protected:
  ProvisionerTest() {
    EXPECT_TRUE(policy::MakeFolder(folder_).ok());
    health_.LinkIs(true);
    plugin_ = std::thread([this] { BePlugin(); });
  }
  ~ProvisionerTest() override {
    {
      const absl::MutexLock lock(&mutex_);
      ending_ = true;
    }
    plugin_.join();
  }

  static Clerk::Settings Settings(control::Surroundings::Hooks hooks) {
    Clerk::Settings settings;
    settings.here.region = "us-east-1";
    settings.here.account_id = "000000000000";
    settings.here.hooks = hooks;
    settings.here.certify = [](absl::string_view csr) -> absl::StatusOr<control::Made> {
      if (csr.size() != 64) return absl::InvalidArgumentError("it is no CSR");
      return control::Made{.certificate = "PEM\n", .id = std::string(csr)};
    };
    settings.now_ms = [] { return int64_t{1'764'417'600'123}; };
    return settings;
  }

  void BePlugin() {
    const auto woken = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ending_ || woken_; };
    for (;;) {
      {
        const absl::MutexLock lock(&mutex_, absl::Condition(&woken));
        if (!woken_) return;
        woken_ = false;
      }
      for (const auto& order : commands_.Take(true)) {
        const auto command = proto::DecodeCommand(order.envelope);
        commands_.Reply({0, proto::EncodeCommandReply({.id = command->id})});
      }
    }
  }

  void MakeTemplate(absl::string_view name, bool hook) {
    policy::ProvisioningTemplate one{.name = std::string(name), .enabled = true};
    one.versions[1] = {.created = 1, .body = std::string(kBody)};
    if (hook) one.hook.target_arn = "arn:aws:lambda:f";
    absl::Notification done;
    clerk_.Put([&](const control::Account&,
                   const control::Surroundings&) { return control::Done{.changes = {Put(one)}}; },
               [&](const rest::Answer& answer) {
                 EXPECT_EQ(answer.status, 200) << answer.body;
                 done.Notify();
               });
    EXPECT_TRUE(done.WaitForNotificationWithTimeout(kProvisioningBound));
  }

  static Provisioner::Request Of(absl::string_view topic, absl::string_view payload,
                                 uint64_t connection = 1) {
    return {.topic = std::string(topic),
            .payload = std::string(payload),
            .client_id = "client",
            .principal = "claim",
            .connection = connection};
  }

  // The payload of the answer, behind "accepted " or "rejected ".
  static std::string Await(Provisioner& provisioner, Provisioner::Request request) {
    absl::Notification done;
    std::string said;
    provisioner.Take(std::move(request), [&](const desk::Answer& answer) {
      said = absl::StrCat(answer.accepted ? "accepted " : "rejected ", answer.payload);
      done.Notify();
    });
    EXPECT_TRUE(done.WaitForNotificationWithTimeout(kProvisioningBound));
    return said;
  }

  static Provisioner::Request Csr(char digit, uint64_t connection = 1) {
    return Of("$aws/certificates/create-from-csr/json",
              absl::StrCat(R"({"certificateSigningRequest": ")", std::string(64, digit), "\"}"),
              connection);
  }

  // Asks for a certificate and then to be provisioned with it.
  static std::string Become(Provisioner& provisioner, char digit, absl::string_view name) {
    const std::string made = Await(provisioner, Csr(digit));
    const size_t token = made.find("Token\":\"") + 8;
    return Await(provisioner,
                 Of("$aws/provisioning-templates/lamps/provision/json",
                    absl::StrCat(R"({"certificateOwnershipToken": ")", made.substr(token, 256),
                                 R"(", "parameters": {"Serial": ")", name, "\"}}")));
  }

  bool HasThing(absl::string_view name) {
    return registry_.Read(
        [&](const policy::Registry& registry) { return registry.FindThing(name) != nullptr; });
  }

  const storage::ScratchFolder scratch_;
  const std::string folder_ = scratch_.In("registry");
  storage::MemoryStore store_;
  Health health_{store_};
  Log log_{LogLevel::kError, LogFormat::kText};
  absl::Mutex mutex_;
  bool woken_ ABSL_GUARDED_BY(mutex_) = false;
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread plugin_;
  Commands commands_{[this] {
    const absl::MutexLock lock(&mutex_);
    woken_ = true;
  }};
  Whereabouts whereabouts_;
  RegistryInForce registry_{folder_};
  Clerk clerk_{Settings(control::Surroundings::Hooks::kAsked),
               registry_,
               commands_,
               whereabouts_,
               health_,
               log_};
};

TEST_F(ProvisionerTest, ADeviceGetsACertificateAndBecomesAThing) {
  MakeTemplate("lamps", false);
  Provisioner provisioner("", clerk_, log_);
  EXPECT_EQ(Become(provisioner, 'a', "lamp1"),
            R"(accepted {"deviceConfiguration":{},"thingName":"lamp1"})");
  EXPECT_TRUE(HasThing("lamp1"));
}

TEST_F(ProvisionerTest, WhatIsRefusedIsWordedAsAwsDoes) {
  Provisioner provisioner("", clerk_, log_);
  EXPECT_EQ(Await(provisioner, Of("$aws/provisioning-templates/none/provision/json", "{}")),
            R"(rejected {"statusCode":404,"errorCode":"ResourceNotFound",)"
            R"("errorMessage":"Provisioning template none does not exist in your account"})");
  EXPECT_THAT(Await(provisioner, Of("$aws/certificates/create-from-csr/json", "{}")),
              HasSubstr("InvalidCSR"));
  auto unreadable = Of("$aws/certificates/create/cbor", "");
  unreadable.fault = "tags of CBOR are not taken";
  EXPECT_EQ(Await(provisioner, unreadable),
            R"(rejected {"statusCode":400,"errorCode":"InvalidParameters",)"
            R"("errorMessage":"tags of CBOR are not taken"})");
  EXPECT_THAT(Await(provisioner, Of("$aws/certificates/none/json", "")),
              HasSubstr("\"statusCode\":500"));
}

TEST_F(ProvisionerTest, TheHookDecidesAndChangesParameters) {
  MakeTemplate("lamps", true);
  {
    Provisioner provisioner(R"(grep -q '"clientId":"client"' && echo '{"allowProvisioning": true, )"
                            R"("parameterOverrides": {"Serial": "other"}}')",
                            clerk_, log_);
    EXPECT_EQ(Become(provisioner, 'a', "lamp1"),
              R"(accepted {"deviceConfiguration":{},"thingName":"other"})");
  }
  for (const auto* const command :
       {R"(echo '{"allowProvisioning": false}')", "exit 1", "echo nonsense"}) {
    Provisioner provisioner(command, clerk_, log_);
    EXPECT_THAT(Become(provisioner, 'b', "lamp2"),
                HasSubstr(R"(rejected {"statusCode":403,"errorCode":"AccessDenied")"))
        << command;
  }
  EXPECT_FALSE(HasThing("lamp2"));
}

// F1, F15
TEST_F(ProvisionerTest, AConnectionAsksOneThingAtATime) {
  Provisioner provisioner("", clerk_, log_);
  absl::Notification began;
  absl::Notification go_on;
  clerk_.Put(
      [&](const control::Account&, const control::Surroundings&) {
        began.Notify();
        go_on.WaitForNotificationWithTimeout(kProvisioningBound);
        return control::Done{};
      },
      [](const rest::Answer&) {});
  ASSERT_TRUE(began.WaitForNotificationWithTimeout(kProvisioningBound));
  absl::Notification first;
  std::string said;
  provisioner.Take(Csr('a'), [&](const desk::Answer& answer) {
    said = answer.payload;
    first.Notify();
  });
  const auto throttled = HasSubstr(R"(rejected {"statusCode":429,"errorCode":"Throttling")");
  EXPECT_THAT(Await(provisioner, Csr('b')), throttled);
  EXPECT_FALSE(first.HasBeenNotified());
  go_on.Notify();
  ASSERT_TRUE(first.WaitForNotificationWithTimeout(kProvisioningBound));
  EXPECT_THAT(said, HasSubstr("certificateOwnershipToken"));
}

TEST_F(ProvisionerTest, AConnectionGetsNoMoreCertificatesThanItsAllowance) {
  Provisioner provisioner("", clerk_, log_);
  size_t accepted = 0;
  for (const char digit : absl::string_view("0123456789abcdef")) {
    const std::string answer = Await(provisioner, Csr(digit));
    if (answer.substr(0, 8) == "accepted") ++accepted;
  }
  EXPECT_GE(accepted, 5u);
  EXPECT_LT(accepted, 16u);
  EXPECT_THAT(Await(provisioner, Csr('0', 2)), HasSubstr("accepted"));
}

TEST_F(ProvisionerTest, WhoWaitsForTheHookIsToldWhenItEnds) {
  MakeTemplate("lamps", true);
  std::string said;
  absl::Notification done;
  {
    Provisioner provisioner("sleep 100", clerk_, log_);
    const std::string made = Await(provisioner, Csr('a'));
    const size_t token = made.find("Token\":\"") + 8;
    provisioner.Take(Of("$aws/provisioning-templates/lamps/provision/json",
                        absl::StrCat(R"({"certificateOwnershipToken": ")", made.substr(token, 256),
                                     R"(", "parameters": {"Serial": "lamp1"}})")),
                     [&](const desk::Answer& answer) {
                       said = answer.payload;
                       done.Notify();
                     });
  }
  ASSERT_TRUE(done.WaitForNotificationWithTimeout(kProvisioningBound));
  EXPECT_THAT(said, HasSubstr("\"statusCode\""));
}

}  // namespace
}  // namespace service
