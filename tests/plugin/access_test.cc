#include "plugin/access.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/str_cat.h"
#include "policy/registry_files.h"
#include "proto/refusals.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr char kAllowAll[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
constexpr char kDenyConnect[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"iot:Connect","Resource":"*"}})";

constexpr char kIdentity[] = "us-east-1:0a1b2c3d-1111-4222-8333-444455556666";

class AccessTest : public testing::Test {
 protected:
  AccessTest() {
    broker_.us_per_look = 1;  // so that the work of a turn ends
    std::string folder = testing::TempDir() + "/access.XXXXXX";
    folder_ = mkdtemp(folder.data());
    for (const char* part :
         {"things", "policies", "certificates", "keys", "identities", "thing-groups"}) {
      std::filesystem::create_directory(folder_ + "/" + part);
    }
  }
  ~AccessTest() override { std::filesystem::remove_all(folder_); }

  void Write(absl::string_view file, absl::string_view text) {
    std::ofstream(absl::StrCat(folder_, "/", file)) << text;
  }

  static std::string Id(char digit) { return std::string(64, digit); }

  void WriteCertificate(char digit, absl::string_view policy, absl::string_view status = "ACTIVE") {
    Write(absl::StrCat("certificates/", Id(digit), ".json"),
          absl::StrCat(R"({"status":")", status, R"(","policies":[")", policy, "\"]}"));
  }

  std::unique_ptr<Access> Make(Auth auth, bool open_to_websocket = false) {
    Options options;
    options.auth = auth;
    options.open_to_websocket = open_to_websocket;
    options.registry = folder_;
    auto registry = policy::LoadRegistry(folder_);
    EXPECT_TRUE(registry.ok()) << registry.status();
    return std::make_unique<Access>(options, *registry, broker_, status_);
  }

  static Origin With(char digit) {
    Origin origin{.address = "192.0.2.1"};
    origin.certificate.emplace().id = Id(digit);
    return origin;
  }

  static Origin Signed(absl::string_view key) {
    Origin origin{.address = "192.0.2.1"};
    origin.tunnel =
        Tunnel{.access_key_id = std::string(key), .server_name = "shadow.example", .secure = true};
    return origin;
  }

  // Turns until a reload has ended, and once more to judge the connections.
  void Turn(Access& access) {
    const uint64_t ended = status_.registry_loads + status_.registry_refusals;
    for (int i = 0; i < 10'000 && ended == status_.registry_loads + status_.registry_refusals;
         ++i) {
      access.Tick(0);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    access.Tick(0);
  }

  std::string folder_;
  RecordingBroker broker_;
  proto::PluginStatus status_;
  int handles_[4];
  Client one_{.handle = &handles_[0], .id = "one"};
  Client two_{.handle = &handles_[1], .id = "two"};
};

TEST_F(AccessTest, OpenAsksNothingOfWhoIsLocal) {
  const auto access = Make(Auth::kOpen);
  EXPECT_TRUE(access->Connect(one_, {.address = "127.0.0.1"}));
  EXPECT_TRUE(access->MayPublish(one_, "t", true));
  EXPECT_FALSE(access->Connect(two_, {.address = "192.0.2.1"}));
  EXPECT_EQ(status_.refused_beyond_loopback, 1u);
}

TEST_F(AccessTest, AWebSocketIsNotLocalUnlessASettingSaysSo) {
  const Origin page = {.address = "127.0.0.1", .websocket = true};
  for (const Auth auth : {Auth::kOpen, Auth::kCertificateOrLocal}) {
    EXPECT_FALSE(Make(auth)->Connect(one_, page));
  }
  EXPECT_EQ(status_.refused_identity, 2u);
  EXPECT_EQ(status_.refused_beyond_loopback, 0u);
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("plugin_opt_open_to_websocket would let it in")));
  const Origin far_page = {.address = "192.0.2.1", .websocket = true};
  for (const Auth auth : {Auth::kOpen, Auth::kCertificateOrLocal}) {
    EXPECT_TRUE(Make(auth, true)->Connect(one_, page));
    EXPECT_FALSE(Make(auth, true)->Connect(one_, far_page));
  }
  EXPECT_FALSE(Make(Auth::kCertificate, true)->Connect(one_, page));
}

TEST_F(AccessTest, ACertificateIsHeldToItsPolicies) {
  Write("policies/all.json", kAllowAll);
  Write("policies/none.json", kDenyConnect);
  WriteCertificate('a', "all");
  WriteCertificate('b', "none");
  WriteCertificate('c', "all", "INACTIVE");
  const auto access = Make(Auth::kCertificate);
  EXPECT_TRUE(access->Connect(one_, With('a')));
  EXPECT_FALSE(access->Connect(two_, With('b')));
  EXPECT_FALSE(access->Connect(two_, With('c')));
  EXPECT_FALSE(access->Connect(two_, With('d')));
  EXPECT_FALSE(access->Connect(two_, {.address = "127.0.0.1"}));
  EXPECT_EQ(status_.refused_identity, 3u);
  EXPECT_EQ(status_.refused_connect, 1u);
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("denied by statement 1 of policy \"none\"")));
}

TEST_F(AccessTest, TheServiceHearsWhoWasRefusedWhatAndWhy) {
  Write("policies/none.json", kDenyConnect);
  WriteCertificate('b', "none");
  const auto access = Make(Auth::kCertificate);
  EXPECT_FALSE(access->Connect(two_, With('b')));
  EXPECT_FALSE(access->Connect(two_, With('b')));
  const Client stranger{.handle = &handles_[2], .id = "#"};
  EXPECT_FALSE(access->MayPublish(stranger, "a/b", false));
  const std::string envelope = access->TakeRefusals(7, 1234);
  const auto told = proto::DecodeRefusals(envelope);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->size(), 2u);
  const proto::AccessRefusal& first = (*told)[0];
  EXPECT_EQ(first.at_ms, 1234);
  EXPECT_EQ(first.client_id, two_.id);
  EXPECT_EQ(first.principal, Id('b'));
  EXPECT_EQ(first.address, "192.0.2.1");
  EXPECT_EQ(first.thing, two_.id);
  EXPECT_EQ(first.action, "iot:Connect");
  EXPECT_EQ(first.name, absl::StrCat("client/", two_.id));
  EXPECT_THAT(std::string(first.reason), HasSubstr("denied by statement 1 of policy \"none\""));
  const proto::AccessRefusal& second = (*told)[1];
  EXPECT_EQ(second.principal, "");
  EXPECT_EQ(second.thing, "");
  EXPECT_EQ(second.name, "topic/a/b");
  EXPECT_EQ(access->TakeRefusals(7, 1235), "");
}

TEST_F(AccessTest, AnAccessKeyIsHeldToItsPolicies) {
  Write("policies/all.json", kAllowAll);
  Write("policies/none.json", kDenyConnect);
  Write("keys/AKIAAAAAAAAAAAAAAAAA.json", R"({"status":"ACTIVE","policies":["all"]})");
  Write("keys/AKIABBBBBBBBBBBBBBBB.json", R"({"status":"ACTIVE","policies":["none"]})");
  Write("keys/AKIACCCCCCCCCCCCCCCC.json", R"({"status":"INACTIVE","policies":["all"]})");
  for (const Auth auth : {Auth::kCertificate, Auth::kCertificateOrLocal}) {
    const auto access = Make(auth);
    EXPECT_TRUE(access->Connect(one_, Signed("AKIAAAAAAAAAAAAAAAAA")));
    EXPECT_TRUE(access->MayPublish(one_, "t", true));
    EXPECT_EQ(access->ThingOf(one_.handle, ""), "");
    EXPECT_FALSE(access->Connect(two_, Signed("AKIABBBBBBBBBBBBBBBB")));
    two_.id = "three";
    EXPECT_FALSE(access->Connect(two_, Signed("AKIACCCCCCCCCCCCCCCC")));
    two_.id = "four";
    EXPECT_FALSE(access->Connect(two_, Signed("AKIADDDDDDDDDDDDDDDD")));
  }
  EXPECT_EQ(status_.refused_identity, 4u);
  EXPECT_EQ(status_.refused_connect, 2u);
  EXPECT_THAT(
      broker_.lines,
      Contains(HasSubstr("with access key AKIACCCCCCCCCCCCCCCC: iot:Connect on client/three: "
                         "the access key is INACTIVE")));
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("the access key is not registered")));
}

// W16
TEST_F(AccessTest, AnIdentityThatHasLoggedInNeedsItsOwnPoliciesAsWell) {
  Write("policies/all.json", kAllowAll);
  Write("policies/none.json", kDenyConnect);
  const auto lets_in = [this](absl::string_view key_policy, absl::string_view identity_policy,
                              absl::string_view more = "") {
    Write("keys/AKIAAAAAAAAAAAAAAAAA.json",
          absl::StrCat(R"({"status":"ACTIVE","policies":[")", key_policy, R"("],"identityId":")",
                       kIdentity, "\"", more, "}"));
    Write(absl::StrCat("identities/", kIdentity, ".json"),
          identity_policy.empty() ? "{}"
                                  : absl::StrCat(R"({"policies":[")", identity_policy, "\"]}"));
    return Make(Auth::kCertificate)->Connect(one_, Signed("AKIAAAAAAAAAAAAAAAAA"));
  };
  EXPECT_TRUE(lets_in("all", "all"));
  EXPECT_FALSE(lets_in("none", "all"));
  EXPECT_FALSE(lets_in("all", "none"));
  EXPECT_THAT(broker_.lines, Contains(HasSubstr(absl::StrCat(
                                 "identity ", kIdentity, ": denied by statement 1 of policy"))));
  EXPECT_FALSE(lets_in("all", ""));
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("denied: no policy is attached")));
  EXPECT_TRUE(lets_in("all", "none", R"(,"authenticated":false)"));
  EXPECT_FALSE(lets_in("none", "all", R"(,"authenticated":false)"));
}

TEST_F(AccessTest, AnIdentityHasItsVariablesItsThingAndThePoliciesOfItsGroups) {
  Write("policies/own.json",
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":[
            "arn:aws:iot:us-east-1:000000000000:client/${iot:Connection.Thing.ThingName}",
            "arn:aws:iot:us-east-1:000000000000:topic/${cognito-identity.amazonaws.com:sub}/*"]}})");
  Write("policies/all.json", kAllowAll);
  Write("policies/group.json",
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Publish",
            "Resource":"arn:aws:iot:us-east-1:000000000000:topic/group"}})");
  Write("thing-groups/g.json", R"({"policies":["group"]})");
  Write("things/one.json", R"({"thingGroupNames":["g"]})");
  Write("keys/AKIAAAAAAAAAAAAAAAAA.json",
        absl::StrCat(R"({"status":"ACTIVE","policies":["all"],"identityId":")", kIdentity, "\"}"));
  Write(absl::StrCat("identities/", kIdentity, ".json"),
        R"({"things":["one"],"policies":["own"]})");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, Signed("AKIAAAAAAAAAAAAAAAAA")));
  EXPECT_EQ(access->ThingOf(one_.handle, ""), "one");
  EXPECT_TRUE(access->MayPublish(one_, absl::StrCat(kIdentity, "/x"), false));
  EXPECT_FALSE(access->MayPublish(one_, "other/x", false));
  EXPECT_TRUE(access->MayPublish(one_, "group", false));
  EXPECT_FALSE(access->Connect(two_, Signed("AKIAAAAAAAAAAAAAAAAA")));
}

TEST_F(AccessTest, PoliciesSeeTheAddressAndTheServerNameOfATunnelledClient) {
  Write("policies/p.json",
        R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:*","Resource":"*",
            "Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"},
                         "StringEquals":{"iot:DomainName":"shadow.example"},
                         "Bool":{"aws:SecureTransport":"true"}}}})");
  Write("keys/AKIAAAAAAAAAAAAAAAAA.json", R"({"status":"ACTIVE","policies":["p"]})");
  const auto access = Make(Auth::kCertificate);
  Origin origin = Signed("AKIAAAAAAAAAAAAAAAAA");
  EXPECT_TRUE(access->Connect(one_, origin));
  origin.address = "127.0.0.1";
  EXPECT_FALSE(access->Connect(two_, origin));
  origin.address = "192.0.2.1";
  origin.tunnel->server_name = "other.example";
  EXPECT_FALSE(access->Connect(two_, origin));
  origin.tunnel->server_name = "shadow.example";
  origin.tunnel->secure = false;
  EXPECT_FALSE(access->Connect(two_, origin));
}

TEST_F(AccessTest, ATunnelledClientWithoutAKeyIsAsNearAsItsOwnAddress) {
  Origin near{.address = "127.0.0.1"};
  near.tunnel.emplace();
  Origin far{.address = "192.0.2.1"};
  far.tunnel.emplace();
  for (const Auth auth : {Auth::kOpen, Auth::kCertificateOrLocal}) {
    EXPECT_TRUE(Make(auth)->Connect(one_, near));
    EXPECT_FALSE(Make(auth)->Connect(one_, far));
  }
  EXPECT_FALSE(Make(Auth::kCertificate)->Connect(one_, near));
}

TEST_F(AccessTest, AReloadEndsWhoseKeyMayNotBeHere) {
  Write("policies/all.json", kAllowAll);
  Write("keys/AKIAAAAAAAAAAAAAAAAA.json", R"({"status":"ACTIVE","policies":["all"]})");
  Write("keys/AKIABBBBBBBBBBBBBBBB.json", R"({"status":"ACTIVE","policies":["all"]})");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, Signed("AKIAAAAAAAAAAAAAAAAA")));
  ASSERT_TRUE(access->Connect(two_, Signed("AKIABBBBBBBBBBBBBBBB")));
  std::filesystem::remove(folder_ + "/keys/AKIABBBBBBBBBBBBBBBB.json");
  access->Reload();
  Turn(*access);
  EXPECT_THAT(broker_.disconnected, ElementsAre("two"));
}

TEST_F(AccessTest, WhoIsTakenForAwayMayNothing) {
  const auto access = Make(Auth::kCertificateOrLocal);
  access->TakeForAway(one_, "127.0.0.1");
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
  EXPECT_FALSE(access->MaySubscribe(one_, "t"));
}

TEST_F(AccessTest, AConnectionThatNobodyAskedForMayNothing) {
  const auto access = Make(Auth::kCertificate);
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
  EXPECT_FALSE(access->MaySubscribe(one_, "t"));
}

TEST_F(AccessTest, DecisionsThatSpeakOfTheTimeAreNotRemembered) {
  Write("policies/p.json",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"},
            {"Effect":"Deny","Action":"iot:Publish","Resource":"*",
             "Condition":{"NumericGreaterThan":{"aws:EpochTime":"100"}}}]})");
  WriteCertificate('a', "p");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  broker_.epoch_s = 100;
  EXPECT_TRUE(access->MayPublish(one_, "t", false));
  broker_.epoch_s = 101;
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
}

TEST_F(AccessTest, AReloadDropsWhatWasDecidedAndEndsWhoMayNotBeHere) {
  Write("policies/all.json", kAllowAll);
  WriteCertificate('a', "all");
  WriteCertificate('b', "all");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  ASSERT_TRUE(access->Connect(two_, With('b')));
  ASSERT_TRUE(access->MayPublish(one_, "t", false));
  Write(
      "policies/all.json",
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}})");
  WriteCertificate('b', "all", "INACTIVE");
  access->Reload();
  EXPECT_TRUE(access->MayPublish(one_, "t", false));  // not yet read
  Turn(*access);
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
  EXPECT_THAT(broker_.disconnected, ElementsAre("two"));
  EXPECT_EQ(status_.expelled, 1u);
  EXPECT_EQ(status_.registry_loads, 1u);
}

TEST_F(AccessTest, ABadRegistryChangesNothing) {
  Write("policies/all.json", kAllowAll);
  WriteCertificate('a', "all");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  WriteCertificate('a', "missing");
  access->Reload();
  Turn(*access);
  EXPECT_TRUE(access->MayPublish(one_, "t", false));
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  EXPECT_EQ(status_.registry_refusals, 1u);
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("no policy \"missing\" is registered")));
}

TEST_F(AccessTest, AChangeBehindAReloadIsReadByAnother) {
  Write("policies/all.json", kAllowAll);
  WriteCertificate('a', "all");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  access->Reload();
  WriteCertificate('a', "all", "INACTIVE");
  access->Reload();  // while the first is under way, or is not taken yet
  Turn(*access);
  EXPECT_THAT(broker_.disconnected, ElementsAre("one"));
  EXPECT_EQ(status_.registry_loads, 1u);
}

TEST_F(AccessTest, WhoIsAwayIsNotJudged) {
  Write("policies/all.json", kAllowAll);
  WriteCertificate('a', "all");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  access->Disconnect(one_.handle);
  EXPECT_TRUE(access->MayReceive(one_, "t"));
  EXPECT_TRUE(access->IsAway(one_, {.address = "192.0.2.1"}, true));
  EXPECT_TRUE(access->IsAway(two_, {}, false));  // older than the broker
  EXPECT_FALSE(access->IsAway(two_, With('a'), true));
}

TEST_F(AccessTest, TheWillOfALocalClientIsAskedForWhenItHasGone) {
  const auto access = Make(Auth::kCertificateOrLocal);
  ASSERT_TRUE(access->Connect(one_, {.address = "127.0.0.1"}));
  access->Disconnect(one_.handle);
  EXPECT_TRUE(access->MayPublish(one_, "will", true));
}

TEST_F(AccessTest, WhatIsKeptForWillsIsBounded) {
  const auto access = Make(Auth::kCertificateOrLocal);
  std::vector<int> handles(Access::kDepartedMax + 1);
  for (const int& handle : handles) {
    ASSERT_TRUE(access->Connect({.handle = &handle, .id = "c"}, {.address = "127.0.0.1"}));
    access->Disconnect(&handle);
  }
  EXPECT_FALSE(access->MayPublish({.handle = &handles.front(), .id = "c"}, "will", false));
  EXPECT_TRUE(access->MayPublish({.handle = &handles[1], .id = "c"}, "will", false));
}

TEST_F(AccessTest, ARefusedConnectionChangesNothingForWhoHasItsClientId) {
  Write("policies/p.json",
        R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:*","Resource":"*"},
            {"Effect":"Deny","Action":"iot:Connect","Resource":"*",
             "Condition":{"ForAnyValue:StringEquals":{"iot:ConnectAttributes":"LastWill"}}}]})");
  WriteCertificate('a', "p");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  EXPECT_FALSE(access->Connect({.handle = two_.handle, .id = "one"}, With('f')));
  EXPECT_TRUE(access->MayPublish(one_, "t", false));
  // Who is let in takes the session over: what the other still publishes is its will.
  EXPECT_TRUE(access->Connect({.handle = two_.handle, .id = "one"}, With('a')));
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
}

TEST_F(AccessTest, WhoCanReceiveNothingJoinsNoGroup) {
  Write("policies/p.json",
        R"({"Version":"2012-10-17","Statement":[
            {"Effect":"Allow","Action":["iot:Connect","iot:Subscribe"],"Resource":"*"},
            {"Effect":"Allow","Action":"iot:Receive",
             "Resource":"arn:aws:iot:us-east-1:123456789012:topic/work/mine"}]})");
  WriteCertificate('a', "p");
  const auto access = Make(Auth::kCertificate);
  ASSERT_TRUE(access->Connect(one_, With('a')));
  EXPECT_TRUE(access->MaySubscribe(one_, "$share/g/work/mine"));
  EXPECT_FALSE(access->MaySubscribe(one_, "$share/g/work/theirs"));
  EXPECT_THAT(broker_.lines, Contains(HasSubstr("iot:Receive on topic/work/theirs")));
  EXPECT_TRUE(access->MaySubscribe(one_, "work/theirs"));
  EXPECT_TRUE(access->MaySubscribe(one_, "$share/g/work/+"));  // some of it it may have
}

TEST_F(AccessTest, WhoMightBeAwayMayNothing) {
  const auto access = Make(Auth::kCertificate);
  EXPECT_TRUE(access->IsAway(one_, {.address = "127.0.0.1"}, false));
  EXPECT_FALSE(access->MayReceive(one_, "t"));
  EXPECT_FALSE(access->MayPublish(one_, "t", false));
}

TEST_F(AccessTest, ACertificateStandsForItsOnlyThingAndAReloadCanChangeThat) {
  const auto attach = [&](absl::string_view things) {
    Write(absl::StrCat("certificates/", Id('a'), ".json"),
          absl::StrCat(R"({"status":"ACTIVE","policies":["p"],"things":[)", things, "]}"));
  };
  Write("policies/p.json", kAllowAll);
  Write("things/lamp.json", "{}");
  Write("things/heater.json", "{}");
  attach(R"("lamp")");
  const auto access = Make(Auth::kCertificateOrLocal);
  EXPECT_TRUE(access->Connect(one_, With('a')));
  EXPECT_TRUE(access->Connect(two_, {.address = "127.0.0.1"}));
  EXPECT_EQ(access->ThingOf(one_.handle, ""), "lamp");
  EXPECT_EQ(access->ThingOf(two_.handle, ""), "");
  EXPECT_EQ(access->ThingOf(&handles_[2], ""), "");
  EXPECT_THAT(access->TakeJudged(), IsEmpty());

  attach(R"("lamp","heater")");
  access->Reload();
  Turn(*access);
  EXPECT_EQ(access->ThingOf(one_.handle, ""), "");
  EXPECT_THAT(access->TakeJudged(), ElementsAre(one_.handle));
  EXPECT_THAT(access->TakeJudged(), IsEmpty());
}

}  // namespace
}  // namespace plugin
