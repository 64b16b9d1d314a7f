// What a change of the registry does to those who are connected, and when whoever made it is told.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "absl/strings/str_cat.h"
#include "plugin/access.h"
#include "plugin/plugin.h"
#include "policy/registry_files.h"
#include "policy/registry_part.h"
#include "policy/registry_writer.h"
#include "proto/arrivals.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "proto/refusals.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using policy::RegistryPart;
using proto::RegistryCommand;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

constexpr char kAllowAll[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}})";
constexpr char kAllowConnect[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"iot:Connect","Resource":"*"}})";
constexpr char kNothing[] =
    R"({"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}})";

class RegistryChangeTest : public testing::Test {
 protected:
  RegistryChangeTest() {
    std::string folder = testing::TempDir() + "/change.XXXXXX";
    folder_ = mkdtemp(folder.data());
    broker_.us_per_look = 1;  // so that the work of a turn ends
    Write(RegistryPart::kPolicies, "all", kAllowAll);
    for (const char digit : {'a', 'b'}) {
      Write(RegistryPart::kCertificates, Id(digit), Certificate("all"));
    }
    access_ = Make(Auth::kCertificate);
  }
  ~RegistryChangeTest() override { std::filesystem::remove_all(folder_); }

  static std::string Id(char digit) { return std::string(64, digit); }
  static std::string Certificate(absl::string_view policy, absl::string_view status = "ACTIVE",
                                 absl::string_view thing = "") {
    const std::string things = thing.empty() ? "" : absl::StrCat("\"", thing, "\"");
    return absl::StrCat(R"({"status":")", status, R"(","things":[)", things, R"(],"policies":[")",
                        policy, "\"]}");
  }

  void Write(RegistryPart part, absl::string_view name, absl::string_view text) {
    const auto written = policy::PutEntry(folder_, part, name, text);
    EXPECT_TRUE(written.ok()) << written.status();
  }

  std::unique_ptr<Access> Make(Auth auth) {
    Options options;
    options.auth = auth;
    options.registry = folder_;
    auto registry = policy::LoadRegistry(folder_);
    EXPECT_TRUE(registry.ok()) << registry.status();
    return std::make_unique<Access>(options, *registry, broker_, status_);
  }

  void Connect(const Client& client, char digit) {
    Origin origin{.address = "192.0.2.1"};
    origin.certificate.emplace().id = Id(digit);
    ASSERT_TRUE(access_->Connect(client, origin));
  }

  Access::Changed Told(absl::string_view what) {
    return [this, what = std::string(what)](const absl::StatusOr<uint64_t>& ended) {
      told_.push_back(ended.ok() ? absl::StrCat(what, ": ", *ended)
                                 : absl::StrCat(what, ": ", ended.status().message()));
      ended_when_told_ = broker_.disconnected.size();
    };
  }

  static RegistryCommand::Change Put(RegistryPart part, absl::string_view name,
                                     absl::string_view text) {
    return {policy::PartNumber(part), name, text};
  }
  void Change(std::vector<RegistryCommand::Change> changes, absl::string_view what = "done") {
    access_->Change({.changes = std::move(changes)}, Told(what));
  }

  // Until a reload has ended, and all were judged.
  void TurnUntilTold(size_t count) {
    for (int i = 0; i < 10'000 && told_.size() < count; ++i) {
      access_->Tick(0);
      if (told_.size() < count) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  }

  std::string folder_;
  RecordingBroker broker_;
  proto::PluginStatus status_;
  std::unique_ptr<Access> access_;
  std::vector<std::string> told_;
  size_t ended_when_told_ = 0;  // connections
  int handles_[4];
  Client one_{.handle = &handles_[0], .id = "one"};
  Client two_{.handle = &handles_[1], .id = "two"};
};

TEST_F(RegistryChangeTest, ADeactivatedCertificatesConnectionIsCutBeforeTheAnswer) {
  Connect(one_, 'a');
  Connect(two_, 'b');
  ASSERT_TRUE(access_->MayPublish(one_, "t", false));
  const std::string inactive = Certificate("all", "INACTIVE");
  Change({Put(RegistryPart::kCertificates, Id('a'), inactive)});
  EXPECT_FALSE(access_->MayPublish(one_, "t", false));
  EXPECT_THAT(told_, IsEmpty());
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 1"));
  EXPECT_EQ(ended_when_told_, 1u);
  EXPECT_THAT(broker_.disconnected, ElementsAre("one"));
  EXPECT_EQ(status_.expelled, 1u);
  EXPECT_THAT(access_->TakeJudged(), IsEmpty());  // the other was not looked at
}

TEST_F(RegistryChangeTest, ARemovedCertificateIsUnknown) {
  Connect(one_, 'a');
  Change({{policy::PartNumber(RegistryPart::kCertificates), Id('a')}});
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 1"));
  EXPECT_THAT(broker_.lines.back(), HasSubstr("the certificate is not registered"));
}

TEST_F(RegistryChangeTest, ANewCertificateMayConnectAtOnce) {
  Connect(one_, 'a');
  const std::string text = Certificate("fresh");
  Change({Put(RegistryPart::kPolicies, "fresh", kAllowConnect),
          Put(RegistryPart::kCertificates, Id('c'), text)});
  Connect(two_, 'c');
  EXPECT_FALSE(access_->MayPublish(two_, "t", false));
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 0"));
}

TEST_F(RegistryChangeTest, APoliciesChangeDropsWhatWasDecidedForAnybody) {
  Connect(one_, 'a');
  Connect(two_, 'b');
  ASSERT_TRUE(access_->MayPublish(one_, "t", false));
  Change({Put(RegistryPart::kPolicies, "all", kAllowConnect)});
  EXPECT_FALSE(access_->MayPublish(one_, "t", false));
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 0"));
  EXPECT_THAT(access_->TakeJudged(), UnorderedElementsAre(one_.handle, two_.handle));
  Change({Put(RegistryPart::kPolicies, "all", kNothing)});
  access_->Tick(0);
  EXPECT_THAT(broker_.disconnected, UnorderedElementsAre("one", "two"));
  EXPECT_EQ(told_.back(), "done: 2");
}

TEST_F(RegistryChangeTest, AThingGroupsPoliciesTakeForceForItsThings) {
  Connect(one_, 'a');
  const std::string text = Certificate("all", "ACTIVE", "one");
  Change({Put(RegistryPart::kThings, "one", R"({"thingGroupNames":["g"]})"),
          Put(RegistryPart::kCertificates, Id('a'), text)},
         "attached");
  access_->Tick(0);
  EXPECT_EQ(access_->ThingOf(one_.handle, ""), "one");
  EXPECT_THAT(access_->TakeJudged(), ElementsAre(one_.handle));
  Change({Put(RegistryPart::kPolicies, "none", kNothing)}, "policy");
  access_->Tick(0);
  Change({Put(RegistryPart::kThingGroups, "g", R"({"policies":["none"]})")}, "group");
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("attached: 0", "policy: 0", "group: 1"));
}

TEST_F(RegistryChangeTest, AFaultRefusesAllOfAChangeAndSaysWhere) {
  Connect(one_, 'a');
  const std::string inactive = Certificate("all", "INACTIVE");
  Change({Put(RegistryPart::kCertificates, Id('a'), inactive),
          Put(RegistryPart::kThings, "t", "{\n  \"x\": 1}"),
          Put(RegistryPart::kThings, "a b", "{}")});
  Change({{0, "t", "{}"}}, "number");
  Change({{255, "t"}}, "number");
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: things/t.json:2:3: a thing cannot have \"x\"\n"
                                 "things/a b.json: \"a b\" cannot name a thing: 1 to 128 letters, "
                                 "digits, : _ and - are allowed",
                                 "number: the registry has no part 0, of which \"t\" would be an "
                                 "entry",
                                 "number: the registry has no part 255, of which \"t\" would be an "
                                 "entry"));
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  EXPECT_TRUE(access_->MayPublish(one_, "t", false));
}

TEST_F(RegistryChangeTest, SeveralAreAnsweredOnceEachInTheirOrder) {
  Connect(one_, 'a');
  Connect(two_, 'b');
  broker_.us_per_look = Reviews::kTurnUs / 2;  // one connection a turn
  const std::string inactive = Certificate("all", "INACTIVE");
  Change({Put(RegistryPart::kPolicies, "all", kAllowConnect)}, "first");
  Change({{0, "x"}}, "second");
  Change({Put(RegistryPart::kThings, "new", "{}")}, "third");
  Change({Put(RegistryPart::kCertificates, Id('b'), inactive)}, "fourth");
  access_->Tick(0);
  EXPECT_THAT(told_, IsEmpty());
  for (int i = 0; i < 10; ++i) access_->Tick(0);
  // The first review meets what all of them have changed.
  EXPECT_THAT(told_, ElementsAre("first: 1", HasSubstr("second: the registry has no part 0"),
                                 "third: 0", HasSubstr("fourth: ")));
}

TEST_F(RegistryChangeTest, AReloadThatIsUnderWayDoesNotUndoIt) {
  Connect(one_, 'a');
  access_->Reload();
  const std::string inactive = Certificate("all", "INACTIVE");  // in memory, but for this test
  Change({Put(RegistryPart::kCertificates, Id('a'), inactive),
          {policy::PartNumber(RegistryPart::kCertificates), Id('b')}});
  for (int i = 0; i < 10'000 && status_.registry_loads == 0; ++i) {
    access_->Tick(0);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  ASSERT_EQ(status_.registry_loads, 1u);
  Origin origin{.address = "192.0.2.1"};
  for (const char digit : {'a', 'b'}) {
    origin.certificate.emplace().id = Id(digit);
    EXPECT_FALSE(access_->Connect(two_, origin)) << digit;
  }
}

TEST_F(RegistryChangeTest, AReadingThatBeginsLaterHasWhatTheFolderHas) {
  access_->Reload();
  const std::string inactive = Certificate("all", "INACTIVE");  // in memory, but for this test
  Change({Put(RegistryPart::kCertificates, Id('a'), inactive)});
  access_->Change({.reload = true}, Told("reload"));  // behind the one that is under way
  TurnUntilTold(2);
  EXPECT_EQ(status_.registry_loads, 1u);
  Connect(two_, 'a');
}

TEST_F(RegistryChangeTest, AReadingIsAnsweredWhenItTookForceAndAllWereJudged) {
  Connect(one_, 'a');
  Write(RegistryPart::kCertificates, Id('a'), Certificate("all", "INACTIVE"));
  access_->Change({.reload = true}, Told("reload"));
  access_->Change({.reload = true}, Told("another"));
  TurnUntilTold(2);
  EXPECT_THAT(told_, ElementsAre("reload: 1", "another: 1"));
  EXPECT_EQ(ended_when_told_, 1u);

  Write(RegistryPart::kCertificates, Id('b'), Certificate("missing"));
  access_->Change({.reload = true}, Told("faulty"));
  TurnUntilTold(3);
  EXPECT_THAT(told_.back(), HasSubstr("faulty: certificates/"));
  EXPECT_THAT(told_.back(), HasSubstr("no policy \"missing\" is registered"));
}

TEST_F(RegistryChangeTest, AWillIsAskedForByWhatHoldsWhenItIsSent) {
  Connect(one_, 'a');
  access_->Disconnect(one_.handle);
  EXPECT_TRUE(access_->MayPublish(one_, "will", false));
  const std::string inactive = Certificate("all", "INACTIVE");
  Change({Put(RegistryPart::kCertificates, Id('a'), inactive)});
  EXPECT_FALSE(access_->MayPublish(one_, "will", false));
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 0"));
  EXPECT_THAT(broker_.disconnected, IsEmpty());
}

TEST_F(RegistryChangeTest, WhoTookTheHandleOfAnotherIsJudgedForItself) {
  Connect(one_, 'a');
  Connect({.handle = one_.handle, .id = "three"}, 'b');
  Change({{policy::PartNumber(RegistryPart::kCertificates), Id('a')}}, "a");
  Change({{policy::PartNumber(RegistryPart::kCertificates), Id('b')}}, "b");
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("a: 0", "b: 1"));
  EXPECT_THAT(broker_.disconnected, ElementsAre("three"));
}

TEST_F(RegistryChangeTest, WhoHasGoneAndIsForgottenIsNotJudged) {
  Connect(one_, 'a');
  access_->Disconnect(one_.handle);
  Connect({.handle = one_.handle, .id = "three"}, 'b');
  Change({{policy::PartNumber(RegistryPart::kCertificates), Id('a')}});
  Change({Put(RegistryPart::kThings, "one", "{}")});
  access_->Tick(0);
  EXPECT_THAT(told_, ElementsAre("done: 0", "done: 0"));
  EXPECT_THAT(access_->TakeJudged(), IsEmpty());
}

TEST_F(RegistryChangeTest, WhereEverythingIsOpenItIsDoneAtOnce) {
  access_ = Make(Auth::kOpen);
  Change({{0, "x"}});
  access_->Change({.reload = true}, Told("reload"));
  EXPECT_THAT(told_, ElementsAre("done: 0", "reload: 0"));
}

// A broker that cuts, and tells of it, as Mosquitto does.
class CuttingBroker : public RecordingBroker {
 public:
  void Disconnect(const std::string& client_id, bool with_will) override {
    RecordingBroker::Disconnect(client_id, with_will);
    cut();
  }
  std::function<void()> cut;
};

// A service and a device with a certificate, of which both have said hello.
class RegistryCommandTest : public testing::Test {
 protected:
  RegistryCommandTest() {
    broker_.cut = [this] { plugin_.Disconnect(device_, 1); };
    Origin origin{.address = "192.0.2.1"};
    origin.certificate.emplace().id = id_;
    Greet(service_);
    EXPECT_TRUE(plugin_.Connect(device_, origin, "", "", 0));
    plugin_.Tick(0);
  }

  std::shared_ptr<policy::Registry> Registered() const {
    auto registry = std::make_shared<policy::Registry>();
    EXPECT_TRUE(registry->Put(RegistryPart::kPolicies, "all", kAllowAll).ok());
    const absl::string_view entry = R"({"status":"ACTIVE","policies":["all"]})";
    EXPECT_TRUE(registry->Put(RegistryPart::kCertificates, id_, entry).ok());
    return registry;
  }

  void Greet(const Client& service) {
    EXPECT_TRUE(plugin_.Connect(service, {}, proto::kServiceUser, kSecret, 0));
    plugin_.Message(service, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
  }

  void RemoveTheCertificate() {
    const proto::RegistryCommand gone{{{policy::PartNumber(RegistryPart::kCertificates), id_}}};
    plugin_.Message(service_, proto::kAnswersTopic, proto::EncodeCommand({.id = 7, .what = gone}),
                    1);
  }

  static constexpr absl::string_view kSecret = "0123456789abcdef";
  const std::string id_ = std::string(64, 'a');
  const Options options_{.link_secret_file = "unused", .auth = Auth::kCertificate};
  CuttingBroker broker_;
  Plugin plugin_{options_, std::string(kSecret), /*epoch=*/77, broker_, 0, Registered()};
  int handles_[3];
  const Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  const Client device_{.handle = &handles_[1], .id = "device"};
};

TEST_F(RegistryCommandTest, TheServiceIsToldWhoWasCutBeforeItIsToldToBeDone) {
  const size_t batches = broker_.batches.size();
  const size_t arrivals = broker_.arrivals.size();
  RemoveTheCertificate();
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  ASSERT_EQ(broker_.batches.size(), batches + 2);
  const auto reply = proto::DecodeCommandReply(broker_.batches[batches].payload);
  ASSERT_TRUE(reply.ok()) << reply.status();
  EXPECT_EQ(*reply, (proto::CommandReply{.id = 7, .text = "1"}));
  EXPECT_TRUE(proto::IsRefusals(broker_.batches.back().payload));
  ASSERT_EQ(broker_.arrivals.size(), arrivals + 1);
  EXPECT_EQ(broker_.arrivals.back().behind, batches);
  const auto told = proto::DecodeArrivals(broker_.arrivals.back().payload);
  ASSERT_TRUE(told.ok()) << told.status();
  ASSERT_EQ(told->arrivals.size(), 1u);
  EXPECT_TRUE(told->arrivals[0].end.has_value());
}

TEST_F(RegistryCommandTest, AnotherSessionIsNotToldOfIt) {
  broker_.us_per_look = Reviews::kTurnUs;  // nobody can be judged
  RemoveTheCertificate();
  plugin_.Tick(1);
  EXPECT_THAT(broker_.disconnected, IsEmpty());
  Greet({.handle = &handles_[2], .id = "$shadow/link/2"});
  broker_.us_per_look = 0;
  plugin_.Tick(2);
  EXPECT_THAT(broker_.disconnected, ElementsAre("device"));
  for (const auto& batch : broker_.batches) EXPECT_FALSE(proto::IsCommandReply(batch.payload));
}

}  // namespace
}  // namespace plugin
