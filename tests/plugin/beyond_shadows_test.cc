// Requests beyond shadows at the plugin: taken at the door, handed to nobody, and answered to
// whoever asked alone.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "plugin/plugin.h"
#include "proto/command.h"
#include "proto/envelope.h"
#include "tests/plugin/recording_broker.h"

namespace plugin {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr uint64_t kEpochOfIt = 78;
constexpr absl::string_view kSecretOfIt = "0123456789abcdef";
constexpr absl::string_view kGetJobs = "$aws/things/T/jobs/get";

class BeyondShadows : public testing::Test {
 protected:
  BeyondShadows() {
    EXPECT_TRUE(plugin_.Connect(service_, here_, proto::kServiceUser, kSecretOfIt, 0));
    EXPECT_TRUE(plugin_.Connect(device_, here_, "", "", 0));
    EXPECT_TRUE(plugin_.Connect(other_, here_, "", "", 0));
  }

  void ServiceComes() {
    EXPECT_TRUE(plugin_.MayPublish(service_, proto::kAnswersTopic, false));
    plugin_.Message(service_, proto::kAnswersTopic, proto::EncodeHello({.life = 5}), 0);
    plugin_.Tick(0);
  }

  void Answer(proto::AnswerTopic topic, absl::string_view payload, uint64_t sequence = 1) {
    proto::AnswerBatchWriter answers(kEpochOfIt);
    answers.BeginAnswer(sequence, {});
    answers.BeginMessage(topic).append(std::string(payload));
    plugin_.Message(service_, proto::kAnswersTopic, std::move(answers).Finish(), 2);
  }

  RecordingBroker broker_;
  Options options_{.link_secret_file = "unused",
                   .lifecycle_events = false,
                   .window_requests = 2,
                   .request_bytes_max = 100,
                   .link_timeout_ms = 1000};
  Plugin plugin_{options_, std::string(kSecretOfIt), kEpochOfIt, broker_, 0};
  const Origin here_{.address = "127.0.0.1"};
  int handles_[3];
  Client service_{.handle = &handles_[0], .id = "$shadow/link/1"};
  Client device_{.handle = &handles_[1], .id = "device"};
  Client other_{.handle = &handles_[2], .id = "other"};
};

TEST_F(BeyondShadows, GoToTheServiceWithTheirTopicAndConnection) {
  ServiceComes();
  EXPECT_TRUE(plugin_.Message(device_, kGetJobs, R"({"clientToken":"a"})", 1));
  plugin_.Tick(1);
  const auto batch = proto::DecodeRequestBatch(broker_.batches.back().payload);
  ASSERT_TRUE(batch.ok()) << batch.status();
  ASSERT_EQ(batch->requests.size(), 1u);
  EXPECT_EQ(batch->requests[0].topic, kGetJobs);
  EXPECT_EQ(batch->requests[0].payload, R"({"clientToken":"a"})");
  EXPECT_NE(batch->requests[0].connection, 0u);
}

TEST_F(BeyondShadows, AreAnsweredToWhoeverAskedAndNobodyElse) {
  ServiceComes();
  plugin_.Message(device_, kGetJobs, "", 1);
  plugin_.Message(other_, "$aws/commands/clients/other/executions/e/response/json", "{}", 1);
  plugin_.Tick(1);
  Answer(proto::AnswerTopic::kAccepted, "jobs", 1);
  Answer(proto::AnswerTopic::kRejected, "no", 2);
  Answer(proto::AnswerTopic::kAccepted, "twice", 1);
  EXPECT_THAT(broker_.published, IsEmpty());
  EXPECT_THAT(
      broker_.handed,
      ElementsAre(
          "device $aws/things/T/jobs/get/accepted jobs QoS 1",
          "other $aws/commands/clients/other/executions/e/response/rejected/json no QoS 1"));
}

// What may hold a private key is for who waits for it.
TEST_F(BeyondShadows, AreAnsweredAboutCertificatesToSubscribersOnly) {
  ServiceComes();
  constexpr absl::string_view kCreate = "$aws/certificates/create/json";
  constexpr absl::string_view kProvision = "$aws/provisioning-templates/T/provision/cbor";
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "$aws/certificates/create/json/accepted", 1));
  device_.filters = 1;
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "$aws/provisioning-templates/+/provision/cbor/+", 1));
  for (const Client& client : {device_, other_}) {
    plugin_.Message(client, kCreate, "", 1);
    plugin_.Tick(1);
  }
  Answer(proto::AnswerTopic::kAccepted, "key", 1);
  Answer(proto::AnswerTopic::kAccepted, "key", 2);
  plugin_.Message(device_, kProvision, "", 1);
  plugin_.Message(device_, kCreate, "", 1);
  plugin_.Tick(2);
  Answer(proto::AnswerTopic::kRejected, "no", 3);
  Answer(proto::AnswerTopic::kRejected, "no", 4);
  EXPECT_THAT(broker_.handed,
              ElementsAre("device $aws/certificates/create/json/accepted key QoS 1",
                          "device $aws/provisioning-templates/T/provision/cbor/rejected no QoS 1"));
}

TEST_F(BeyondShadows, HaveNoAnswerOfAShadowNorTheOtherWayRound) {
  ServiceComes();
  plugin_.Message(device_, kGetJobs, "", 1);
  plugin_.Message(device_, "$aws/things/T/shadow/get", "", 1);
  plugin_.Tick(1);
  Answer(proto::AnswerTopic::kGetAccepted, "x", 1);
  Answer(proto::AnswerTopic::kAccepted, "y", 2);
  EXPECT_THAT(broker_.published, IsEmpty());
  EXPECT_THAT(broker_.handed, IsEmpty());
  EXPECT_EQ(plugin_.status().bad_envelopes, 2u);
}

TEST_F(BeyondShadows, AreAnsweredToAClientThatHasComeBackAndToNoneThatHasGone) {
  ServiceComes();
  plugin_.Message(device_, kGetJobs, "", 1);
  plugin_.Message(other_, kGetJobs, "", 1);
  plugin_.Tick(1);
  plugin_.Disconnect(device_, 2);
  plugin_.Disconnect(other_, 2);
  EXPECT_TRUE(plugin_.Connect(device_, here_, "", "", 2));
  Answer(proto::AnswerTopic::kAccepted, "jobs", 1);
  Answer(proto::AnswerTopic::kAccepted, "jobs", 2);
  EXPECT_THAT(broker_.handed, ElementsAre("device $aws/things/T/jobs/get/accepted jobs QoS 1"));
}

TEST_F(BeyondShadows, AreNotAnsweredToAnotherPrincipalOfThatClientId) {
  ServiceComes();
  plugin_.Message(device_, kGetJobs, "", 1);
  plugin_.Tick(1);
  plugin_.Disconnect(device_, 2);
  Origin stranger{.address = "127.0.0.1"};
  stranger.certificate.emplace();
  stranger.certificate->id = std::string(64, 'a');
  EXPECT_TRUE(plugin_.Connect(device_, stranger, "", "", 2));
  Answer(proto::AnswerTopic::kAccepted, "jobs", 1);
  EXPECT_THAT(broker_.handed, IsEmpty());
}

TEST_F(BeyondShadows, AreHandedToNobodyAndTakenUnretainedOnly) {
  for (const absl::string_view request :
       {kGetJobs, absl::string_view("$aws/things/T/jobs/xyz"),
        absl::string_view("$aws/certificates/create/json"),
        absl::string_view("$aws/provisioning-templates/T/provision/cbor"),
        absl::string_view("$aws/commands/things/T/executions/e/response/cbor")}) {
    EXPECT_TRUE(plugin_.MayPublish(device_, request, false)) << request;
    EXPECT_FALSE(plugin_.MayPublish(device_, request, true)) << request;
    EXPECT_FALSE(plugin_.MayReceive(other_, request, "{}", 1, false)) << request;
  }
  for (const absl::string_view answer :
       {"$aws/things/T/jobs/get/accepted", "$aws/things/T/jobs/notify",
        "$aws/commands/things/T/executions/e/request/json"}) {
    EXPECT_FALSE(plugin_.MayPublish(device_, answer, false)) << answer;
    EXPECT_TRUE(plugin_.MayReceive(other_, answer, "{}", 1, false)) << answer;
  }
}

TEST_F(BeyondShadows, AreRefusedInTheirOwnWords) {
  broker_.epoch_s = 1000;
  ServiceComes();
  const std::string large = absl::StrCat(R"({"clientToken":"t"})", std::string(100, ' '));
  plugin_.Message(device_, kGetJobs, large, 1);
  plugin_.Message(device_, "$aws/commands/things/T/executions/e/response/json", large, 1);
  EXPECT_TRUE(plugin_.MaySubscribe(device_, "$aws/certificates/create/json/rejected", 1));
  plugin_.Message(device_, "$aws/certificates/create/json", large, 1);
  for (int i = 0; i < 2; ++i) plugin_.Message(other_, "$aws/things/T/shadow/get", "", 1);
  plugin_.Message(device_, kGetJobs, R"({"clientToken":"t"})", 1);
  EXPECT_THAT(
      broker_.handed,
      ElementsAre(
          R"(device $aws/things/T/jobs/get/rejected {"code":"InvalidRequest","message":"The payload is too large","timestamp":1000} QoS 1)",
          R"(device $aws/commands/things/T/executions/e/response/rejected/json {"error":"InvalidRequest","errorMessage":"The payload is too large","executionId":"e"} QoS 1)",
          R"(device $aws/certificates/create/json/rejected {"statusCode":400,"errorCode":"InvalidRequest","errorMessage":"The payload is too large"} QoS 1)",
          R"(device $aws/things/T/jobs/get/rejected {"code":"RequestThrottled","message":"Too many requests","clientToken":"t","timestamp":1000} QoS 1)"));
}

TEST_F(BeyondShadows, AreRefusedInTheirOwnFormat) {
  ServiceComes();
  plugin_.Message(device_, "$aws/commands/things/T/executions/e/response/cbor",
                  std::string(101, ' '), 1);
  ASSERT_THAT(broker_.handed, testing::SizeIs(1));
  EXPECT_THAT(broker_.handed[0],
              testing::StartsWith("device $aws/commands/things/T/executions/e/response/rejected/"
                                  "cbor \xA3\x65"
                                  "error\x6E"
                                  "InvalidRequest"));
}

TEST_F(BeyondShadows, AreGivenUpWhenTheServiceStaysAway) {
  broker_.epoch_s = 1000;
  plugin_.Message(device_, kGetJobs, R"({"clientToken":"t"})", 1);
  plugin_.Tick(1'000'002);
  EXPECT_THAT(
      broker_.handed,
      ElementsAre(
          R"(device $aws/things/T/jobs/get/rejected {"code":"InternalError","message":"Internal service failure","clientToken":"t","timestamp":1000} QoS 1)"));
}

TEST_F(BeyondShadows, AreTheServicesToPublishByCommandAlone) {
  ServiceComes();
  const auto publish = [&](absl::string_view topic, bool is_own) {
    plugin_.Message(
        service_, proto::kAnswersTopic,
        proto::EncodeCommand(
            {.id = 1,
             .what = proto::PublishCommand{.topic = topic, .payload = "p", .is_own = is_own}}),
        1);
    return proto::DecodeCommandReply(broker_.batches.back().payload)->result;
  };
  EXPECT_EQ(publish("$aws/things/T/jobs/notify", true), proto::CommandResult::kDone);
  EXPECT_EQ(publish("$aws/things/T/jobs/notify", false), proto::CommandResult::kForbidden);
  EXPECT_EQ(publish(kGetJobs, true), proto::CommandResult::kForbidden);
  EXPECT_EQ(publish("any/topic", true), proto::CommandResult::kForbidden);
  EXPECT_THAT(broker_.published, ElementsAre("$aws/things/T/jobs/notify p by command"));
}

// Over HTTPS nobody is connected who could be answered; it is taken all the same.
TEST_F(BeyondShadows, AreTakenOverHttps) {
  ServiceComes();
  plugin_.Message(service_, proto::kAnswersTopic,
                  proto::EncodeCommand({.id = 1, .what = proto::PublishCommand{.topic = kGetJobs}}),
                  1);
  plugin_.Tick(2);
  const auto batch = proto::DecodeRequestBatch(broker_.batches.back().payload);
  ASSERT_TRUE(batch.ok()) << batch.status();
  EXPECT_EQ(batch->requests.at(0).topic, kGetJobs);
  Answer(proto::AnswerTopic::kAccepted, "jobs", 1);
  EXPECT_THAT(broker_.handed, IsEmpty());
}

}  // namespace
}  // namespace plugin
