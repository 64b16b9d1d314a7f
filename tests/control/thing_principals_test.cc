#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "tests/control/account_in_memory.h"

namespace control {
namespace {

using policy::RegistryPart;
using testing::StartsWith;

constexpr absl::string_view kCertificateArn = "arn:aws:iot:us-east-1:000000000000:cert/";

class ControlPrincipals : public testing::Test {
 protected:
  ControlPrincipals() {
    for (const std::string& id : {a_, b_}) {
      account_.Write(RegistryPart::kCertificates, id, R"({"status":"INACTIVE"})");
    }
    for (const char* const thing : {"t", "u"}) {
      account_.Get("POST", absl::StrCat("/things/", thing));
    }
  }

  using Headers = std::vector<std::pair<std::string, std::string>>;
  static Headers Principal(absl::string_view id) {
    return {{"x-amzn-principal", absl::StrCat(kCertificateArn, id)}};
  }

  // The answer, or the refusal.
  std::string Attach(absl::string_view thing, absl::string_view id, absl::string_view query = "") {
    return account_.Refusal("PUT", absl::StrCat("/things/", thing, "/principals", query), "",
                            Principal(id));
  }
  std::string Detach(absl::string_view thing, absl::string_view id) {
    return account_.Refusal("DELETE", absl::StrCat("/things/", thing, "/principals"), "",
                            Principal(id));
  }
  std::string ThingsOf(absl::string_view id, absl::string_view query = "",
                       absl::string_view path = "/principals/things") {
    return account_.Get("GET", absl::StrCat(path, query), "", Principal(id));
  }
  std::string PrincipalsOf(absl::string_view thing, absl::string_view query = "",
                           absl::string_view path = "principals") {
    return account_.Get("GET", absl::StrCat("/things/", thing, "/", path, query));
  }

  AccountInMemory account_;
  const std::string a_ = std::string(64, 'a');
  const std::string b_ = std::string(64, 'b');
};

TEST_F(ControlPrincipals, AreAttachedListedAndDetached) {
  EXPECT_EQ(Attach("t", b_), "200");
  EXPECT_EQ(Attach("t", a_), "200");
  EXPECT_EQ(Attach("u", a_), "200");
  EXPECT_EQ(PrincipalsOf("t"), absl::StrCat(R"({"principals":[")", kCertificateArn, a_, R"(",")",
                                            kCertificateArn, b_, R"("]})"));
  EXPECT_EQ(ThingsOf(a_), R"({"things":["t","u"]})");
  EXPECT_EQ(Attach("t", a_), "200");
  EXPECT_EQ(ThingsOf(a_), R"({"things":["t","u"]})");
  EXPECT_EQ(Detach("t", a_), "200");
  EXPECT_EQ(ThingsOf(a_), R"({"things":["u"]})");
  EXPECT_EQ(PrincipalsOf("t"), absl::StrCat(R"({"principals":[")", kCertificateArn, b_, R"("]})"));
  EXPECT_EQ(Detach("t", a_), absl::StrCat("404 ResourceNotFoundException: Principal ",
                                          kCertificateArn, a_, " is not attached to thing t"));
}

TEST_F(ControlPrincipals, ThatAreAttachedAgainLeaveNothingToChange) {
  Attach("t", a_);
  const policy::Certificate* const before = account_.account().registry().FindCertificate(a_);
  Attach("t", a_);
  EXPECT_EQ(account_.account().registry().FindCertificate(a_), before);
}

TEST_F(ControlPrincipals, ThatAreExclusiveHaveOneThing) {
  EXPECT_EQ(Attach("t", a_, "?thingPrincipalType=EXCLUSIVE_THING"), "200");
  EXPECT_EQ(Attach("t", a_), "200");
  EXPECT_EQ(Attach("t", a_, "?thingPrincipalType=EXCLUSIVE_THING"), "200");
  EXPECT_EQ(Attach("t", a_, "?thingPrincipalType=NON_EXCLUSIVE_THING"),
            absl::StrCat("400 InvalidRequestException: Principal ", kCertificateArn, a_,
                         " is attached to thing t as EXCLUSIVE_THING already: detach it first"));
  EXPECT_EQ(Attach("u", a_),
            absl::StrCat("400 InvalidRequestException: Principal ", kCertificateArn, a_,
                         " is attached to thing t as EXCLUSIVE_THING: it can be "
                         "attached to no other"));
  EXPECT_EQ(ThingsOf(a_, "", "/principals/things-v2"),
            R"({"principalThingObjects":[{"thingName":"t",)"
            R"("thingPrincipalType":"EXCLUSIVE_THING"}]})");
  // When it is let go, it is like any other.
  EXPECT_EQ(Detach("t", a_), "200");
  EXPECT_EQ(Attach("u", a_), "200");
  EXPECT_EQ(Attach("t", a_, "?thingPrincipalType=EXCLUSIVE_THING"),
            absl::StrCat("400 InvalidRequestException: Principal ", kCertificateArn, a_,
                         " cannot be attached to thing t as EXCLUSIVE_THING: it is attached to "
                         "other things"));
  EXPECT_EQ(Attach("t", a_), "200");
}

TEST_F(ControlPrincipals, AreToldWithTheirKind) {
  Attach("t", a_, "?thingPrincipalType=EXCLUSIVE_THING");
  Attach("t", b_, "?thingPrincipalType=NON_EXCLUSIVE_THING");
  const std::string exclusive = absl::StrCat(R"({"principal":")", kCertificateArn, a_,
                                             R"(","thingPrincipalType":"EXCLUSIVE_THING"})");
  const std::string shared = absl::StrCat(R"({"principal":")", kCertificateArn, b_,
                                          R"(","thingPrincipalType":"NON_EXCLUSIVE_THING"})");
  EXPECT_EQ(PrincipalsOf("t", "", "principals-v2"),
            absl::StrCat(R"({"thingPrincipalObjects":[)", exclusive, ",", shared, "]}"));
  EXPECT_EQ(PrincipalsOf("t", "?thingPrincipalType=EXCLUSIVE_THING", "principals-v2"),
            absl::StrCat(R"({"thingPrincipalObjects":[)", exclusive, "]}"));
  EXPECT_EQ(ThingsOf(b_, "?thingPrincipalType=EXCLUSIVE_THING", "/principals/things-v2"),
            R"({"principalThingObjects":[]})");
  EXPECT_EQ(ThingsOf(b_, "?thingPrincipalType=NON_EXCLUSIVE_THING", "/principals/things-v2"),
            R"({"principalThingObjects":[{"thingName":"t",)"
            R"("thingPrincipalType":"NON_EXCLUSIVE_THING"}]})");
  EXPECT_EQ(Attach("t", a_, "?thingPrincipalType=OWN"),
            "400 InvalidRequestException: 1 validation error detected: Value 'OWN' at "
            "'thingPrincipalType' failed to satisfy constraint: Member must satisfy enum value "
            "set: [EXCLUSIVE_THING, NON_EXCLUSIVE_THING]");
}

TEST_F(ControlPrincipals, AreListedPageByPage) {
  Attach("t", a_);
  Attach("t", b_);
  EXPECT_THAT(
      PrincipalsOf("t", "?maxResults=1"),
      StartsWith(absl::StrCat(R"({"principals":[")", kCertificateArn, a_, R"("],"nextToken":")")));
  Attach("u", a_);
  EXPECT_THAT(ThingsOf(a_, "?maxResults=1"), StartsWith(R"({"things":["t"],"nextToken":")"));
}

TEST_F(ControlPrincipals, OfWhatIsNotThereAreRefused) {
  const std::string no_thing =
      "404 ResourceNotFoundException: Thing none does not exist in your account";
  EXPECT_EQ(Attach("none", a_), no_thing);
  EXPECT_EQ(Detach("none", a_), no_thing);
  for (const char* const path : {"/things/none/principals", "/things/none/principals-v2"}) {
    EXPECT_EQ(account_.Refusal("GET", path),
              "404 ResourceNotFoundException: Failed to list principals for thing none because the "
              "thing does not exist in your account");
  }
  const std::string unknown(64, 'c');
  const std::string no_certificate = absl::StrCat("404 ResourceNotFoundException: The certificate ",
                                                  unknown, " does not exist in your account");
  EXPECT_EQ(Attach("t", unknown), no_certificate);
  EXPECT_EQ(Detach("t", unknown), no_certificate);
  for (const char* const path : {"/principals/things", "/principals/things-v2"}) {
    EXPECT_EQ(account_.Refusal("GET", path, "", Principal(unknown)), no_certificate);
  }
}

TEST_F(ControlPrincipals, AreCertificatesOfThisAccountOrIdentities) {
  for (const std::string& principal :
       {a_, absl::StrCat("arn:aws:iot:us-east-1:000000000001:cert/", a_),
        absl::StrCat("arn:aws:iot:us-west-2:000000000000:cert/", a_),
        absl::StrCat(kCertificateArn, a_, "a"), absl::StrCat(kCertificateArn, std::string(64, 'x')),
        std::string("arn:aws:iot:us-east-1:000000000000:thing/t")}) {
    EXPECT_EQ(
        account_.Refusal("PUT", "/things/t/principals", "", {{"x-amzn-principal", principal}}),
        absl::StrCat("400 InvalidRequestException: Principal ", principal,
                     " is no certificate of this account, such as ", kCertificateArn,
                     "ID, and no identity of Cognito"));
  }
  EXPECT_EQ(account_.Refusal("PUT", "/things/t/principals"),
            "400 InvalidRequestException: 1 validation error detected: Value null at 'principal' "
            "failed to satisfy constraint: Member must not be null");
}

// People may write what is not there.
TEST_F(ControlPrincipals, ThingsThatAreNotRegisteredAreNotListed) {
  account_.Write(RegistryPart::kCertificates, a_, R"({"status":"ACTIVE","things":["u","ghost"]})");
  EXPECT_EQ(ThingsOf(a_), R"({"things":["u"]})");
  EXPECT_EQ(Attach("t", a_), "200");
  EXPECT_EQ(account_.account().registry().FindCertificate(a_)->things.size(), 3);
}

}  // namespace
}  // namespace control
