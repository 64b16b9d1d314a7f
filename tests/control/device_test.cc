#include "control/provisioning/device.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "control/json.h"
#include "control/provisioning/expiry.h"
#include "policy/evaluate.h"
#include "policy/json_tree.h"
#include "policy/registry.h"
#include "proto/device_refusal.h"
#include "rest/digest.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::Certificate;
using policy::CertificateStatus;
using testing::HasSubstr;
using testing::IsEmpty;
using Verb = DeviceAsks::Verb;

constexpr absl::string_view kLampTemplate = R"({
  "Parameters": {"Serial": {"Type": "String"}, "Room": {"Type": "String", "Default": "hall"}},
  "Resources": {
    "lamp": {"Type": "AWS::IoT::Thing",
             "Properties": {"ThingName": {"Fn::Sub": "lamp-${Serial}"},
                            "AttributePayload": {"room": {"Ref": "Room"}}}},
    "certificate": {"Type": "AWS::IoT::Certificate",
                    "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                                   "Status": "Active"}},
    "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyDocument":
      {"Version": "2012-10-17",
       "Statement": [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]}}}
  },
  "DeviceConfiguration": {"room": {"Ref": "Room"}}
})";

constexpr absl::string_view kSmallTemplate =
    R"({"Resources": {"c": {"Type": "AWS::IoT::Certificate",
        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                       "Status": "INACTIVE"}}}})";

std::string Worded(const DeviceRefusal& refusal) {
  return proto::WordProvisioningRefusal(refusal.status, refusal.code, refusal.message);
}

class DeviceTest : public testing::Test {
 protected:
  DeviceTest() {
    Surroundings& here = account_.here();
    here.new_code = [this] { return rest::Sha256Hex(absl::StrCat("code ", ++codes_)); };
    here.make_certificate = [this]() -> absl::StatusOr<Made> {
      return Made{.certificate = "PEM\n",
                  .id = rest::Sha256Hex(absl::StrCat("certificate ", ++codes_)),
                  .public_key = "PUBLIC\n",
                  .private_key = "SECRET\n"};
    };
    here.certify = [this](absl::string_view csr) -> absl::StatusOr<Made> {
      if (csr != "CSR") return absl::InvalidArgumentError("it is no CSR");
      return Made{.certificate = "PEM\n",
                  .id = rest::Sha256Hex(absl::StrCat("certificate ", ++codes_))};
    };
  }

  void Create(absl::string_view name, absl::string_view body, absl::string_view more = "") {
    account_.Get("POST", "/provisioning-templates",
                 absl::StrCat(R"({"templateName": ")", name, R"(", "templateBody": )",
                              JsonText(body), R"(, "enabled": true, "provisioningRoleArn": )",
                              R"("arn:aws:iam::000000000000:role/r")", more, "}"));
  }

  // The accepted payload, or "rejected: " and the other. What changes takes place.
  std::string Say(const DeviceAsks& asks, const std::optional<HookVerdict>& verdict = {}) {
    auto answer = AnswerDevice(asks, verdict, account_.account(), account_.here());
    if (auto* refusal = std::get_if<DeviceRefusal>(&answer)) {
      return "rejected: " + Worded(*refusal);
    }
    if (auto* question = std::get_if<HookQuestion>(&answer)) return "asks: " + question->payload;
    auto& done = std::get<Done>(answer);
    for (const auto& change : done.changes) {
      EXPECT_THAT(change.text.value_or(""), testing::Not(HasSubstr("SECRET"))) << change.name;
    }
    return account_.Take(std::move(done)).body;
  }

  DeviceAsks Asks(Verb verb, std::string payload = "") const {
    return {.verb = verb,
            .template_name = "lamps",
            .payload = std::move(payload),
            .client_id = "client",
            .principal = "claim"};
  }

  static std::string Member(absl::string_view json, absl::string_view name) {
    const auto tree = policy::ParseJsonTree(json);
    const auto* const node = tree.ok() ? tree->Find(name) : nullptr;
    EXPECT_NE(node, nullptr) << json << " has no " << name;
    return node == nullptr ? "" : node->text;
  }

  std::string NewToken() {
    return Member(Say(Asks(Verb::kCreateKeys)), "certificateOwnershipToken");
  }

  DeviceAsks Provisioning(absl::string_view token, absl::string_view parameters) const {
    return Asks(Verb::kProvision, absl::StrCat(R"({"certificateOwnershipToken": )", JsonText(token),
                                               R"(, "parameters": )", parameters, "}"));
  }

  const Certificate& Find(absl::string_view id) const {
    static const auto* const kNone = new Certificate{.id = "none"};
    const auto* const found = account_.account().registry().FindCertificate(id);
    EXPECT_NE(found, nullptr);
    return found == nullptr ? *kNone : *found;
  }

  AccountInMemory account_;
  int codes_ = 0;
};

TEST_F(DeviceTest, GetsKeysAndACertificateThatCannotConnectYet) {
  for (const auto* const payload : {"", "{}", " {\"more\": 1}"}) {
    const std::string answer = Say(Asks(Verb::kCreateKeys, payload));
    EXPECT_EQ(Member(answer, "certificatePem"), "PEM\n");
    EXPECT_EQ(Member(answer, "privateKey"), "SECRET\n");
    const std::string token = Member(answer, "certificateOwnershipToken");
    EXPECT_EQ(token.size(), 256u);
    const Certificate& entry = Find(Member(answer, "certificateId"));
    EXPECT_EQ(entry.status, CertificateStatus::kPendingActivation);
    EXPECT_EQ(entry.token_sha256, rest::Sha256Hex(token));
    EXPECT_EQ(entry.expires, account_.here().now_ms + 3'600'000);
  }
}

TEST_F(DeviceTest, GetsACertificateForItsOwnKey) {
  const std::string answer =
      Say(Asks(Verb::kCreateFromCsr, R"({"certificateSigningRequest": "CSR"})"));
  EXPECT_THAT(answer, testing::Not(HasSubstr("privateKey")));
  EXPECT_EQ(Find(Member(answer, "certificateId")).status, CertificateStatus::kPendingActivation);
}

TEST_F(DeviceTest, AWrongSigningRequestIsNamedSo) {
  for (const std::string& payload :
       {std::string(), std::string("{}"), std::string(R"({"certificateSigningRequest": ""})"),
        std::string(R"({"certificateSigningRequest": 1})"),
        std::string(R"({"certificateSigningRequest": "x"})"),
        absl::StrCat(R"({"certificateSigningRequest": ")", std::string(4097, 'x'), "\"}")}) {
    EXPECT_THAT(Say(Asks(Verb::kCreateFromCsr, payload)),
                HasSubstr(R"(rejected: {"statusCode":400,"errorCode":"InvalidCSR")"))
        << payload;
  }
  EXPECT_THAT(account_.account().registry().certificates(), IsEmpty());
}

TEST_F(DeviceTest, BecomesWhatTheTemplateSays) {
  Create("lamps", kLampTemplate);
  const std::string token = NewToken();
  EXPECT_EQ(Say(Provisioning(token, R"({"Serial": "1", "More": "than it wants"})")),
            R"({"deviceConfiguration":{"room":"hall"},"thingName":"lamp-1"})");
  const Certificate& entry = Find(token.substr(0, 64));
  EXPECT_TRUE(entry.active());
  ASSERT_EQ(entry.things.size(), 1u);
  EXPECT_EQ(entry.things[0].name, "lamp-1");
  EXPECT_EQ(entry.policies.size(), 1u);
  EXPECT_EQ(entry.goes(), 0);
  EXPECT_EQ(entry.token_sha256, "");
  const auto* const thing = account_.account().registry().FindThing("lamp-1");
  ASSERT_NE(thing, nullptr);
  EXPECT_EQ(thing->attributes.at("room"), "hall");
}

TEST_F(DeviceTest, WithoutAThingNoneIsNamed) {
  Create("lamps", kSmallTemplate);
  const std::string token = NewToken();
  EXPECT_EQ(Say(Provisioning(token, "null")), R"({"deviceConfiguration":{}})");
  EXPECT_EQ(Find(token.substr(0, 64)).status, CertificateStatus::kInactive);
}

TEST_F(DeviceTest, ATokenIsUsedUpBySuccessAlone) {
  Create("lamps", kLampTemplate);
  const std::string token = NewToken();
  EXPECT_THAT(Say(Provisioning(token, "{}")), HasSubstr("parameter Serial is missing"));
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "a b"})")),
              HasSubstr(R"("errorCode":"InvalidParameters")"));
  EXPECT_THAT(account_.account().registry().things(), IsEmpty());
  EXPECT_THAT(account_.account().registry().policies(), IsEmpty());
  EXPECT_EQ(Find(token.substr(0, 64)).status, CertificateStatus::kPendingActivation);
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "1"})")), HasSubstr("lamp-1"));
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "1"})")),
              HasSubstr(R"("errorCode":"InvalidCertificateOwnershipToken")"));
}

// V: aws-iot-device-sdk-js-v2#69
TEST_F(DeviceTest, AnEmptyTokenIsRefusedInAwssWords) {
  Create("lamps", kLampTemplate);
  for (const auto* const payload : {"", "{}", R"({"certificateOwnershipToken": ""})"}) {
    EXPECT_EQ(Say(Asks(Verb::kProvision, payload)),
              R"(rejected: {"statusCode":400,"errorCode":"InvalidCertificateOwnershipToken",)"
              R"("errorMessage":"Certificate ownership token cannot be empty."})");
  }
}

TEST_F(DeviceTest, OnlyTheTokenOfWhoCameIsOne) {
  Create("lamps", kLampTemplate);
  const std::string token = NewToken();
  constexpr absl::string_view kParameters = R"({"Serial": "1"})";
  const auto refused = HasSubstr("InvalidCertificateOwnershipToken");
  std::string other = token;
  other.back() = other.back() == 'a' ? 'b' : 'a';
  for (const std::string& wrong : {other, token.substr(0, 64), token + "0", std::string("x")}) {
    EXPECT_THAT(Say(Provisioning(wrong, kParameters)), refused) << wrong;
  }
  DeviceAsks stranger = Provisioning(token, kParameters);
  stranger.principal = "another claim";
  EXPECT_THAT(Say(stranger), refused);
  EXPECT_THAT(Say(Asks(Verb::kProvision, R"({"certificateOwnershipToken": 1})")), refused);
  account_.here().now_ms += kTokenMs;
  EXPECT_THAT(Say(Provisioning(token, kParameters)), refused);
}

TEST_F(DeviceTest, WhoIsActivatedByHandNeedsNoToken) {
  Create("lamps", kLampTemplate);
  const std::string token = NewToken();
  account_.Get("PUT", absl::StrCat("/certificates/", token.substr(0, 64), "?newStatus=ACTIVE"));
  EXPECT_EQ(Find(token.substr(0, 64)).goes(), 0);
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "1"})")),
              HasSubstr("InvalidCertificateOwnershipToken"));
}

TEST_F(DeviceTest, WhatIsWrongWithAPayloadIsSaid) {
  Create("lamps", kLampTemplate);
  const std::string token = NewToken();
  for (const auto& [payload, why] : std::initializer_list<std::pair<std::string, std::string>>{
           {"{", "The payload is not right: 1:2"},
           {"[]", "The payload must be an object, not a list"},
           {R"({"a": 1, "a": 2})", "The payload is not right"}}) {
    const std::string answer = Say(Asks(Verb::kProvision, payload));
    EXPECT_THAT(answer, HasSubstr(R"({"statusCode":400,"errorCode":"InvalidParameters")"));
    EXPECT_THAT(answer, HasSubstr(why));
  }
  EXPECT_THAT(Say(Provisioning(token, "[]")), HasSubstr("parameters must be an object"));
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": 1})")),
              HasSubstr("the parameter Serial must be a string"));
}

TEST_F(DeviceTest, ATemplateMustBeThereAndEnabledAndOfAFleet) {
  const std::string token = NewToken();
  const DeviceAsks asks = Provisioning(token, R"({"Serial": "1"})");
  EXPECT_THAT(Say(asks), HasSubstr(R"({"statusCode":404,"errorCode":"ResourceNotFound")"));
  Create("lamps", kLampTemplate);
  account_.Get("PATCH", "/provisioning-templates/lamps", R"({"enabled": false})");
  EXPECT_THAT(Say(asks), HasSubstr(R"({"statusCode":403,"errorCode":"AccessDenied")"));
  account_.Get("DELETE", "/provisioning-templates/lamps");
  Create("lamps", kSmallTemplate, R"(, "type": "JITP")");
  EXPECT_THAT(Say(asks), HasSubstr(R"({"statusCode":403,"errorCode":"AccessDenied")"));
}

TEST_F(DeviceTest, TheDefaultVersionIsUsed) {
  Create("lamps", kLampTemplate);
  account_.Get("POST", "/provisioning-templates/lamps/versions",
               Json().Text("templateBody", kSmallTemplate).Finish());
  EXPECT_THAT(Say(Provisioning(NewToken(), R"({"Serial": "1"})")), HasSubstr("lamp-1"));
  account_.Get("PATCH", "/provisioning-templates/lamps", R"({"defaultVersionId": 2})");
  EXPECT_EQ(Say(Provisioning(NewToken(), R"({"Serial": "2"})")), R"({"deviceConfiguration":{}})");
}

TEST_F(DeviceTest, WhatTheAccountRefusesIsSaidInTheWordsOfDevices) {
  constexpr absl::string_view kGrouped =
      R"({"Resources": {
          "t": {"Type": "AWS::IoT::Thing", "Properties": {"ThingName": "t", "ThingTypeName": "lamp",
                "ThingGroups": ["none"]}, "OverrideSettings": {"ThingTypeName": "FAIL"}},
          "c": {"Type": "AWS::IoT::Certificate",
                "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}})";
  Create("lamps", kGrouped);
  const std::string token = NewToken();
  EXPECT_THAT(Say(Provisioning(token, "{}")), HasSubstr("\"statusCode\":404"));
  account_.Get("POST", "/thing-groups/none");
  account_.Get("POST", "/things/t");
  EXPECT_THAT(Say(Provisioning(token, "{}")),
              HasSubstr(R"({"statusCode":409,"errorCode":"ResourceConflict")"));
}

TEST_F(DeviceTest, TheHookIsAskedAndDecides) {
  account_.here().hooks = Surroundings::Hooks::kAsked;
  Create("lamps", kLampTemplate, R"(, "preProvisioningHook": {"targetArn": "arn:aws:lambda:f"})");
  const std::string token = NewToken();
  const DeviceAsks asks = Provisioning(token, R"({"Serial": "1"})");
  EXPECT_EQ(Say(asks),
            absl::StrCat(R"(asks: {"claimCertificateId":"claim","certificateId":")",
                         token.substr(0, 64), R"(","certificatePem":"PEM\n","templateArn":)",
                         R"("arn:aws:iot:us-east-1:000000000000:provisioningtemplate/lamps",)",
                         R"("templateName":"lamps","clientId":"client",)",
                         R"("parameters":{"Serial":"1"}})"));
  EXPECT_THAT(Say(asks, HookVerdict{.allowed = false}),
              HasSubstr(R"({"statusCode":403,"errorCode":"AccessDenied")"));
  EXPECT_EQ(Say(asks, HookVerdict{.allowed = true, .overrides = {{"Room", "attic"}}}),
            R"({"deviceConfiguration":{"room":"attic"},"thingName":"lamp-1"})");
}

TEST_F(DeviceTest, AHookIsLeftOutOnlyIfASettingSaysSo) {
  account_.here().hooks = Surroundings::Hooks::kIgnored;
  Create("lamps", kLampTemplate, R"(, "preProvisioningHook": {"targetArn": "arn:aws:lambda:f"})");
  const std::string token = NewToken();
  account_.here().hooks = Surroundings::Hooks::kRefused;
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "1"})")), HasSubstr("AccessDenied"));
  account_.here().hooks = Surroundings::Hooks::kIgnored;
  EXPECT_THAT(Say(Provisioning(token, R"({"Serial": "1"})")), HasSubstr("lamp-1"));
}

TEST_F(DeviceTest, AVerdictIsReadStrictly) {
  const auto verdict = ReadHookVerdict(
      R"({"allowProvisioning": true, "parameterOverrides": {"Room": "attic"}, "more": 1})");
  ASSERT_TRUE(verdict.ok()) << verdict.status();
  EXPECT_TRUE(verdict->allowed);
  EXPECT_EQ(verdict->overrides.at("Room"), "attic");
  EXPECT_FALSE(ReadHookVerdict(R"({"allowProvisioning": false})")->allowed);
  for (const auto* const wrong :
       {"", "true", "{}", R"({"allowProvisioning": "true"})",
        R"({"allowProvisioning": true, "parameterOverrides": []})",
        R"({"allowProvisioning": true, "parameterOverrides": {"a": 1}})"}) {
    EXPECT_FALSE(ReadHookVerdict(wrong).ok()) << wrong;
  }
}

TEST_F(DeviceTest, WithoutAnAuthorityNoCertificateIsMade) {
  account_.here().make_certificate = nullptr;
  account_.here().certify = nullptr;
  EXPECT_THAT(Say(Asks(Verb::kCreateKeys)), HasSubstr("\"statusCode\":500"));
  EXPECT_THAT(Say(Asks(Verb::kCreateFromCsr, R"({"certificateSigningRequest": "CSR"})")),
              HasSubstr("\"statusCode\":500"));
}

TEST_F(DeviceTest, WhatNobodyCameForGoesByItself) {
  Create("lamps", kLampTemplate);
  const std::string kept = NewToken();
  Say(Provisioning(kept, R"({"Serial": "1"})"));
  const std::string left = NewToken();
  const std::string claim = Member(
      account_.Get("POST", "/provisioning-templates/lamps/provisioning-claim"), "certificateId");
  const auto sweep = [&] {
    account_.Take(DeleteDue(account_.account(), account_.here()));
    return account_.account().registry().certificates().size();
  };
  EXPECT_FALSE(IsAnyDue(account_.account(), account_.here().now_ms));
  EXPECT_EQ(sweep(), 3u);
  account_.here().now_ms += kClaimMs;
  EXPECT_TRUE(IsAnyDue(account_.account(), account_.here().now_ms));
  EXPECT_EQ(sweep(), 2u);
  EXPECT_EQ(account_.account().registry().FindCertificate(claim), nullptr);
  account_.here().now_ms += kTokenMs;
  EXPECT_EQ(sweep(), 1u);
  EXPECT_NE(account_.account().registry().FindCertificate(kept.substr(0, 64)), nullptr);
}

// F5, F4
TEST_F(DeviceTest, AClaimMayProvisionWithItsTemplateAndNothingElse) {
  Create("lamps", kLampTemplate);
  const std::string id = Member(
      account_.Get("POST", "/provisioning-templates/lamps/provisioning-claim"), "certificateId");
  account_.Get("POST", "/policies/all",
               R"({"policyDocument": )" + JsonText(R"({"Version": "2012-10-17", "Statement":
                            [{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}]})") +
                   "}");
  account_.Get("PUT", "/target-policies/all",
               absl::StrCat(R"({"target": "arn:aws:iot:us-east-1:000000000000:cert/)", id, "\"}"));
  const auto& registry = account_.account().registry();
  const auto policies = policy::PoliciesOf(registry, Find(id), nullptr);
  const auto may = [&](policy::Action action, absl::string_view name) {
    const policy::Request request{action, name, 0};
    policy::Connection connection;
    connection.client_id = "any";
    return policy::Decide(policy::Borrow(policies), request, connection).allowed;
  };
  using policy::Action;
  EXPECT_TRUE(may(Action::kConnect, "any"));
  for (const absl::string_view topic :
       {"$aws/certificates/create/json", "$aws/certificates/create-from-csr/cbor",
        "$aws/provisioning-templates/lamps/provision/json"}) {
    EXPECT_TRUE(may(Action::kPublish, topic)) << topic;
    EXPECT_TRUE(may(Action::kReceive, absl::StrCat(topic, "/accepted"))) << topic;
    EXPECT_TRUE(may(Action::kSubscribe, absl::StrCat(topic, "/rejected"))) << topic;
  }
  for (const absl::string_view topic :
       {"$aws/provisioning-templates/other/provision/json", "a", "$aws/things/t/shadow/update",
        "$aws/provisioning-templates/lamps2/provision/json"}) {
    EXPECT_FALSE(may(Action::kPublish, topic)) << topic;
    EXPECT_FALSE(may(Action::kSubscribe, topic)) << topic;
  }
}

}  // namespace
}  // namespace control
