#include "identity/certificate.h"

#include <gmock/gmock.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tests/identity/lamp_certificate.h"

namespace identity {
namespace {

using policy::AlternativeName;
using policy::CertificateFacts;
using policy::NameAttribute;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

CertificateFacts Lamp() {
  const auto certificate = ParseCertificate(kLampCertificate);
  EXPECT_TRUE(certificate.ok()) << certificate.status();
  return certificate.ok() ? FactsOf(**certificate) : CertificateFacts();
}

std::string LampDer() {
  std::string base64;
  for (const absl::string_view line : absl::StrSplit(kLampCertificate, '\n')) {
    if (!line.empty() && line.front() != '-') absl::StrAppend(&base64, line);
  }
  std::string der;
  EXPECT_TRUE(absl::Base64Unescape(base64, &der));
  return der;
}

TEST(Certificate, IsCalledByTheDigestOfItsDer) {
  EXPECT_EQ(Lamp().id, kLampId);
  const auto from_der = ParseCertificate(LampDer());
  ASSERT_TRUE(from_der.ok()) << from_der.status();
  EXPECT_EQ(CertificateId(**from_der), kLampId);
}

TEST(Certificate, TextBeforeThePemIsSkipped) {
  EXPECT_TRUE(ParseCertificate(absl::StrCat("Certificate:\n  Data:\n", kLampCertificate)).ok());
}

TEST(Certificate, TellsItsNames) {
  CertificateFacts lamp = Lamp();
  EXPECT_EQ(lamp.serial_number, "0A1B2C3D4E5F");
  EXPECT_THAT(lamp.Subject(NameAttribute::kCountry), ElementsAre("DE"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kState), ElementsAre("Berlin"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kOrganization), ElementsAre("Lamp Works"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kOrganizationalUnit),
              ElementsAre("Kitchen", "Floor xC3xA4"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kCommonName), ElementsAre("AWS IoT Certificate"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kSerialNumber), ElementsAre("77"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kDistinguishedNameQualifier), ElementsAre("q"));
  EXPECT_THAT(lamp.Subject(NameAttribute::kSurname), IsEmpty());
  EXPECT_THAT(lamp.Issuer(NameAttribute::kCommonName), ElementsAre("AWS IoT Certificate"));
}

TEST(Certificate, TellsItsAlternativeNames) {
  CertificateFacts lamp = Lamp();
  EXPECT_THAT(lamp.SubjectAlternative(AlternativeName::kDnsName),
              ElementsAre("lamp.example", "lamp2.example"));
  EXPECT_THAT(lamp.SubjectAlternative(AlternativeName::kIpAddress),
              ElementsAre("192.0.2.7", "2001:db8:0:0:0:0:0:1"));
  EXPECT_THAT(lamp.SubjectAlternative(AlternativeName::kRfc822Name), ElementsAre("a@b.example"));
  EXPECT_THAT(lamp.SubjectAlternative(AlternativeName::kUniformResourceIdentifier),
              ElementsAre("urn:x:1"));
  EXPECT_THAT(lamp.SubjectAlternative(AlternativeName::kDirectoryName),
              ElementsAre("O=Org,CN=inner"));
  EXPECT_THAT(lamp.IssuerAlternative(AlternativeName::kDnsName), IsEmpty());
}

TEST(Certificate, WhatIsNoneIsRefused) {
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("-----BEGIN CERTIFICATE-----\nAAAA\n"),
        LampDer() + "x", LampDer().substr(0, 300), std::string(kLampCertificate).substr(0, 400)}) {
    const auto certificate = ParseCertificate(text);
    ASSERT_FALSE(certificate.ok()) << text.size();
    EXPECT_THAT(std::string(certificate.status().message()), HasSubstr("BEGIN CERTIFICATE"));
  }
}

TEST(Certificate, AHugeFileIsRefusedUnread) {
  const auto certificate = ParseCertificate(std::string(kCertificateBytesMax + 1, 'x'));
  ASSERT_FALSE(certificate.ok());
  EXPECT_THAT(std::string(certificate.status().message()), HasSubstr("65537 bytes"));
}

}  // namespace
}  // namespace identity
