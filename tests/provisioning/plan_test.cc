#include "provisioning/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"

namespace provisioning {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Pair;

constexpr absl::string_view kTemplate = R"({
  "Parameters": {"Serial": {"Type": "String"}, "Room": {"Type": "String", "Default": "hall"},
                 "Status": {"Type": "String", "Default": "Active"}},
  "Resources": {
    "lamp": {"Type": "AWS::IoT::Thing",
             "Properties": {"ThingName": {"Fn::Sub": "lamp-${Serial}"},
                            "AttributePayload": {"room": {"Ref": "Room"}},
                            "ThingGroups": [{"Ref": "Room"}]}},
    "certificate": {"Type": "AWS::IoT::Certificate",
                    "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"},
                                   "Status": {"Ref": "Status"}}},
    "policy": {"Type": "AWS::IoT::Policy", "Properties": {"PolicyName": "lamp"}}
  },
  "DeviceConfiguration": {"room": {"Ref": "Room"}}
})";

absl::StatusOr<Plan> Made(const Texts& given) {
  const auto one = ParseTemplate(kTemplate, Purpose::kFleet);
  EXPECT_TRUE(one.ok()) << one.status();
  return MakePlan(*one, given, {{std::string(kCertificateIdParameter), "c1"}});
}

TEST(Plan, HasTheParametersPutIn) {
  const auto plan = Made({{"Serial", "1"}, {"More", "than it wants"}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  ASSERT_TRUE(plan->thing);
  EXPECT_EQ(plan->thing->name, "lamp-1");
  EXPECT_THAT(*plan->thing->attributes, ElementsAre(Pair("room", "hall")));
  EXPECT_THAT(*plan->thing->groups, ElementsAre("hall"));
  EXPECT_FALSE(plan->thing->type);
  ASSERT_TRUE(plan->certificate);
  EXPECT_EQ(plan->certificate->id, "c1");
  EXPECT_TRUE(plan->certificate->active);
  ASSERT_EQ(plan->policies.size(), 1U);
  EXPECT_EQ(plan->policies[0].name, "lamp");
  EXPECT_THAT(plan->device_configuration, ElementsAre(Pair("room", "hall")));
}

TEST(Plan, WhatIsMissingIsNamed) {
  EXPECT_EQ(Made({}).status().message(), "parameter Serial is missing");
}

TEST(Plan, NobodyPutsAnotherCertificateIn) {
  const auto plan = Made({{"Serial", "1"}, {std::string(kCertificateIdParameter), "stolen"}});
  ASSERT_TRUE(plan.ok()) << plan.status();
  EXPECT_EQ(plan->certificate->id, "c1");
}

TEST(Plan, AStatusIsReadInAnyCaseOfLetters) {
  for (const auto* const status : {"ACTIVE", "active", "Active"}) {
    EXPECT_TRUE(Made({{"Serial", "1"}, {"Status", status}})->certificate->active);
  }
  EXPECT_FALSE(Made({{"Serial", "1"}, {"Status", "Inactive"}})->certificate->active);
  EXPECT_THAT(std::string(Made({{"Serial", "1"}, {"Status", "REVOKED"}}).status().message()),
              HasSubstr("is ACTIVE or INACTIVE, not REVOKED"));
}

}  // namespace
}  // namespace provisioning
