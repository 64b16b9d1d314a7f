#include "provisioning/template.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "absl/strings/str_cat.h"

namespace provisioning {
namespace {

using testing::HasSubstr;

constexpr absl::string_view kOwnCertificate =
    R"({"Type": "AWS::IoT::Certificate",
        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}})";

// AWS's example of fleet provisioning.
constexpr absl::string_view kWhole = R"({
  "Parameters": {
    "ThingName": {"Type": "String"},
    "SerialNumber": {"Type": "String", "Default": "none"},
    "DeviceLocation": {"Type": "String"},
    "AWS::IoT::Certificate::Id": {"Type": "String"}
  },
  "Mappings": {"LocationTable": {"Seattle": {"LocationUrl": "https://example.aws"}}},
  "Resources": {
    "thing": {
      "Type": "AWS::IoT::Thing",
      "Properties": {
        "AttributePayload": {"version": "v1", "serialNumber": {"Ref": "SerialNumber"}},
        "ThingName": {"Ref": "ThingName"},
        "ThingTypeName": {"Fn::Join": ["", ["ThingPrefix_", {"Ref": "SerialNumber"}]]},
        "ThingGroups": ["v1-lightbulbs", "WA"],
        "BillingGroup": "LightBulbBillingGroup"
      },
      "OverrideSettings": {
        "AttributePayload": "MERGE", "ThingTypeName": "REPLACE", "ThingGroups": "DO_NOTHING"
      }
    },
    "certificate": {
      "Type": "AWS::IoT::Certificate",
      "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}, "Status": "Active"}
    },
    "policy": {
      "Type": "AWS::IoT::Policy",
      "Properties": {"PolicyDocument": {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": ["iot:Publish"], "Resource": ["arn:aws:iot:*:*:topic/a"]}]}}
    }
  },
  "DeviceConfiguration": {
    "FallbackUrl": "https://www.example.com/test-site",
    "LocationUrl": {"Fn::FindInMap": ["LocationTable", {"Ref": "DeviceLocation"}, "LocationUrl"]}
  }
})";

TEST(Template, AwssExampleIsRead) {
  const auto one = ParseTemplate(kWhole, Purpose::kFleet);
  ASSERT_TRUE(one.ok()) << one.status();
  EXPECT_EQ(one->parameters.size(), 4U);
  EXPECT_EQ(one->parameters[1].second, "none");
  ASSERT_TRUE(one->thing);
  EXPECT_EQ(one->thing->logical_name, "thing");
  EXPECT_EQ(one->thing->attributes_override, Override::kMerge);
  EXPECT_EQ(one->thing->type_override, Override::kReplace);
  EXPECT_EQ(one->thing->groups_override, Override::kDoNothing);
  ASSERT_TRUE(one->certificate);
  EXPECT_EQ(one->certificate->status_override, Override::kDoNothing);
  ASSERT_EQ(one->policies.size(), 1U);
  EXPECT_EQ(one->policies[0].document->text,
            R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["iot:Publish"],)"
            R"("Resource":["arn:aws:iot:*:*:topic/a"]}]})");
  EXPECT_EQ(one->device_configuration.size(), 2U);
}

std::string FaultOf(absl::string_view text, Purpose purpose = Purpose::kFleet) {
  const auto one = ParseTemplate(text, purpose);
  return one.ok() ? "" : std::string(one.status().message());
}

std::string WithResource(absl::string_view resource) {
  return absl::StrCat(R"({"Resources": {"c": )", kOwnCertificate, R"(, "x": )", resource, "}}");
}

std::string ThingFault(absl::string_view properties, absl::string_view more = "") {
  return FaultOf(WithResource(
      absl::StrCat(R"({"Type": "AWS::IoT::Thing", "Properties": )", properties, more, "}")));
}

TEST(Template, WhatIsWrongIsSaidWithItsPlace) {
  const std::pair<std::string, std::string> cases[] = {
      {"", "1:1: "},
      {"{", "1:2: "},
      {"[]", "1:1: a template must be an object"},
      {R"({"Resources": {}, "Resources": {}})", "1:19: "},
      {R"({"Outputs": {}})", "a template cannot have \"Outputs\""},
      {"{}", "a template has no \"Resources\""},
      {R"({"Resources": []})", "\"Resources\" must be an object"},
      {R"({"Resources": {}})", "have no AWS::IoT::Certificate"},
      {R"({"Parameters": []})", "\"Parameters\" must be an object"},
      {R"({"Parameters": {"a": {}}})", "must have the \"Type\" \"String\""},
      {R"({"Parameters": {"a": {"Type": "Number"}}})", "1:31: "},
      {R"({"Parameters": {"a": {"Type": "String", "Default": 1}}})",
       "\"Default\" must be a string"},
      {R"({"Parameters": {"a": {"Type": "String", "Max": 1}}})", "cannot have \"Max\""},
      {R"({"Mappings": {"a": {"b": "c"}}})", "a row of a mapping must be an object"},
      {R"({"Mappings": {"a": {"b": {"c": 1}}}})", "a value of a mapping must be a string"},
      {WithResource("[]"), "the resource \"x\" must be an object"},
      {WithResource("{}"), "must have a \"Type\" and \"Properties\""},
      {WithResource(R"({"Type": "AWS::IoT::Topic", "Properties": {}})"), "must be AWS::IoT::Thing"},
      {WithResource(R"({"Type": "AWS::IoT::Thing", "Properties": []})"), "\"Properties\" must be"},
      {WithResource(kOwnCertificate), "one AWS::IoT::Certificate at most"},
      {WithResource(R"({"Type": "AWS::IoT::Policy", "Properties": {}})"), "exactly one of"},
      {WithResource(R"({"Type": "AWS::IoT::Policy",
                        "Properties": {"PolicyName": "a", "PolicyDocument": "b"}})"),
       "exactly one of"},
      {WithResource(R"({"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": "a"},
                        "OverrideSettings": {}})"),
       "a policy has no \"OverrideSettings\""},
      {absl::StrCat(R"({"Resources": {"c": )", kOwnCertificate,
                    R"(}, "DeviceConfiguration": {"a": 1}})"),
       "a string or a function"},
  };
  for (const auto& [text, why] : cases) EXPECT_THAT(FaultOf(text), HasSubstr(why)) << text;
}

TEST(Template, AThingHasItsPropertiesAndSettings) {
  EXPECT_EQ(ThingFault(R"({"ThingName": "t"})"), "");
  EXPECT_THAT(ThingFault("{}"), HasSubstr("must have a \"ThingName\""));
  EXPECT_THAT(ThingFault(R"({"ThingName": 1})"), HasSubstr("a string or a function"));
  EXPECT_THAT(ThingFault(R"({"ThingName": "t", "Name": "t"})"), HasSubstr("cannot have \"Name\""));
  EXPECT_THAT(ThingFault(R"({"ThingName": "t", "AttributePayload": {"attributes": {"a": "b"}}})"),
              HasSubstr("a string or a function"));
  EXPECT_THAT(ThingFault(R"({"ThingName": "t", "ThingGroups": "g"})"), HasSubstr("must be a list"));
  EXPECT_THAT(ThingFault(R"({"ThingName": "t"})", R"(, "OverrideSettings": {"ThingName": "FAIL"})"),
              HasSubstr("cannot have \"ThingName\""));
  EXPECT_THAT(
      ThingFault(R"({"ThingName": "t"})", R"(, "OverrideSettings": {"ThingTypeName": "MERGE"})"),
      HasSubstr("must be DO_NOTHING, REPLACE or FAIL"));
  EXPECT_THAT(ThingFault(R"({"ThingName": "t"})", R"(, "OverrideSettings": {"ThingGroups": 1})"),
              HasSubstr("must be DO_NOTHING, REPLACE, MERGE or FAIL"));
  EXPECT_THAT(FaultOf(absl::StrCat(R"({"Resources": {"c": )", kOwnCertificate,
                                   R"(, "a": {"Type": "AWS::IoT::Thing", "Properties": )",
                                   R"({"ThingName": "a"}}, "b": {"Type": "AWS::IoT::Thing", )",
                                   R"("Properties": {"ThingName": "b"}}}})")),
              HasSubstr("one AWS::IoT::Thing at most"));
}

// Of a template with this certificate alone.
std::string CertificateFault(absl::string_view properties, Purpose purpose) {
  return FaultOf(
      absl::StrCat(R"({"Parameters": {"CSR": {"Type": "String"}}, "Resources": {"c": )",
                   R"({"Type": "AWS::IoT::Certificate", "Properties": )", properties, "}}}"),
      purpose);
}

TEST(Template, TheCertificateIsTheDevicesButWhereAThingIsRegistered) {
  constexpr absl::string_view kCsr = R"({"CertificateSigningRequest": {"Ref": "CSR"}})";
  constexpr absl::string_view kId = R"({"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}})";
  for (const Purpose purpose : {Purpose::kFleet, Purpose::kJustInTime}) {
    EXPECT_EQ(CertificateFault(kId, purpose), "");
    EXPECT_THAT(CertificateFault(kCsr, purpose), HasSubstr("of a device that is provisioned"));
  }
  const auto registering = [](absl::string_view properties) {
    return CertificateFault(properties, Purpose::kRegistration);
  };
  EXPECT_EQ(registering(kCsr), "");
  EXPECT_EQ(registering(R"({"CertificatePem": "p", "CACertificatePem": "c"})"), "");
  EXPECT_THAT(registering(kId), HasSubstr("there is no parameter"));
  EXPECT_THAT(registering("{}"), HasSubstr("exactly one of"));
  EXPECT_THAT(registering(R"({"CertificatePem": "p", "CertificateId": "c"})"),
              HasSubstr("exactly one of"));
  EXPECT_THAT(registering(R"({"CertificateId": "p", "CACertificatePem": "c"})"),
              HasSubstr("goes with \"CertificatePem\""));
  EXPECT_EQ(FaultOf(R"({"Resources": {}})", Purpose::kRegistration), "");
}

TEST(Template, TheSubjectIsThereWhereADeviceBringsItsCertificate) {
  const std::string of_subject =
      absl::StrCat(R"({"Resources": {"c": )", kOwnCertificate,
                   R"(, "t": {"Type": "AWS::IoT::Thing", "Properties": )",
                   R"({"ThingName": {"Ref": "AWS::IoT::Certificate::CommonName"}}}}})");
  EXPECT_EQ(FaultOf(of_subject, Purpose::kJustInTime), "");
  EXPECT_THAT(FaultOf(of_subject, Purpose::kFleet), HasSubstr("there is no parameter"));
}

TEST(Template, HasAtMostTenKilobytesAndADepth) {
  const std::string small = absl::StrCat(R"({"Resources": {"c": )", kOwnCertificate, "}}");
  EXPECT_EQ(FaultOf(small + std::string(kTemplateBytesMax - small.size(), ' ')), "");
  EXPECT_NE(FaultOf(small + std::string(kTemplateBytesMax + 1 - small.size(), ' ')), "");
  std::string deep = R"("x")";
  for (int i = 0; i < 20; ++i) deep = absl::StrCat(R"({"Fn::Join": ["", [)", deep, "]]}");
  EXPECT_NE(ThingFault(absl::StrCat(R"({"ThingName": )", deep, "}")), "");
}

TEST(Template, BearsAnyBytes) {
  std::mt19937 chance(20261130);
  for (int i = 0; i < 2'000; ++i) {
    std::string text(kWhole);
    for (int changes = 1 + static_cast<int>(chance() % 4); changes > 0; --changes) {
      text[chance() % text.size()] = static_cast<char>(chance());
    }
    for (const Purpose purpose : {Purpose::kFleet, Purpose::kJustInTime, Purpose::kRegistration}) {
      (void)ParseTemplate(text, purpose).ok();
    }
  }
}

}  // namespace
}  // namespace provisioning
