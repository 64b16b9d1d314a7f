#include "control/provisioning/just_in_time.h"

#include <gmock/gmock.h>

#include <ctime>

#include "absl/strings/str_cat.h"
#include "control/json.h"
#include "identity/issuer.h"
#include "identity/presented_certificate.h"
#include "tests/control/account_in_memory.h"
#include "tests/control/signing.h"

namespace control {
namespace {

using policy::CertificateStatus;
using testing::HasSubstr;
using testing::IsEmpty;

// An authority and its key. All of them have one subject.
struct TestCa {
  TestCa() {
    const auto made = identity::MakeAuthority(std::time(nullptr));
    pem = made->certificate;
    key = made->key;
    id = made->id;
  }
  // A certificate of it, in DER.
  std::string Leaf(const std::string& name = "lamp") const {
    const auto leaf = identity::ReadPresented(SignedBy(pem, key, name));
    return identity::DerOf(*leaf->certificate);
  }

  std::string pem, key, id;
};

std::string LeafId(const std::string& der) { return identity::ReadPresentedDer(der)->id; }

class JustInTimeTest : public testing::Test {
 protected:
  void Register(const TestCa& ca, bool active = true, bool by_itself = true) {
    account_.Get("POST",
                 absl::StrCat("/cacertificate?setAsActive=", active ? "true" : "false",
                              "&allowAutoRegistration=", by_itself ? "true" : "false"),
                 Json().Text("caCertificate", ca.pem).Text("certificateMode", "SNI_ONLY").Finish());
  }

  AccountInMemory::Reply Come(const std::string& der) {
    return account_.Take(RegisterJustInTime(der, account_.account(), account_.here()));
  }

  const policy::Certificate* Find(const std::string& der) const {
    return account_.account().registry().FindCertificate(LeafId(der));
  }

  AccountInMemory account_;
  const TestCa ca_;
};

TEST_F(JustInTimeTest, RegistersForWhoeverDecidesAndTellsThem) {
  Register(ca_);
  const std::string leaf = ca_.Leaf();
  EXPECT_EQ(Come(leaf).status, 200);
  const policy::Certificate* const entry = Find(leaf);
  ASSERT_NE(entry, nullptr);
  EXPECT_EQ(entry->status, CertificateStatus::kPendingActivation);
  EXPECT_EQ(entry->ca_id, ca_.id);
  EXPECT_THAT(account_.Get("GET", absl::StrCat("/certificates/", LeafId(leaf))),
              HasSubstr("-----BEGIN CERTIFICATE-----"));
  ASSERT_EQ(account_.events().size(), 1u);
  EXPECT_EQ(account_.events()[0].topic,
            absl::StrCat("$aws/events/certificates/registered/", ca_.id));
  EXPECT_EQ(account_.events()[0].payload,
            absl::StrCat(R"({"certificateId":")", LeafId(leaf), R"(","caCertificateId":")", ca_.id,
                         R"(","timestamp":1764417600123,)",
                         R"("certificateStatus":"PENDING_ACTIVATION",)",
                         R"("awsAccountId":"000000000000",)",
                         R"("certificateRegistrationTimestamp":null})"));
}

TEST_F(JustInTimeTest, TellsAgainEachTimeItComesWhileNobodyHasDecided) {
  Register(ca_);
  const std::string leaf = ca_.Leaf();
  Come(leaf);
  const policy::Certificate* const entry = Find(leaf);
  ++account_.here().now_ms;
  Come(leaf);
  Come(leaf);
  EXPECT_EQ(account_.events().size(), 3u);
  EXPECT_THAT(account_.events()[1].payload, HasSubstr("1764417600124"));
  EXPECT_EQ(Find(leaf), entry);
}

TEST_F(JustInTimeTest, DoesNothingAboutOneThatWasDecidedOn) {
  Register(ca_);
  const std::string leaf = ca_.Leaf();
  Come(leaf);
  for (const char* status : {"ACTIVE", "INACTIVE", "REVOKED"}) {
    account_.Get("PUT", absl::StrCat("/certificates/", LeafId(leaf), "?newStatus=", status));
    EXPECT_EQ(Come(leaf).status, 200) << status;
  }
  EXPECT_EQ(account_.events().size(), 1u);
}

TEST_F(JustInTimeTest, OnlyAnActiveAuthorityWithAutoRegistrationRegisters) {
  const TestCa inactive;
  const TestCa without;
  const TestCa unknown;
  Register(inactive, false, true);
  Register(without, true, false);
  Register(ca_);
  for (const TestCa* one : {&inactive, &without, &unknown}) {
    const std::string leaf = one->Leaf();
    const auto reply = Come(leaf);
    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(reply.body, HasSubstr("has signed the certificate"));
    EXPECT_EQ(Find(leaf), nullptr);
  }
  EXPECT_THAT(account_.events(), IsEmpty());
}

TEST_F(JustInTimeTest, AuthoritiesOfOneNameAreToldApartByTheirKeys) {
  const TestCa other;
  ASSERT_EQ(identity::ReadPresented(other.pem)->subject, identity::ReadPresented(ca_.pem)->subject);
  Register(ca_);
  Register(other);
  for (const TestCa* one : {&ca_, &other}) {
    const std::string leaf = one->Leaf();
    Come(leaf);
    ASSERT_NE(Find(leaf), nullptr);
    EXPECT_EQ(Find(leaf)->ca_id, one->id);
  }
}

TEST_F(JustInTimeTest, AnAuthorityThatRegistersNoMoreTellsNoMore) {
  Register(ca_);
  const std::string leaf = ca_.Leaf();
  Come(leaf);
  account_.Get("PUT",
               absl::StrCat("/cacertificate/", ca_.id, "?newAutoRegistrationStatus=DISABLE"));
  EXPECT_EQ(Come(leaf).status, 406);
  EXPECT_EQ(account_.events().size(), 1u);
  account_.Get("PUT", absl::StrCat("/cacertificate/", ca_.id, "?newAutoRegistrationStatus=ENABLE"));
  EXPECT_EQ(Come(leaf).status, 200);
  EXPECT_EQ(account_.events().size(), 2u);
}

constexpr absl::string_view kTemplate = R"({
  "Resources": {
    "lamp": {"Type": "AWS::IoT::Thing",
             "Properties": {"ThingName": {"Ref": "AWS::IoT::Certificate::CommonName"}}},
    "certificate": {"Type": "AWS::IoT::Certificate",
                    "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}
  }})";

// A body that registers the authority with a template, or with the name of one.
std::string WithTemplate(const TestCa& ca, absl::string_view member, absl::string_view value) {
  return Json()
      .Text("caCertificate", ca.pem)
      .Text("certificateMode", "SNI_ONLY")
      .Object("registrationConfig", Json().Text(member, value))
      .Finish();
}

constexpr absl::string_view kRegistering =
    "/cacertificate?setAsActive=true&allowAutoRegistration=true";

TEST_F(JustInTimeTest, WithATemplateTheDeviceIsProvisioned) {
  account_.Get("POST", kRegistering, WithTemplate(ca_, "templateBody", kTemplate));
  const std::string leaf = ca_.Leaf("lamp-7");
  EXPECT_EQ(Come(leaf).status, 200);
  const policy::Certificate* const entry = Find(leaf);
  ASSERT_NE(entry, nullptr);
  EXPECT_TRUE(entry->active());
  EXPECT_EQ(entry->ca_id, ca_.id);
  ASSERT_EQ(entry->things.size(), 1u);
  EXPECT_EQ(entry->things[0].name, "lamp-7");
  EXPECT_NE(account_.account().registry().FindThing("lamp-7"), nullptr);
  EXPECT_THAT(account_.events(), IsEmpty());
  EXPECT_THAT(account_.Get("GET", absl::StrCat("/certificates/", LeafId(leaf))),
              HasSubstr("-----BEGIN CERTIFICATE-----"));
  EXPECT_EQ(Come(leaf).status, 200);  // once more, and nothing happens
}

TEST_F(JustInTimeTest, ATemplateIsNamedAndMustBeOfThatKindAndEnabled) {
  account_.Get("POST", kRegistering, WithTemplate(ca_, "templateName", "lamps"));
  const std::string leaf = ca_.Leaf("lamp-7");
  const auto make = [&](absl::string_view more) {
    account_.Get(
        "POST", "/provisioning-templates",
        absl::StrCat(R"({"templateName": "lamps", "templateBody": )", JsonText(kTemplate),
                     R"(, "provisioningRoleArn": "arn:aws:iam::000000000000:role/r")", more, "}"));
  };
  EXPECT_EQ(Come(leaf).status, 404);
  make(R"(, "type": "JITP")");
  EXPECT_THAT(Come(leaf).body, HasSubstr("is not enabled"));
  EXPECT_EQ(Find(leaf), nullptr);
  account_.Get("PATCH", "/provisioning-templates/lamps", R"({"enabled": true})");
  EXPECT_EQ(Come(leaf).status, 200);
  EXPECT_NE(Find(leaf), nullptr);
}

TEST_F(JustInTimeTest, OfADeviceThatCannotBeProvisionedNothingIsKept) {
  account_.Get("POST", kRegistering, WithTemplate(ca_, "templateBody", kTemplate));
  EXPECT_THAT(Come(ca_.Leaf("a name with blanks")).body, HasSubstr("A thing's name cannot be"));
  const TestCa wants_more;
  constexpr absl::string_view kWantsCountry = R"({
    "Parameters": {"AWS::IoT::Certificate::Country": {"Type": "String"}},
    "Resources": {"c": {"Type": "AWS::IoT::Certificate",
                        "Properties": {"CertificateId": {"Ref": "AWS::IoT::Certificate::Id"}}}}})";
  account_.Get("POST", kRegistering, WithTemplate(wants_more, "templateBody", kWantsCountry));
  EXPECT_THAT(Come(wants_more.Leaf()).body,
              HasSubstr("parameter AWS::IoT::Certificate::Country is missing"));
  EXPECT_THAT(account_.account().registry().certificates(), IsEmpty());
  EXPECT_THAT(account_.account().registry().things(), IsEmpty());
}

TEST_F(JustInTimeTest, WhatIsNoCertificateIsRefused) {
  Register(ca_);
  const std::string leaf = ca_.Leaf();
  std::string forged = leaf;
  forged.back() = static_cast<char>(forged.back() ^ 1);  // of the signature
  for (const std::string& der :
       {std::string(), std::string("\x30\x82\xff\xff"), std::string(8192, '\x30'),
        leaf.substr(0, leaf.size() - 1), leaf + "x", forged}) {
    EXPECT_EQ(Come(der).status, 400) << der.size();
  }
  EXPECT_THAT(account_.account().registry().certificates(), IsEmpty());
  EXPECT_THAT(account_.events(), IsEmpty());
}

}  // namespace
}  // namespace control
