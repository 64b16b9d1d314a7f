#include "identity/presented_certificate.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "identity/certificate_text.h"
#include "tests/identity/forge.h"
#include "tests/identity/lamp_certificate.h"

namespace identity {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

PresentedCertificate Read(const ForgedCertificate& forged) {
  auto presented = ReadPresented(PemOf(forged));
  EXPECT_TRUE(presented.ok()) << presented.status();
  return presented.ok() ? *std::move(presented) : PresentedCertificate();
}

std::string CertificateFaultOf(const std::string& pem) {
  const auto presented = ReadPresented(pem);
  EXPECT_FALSE(presented.ok()) << pem;
  EXPECT_THAT(std::string(presented.status().message()),
              StartsWith("not an acceptable certificate: "));
  return std::string(presented.status().message());
}

std::string CertificateFaultOf(const ForgedCertificate& forged) {
  return CertificateFaultOf(PemOf(forged));
}

Forgery AuthorityForgery(const std::string& name) {
  Forgery forgery;
  forgery.subject = {{"CN", name}};
  forgery.constraints = "critical,CA:TRUE";
  return forgery;
}

TEST(PresentedCertificate, TellsWhatRegisteringItHasToKnow) {
  const auto lamp = ReadPresented(kLampCertificate);
  ASSERT_TRUE(lamp.ok()) << lamp.status();
  EXPECT_EQ(lamp->id, kLampId);
  EXPECT_EQ(lamp->subject,
            "dnQualifier=q,serialNumber=77,CN=AWS IoT Certificate,OU=Floor xC3xA4,OU=Kitchen,"
            "O=Lamp Works,ST=Berlin,C=DE");
  EXPECT_EQ(lamp->issuer, lamp->subject);
  EXPECT_EQ(lamp->subject_hash.size(), 8);
  EXPECT_EQ(lamp->issuer_hash, lamp->subject_hash);
  EXPECT_EQ(lamp->common_name, "AWS IoT Certificate");
  EXPECT_FALSE(lamp->is_authority);
  EXPECT_EQ(lamp->not_before, 1795377813);
  EXPECT_EQ(lamp->not_after, 4948977813);
}

TEST(PresentedCertificate, IsTheSameInDer) {
  const auto lamp = ReadPresented(kLampCertificate);
  ASSERT_TRUE(lamp.ok()) << lamp.status();
  const std::string der = DerOf(*lamp->certificate);
  const auto again = ReadPresentedDer(der);
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->id, kLampId);
  EXPECT_EQ(PemOf(*again->certificate), PemOf(*lamp->certificate));
  EXPECT_EQ(ReadPresented(PemOf(*again->certificate))->id, kLampId);
  for (size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(ReadPresentedDer(der.substr(0, size)).ok()) << size;
  }
  EXPECT_FALSE(ReadPresentedDer(der + "x").ok());
  EXPECT_THAT(ReadPresentedDer(std::string(kCertificateBytesMax + 1, 'x')).status().message(),
              HasSubstr("are taken"));
}

TEST(PresentedCertificate, HasTimesFarFromNow) {
  Forgery forgery;
  forgery.not_before = -1'000'000'000;  // 1938, which needs the longer form
  forgery.not_after = 253'402'300'799;  // the end of 9999
  const PresentedCertificate presented = Read(Forge(forgery));
  EXPECT_EQ(presented.not_before, forgery.not_before);
  EXPECT_EQ(presented.not_after, forgery.not_after);
}

TEST(PresentedCertificate, WhoseTimesAreNoneIsRefused) {
  Forgery forgery;
  std::swap(forgery.not_before, forgery.not_after);
  EXPECT_THAT(CertificateFaultOf(Forge(forgery)),
              HasSubstr("the times between which it is valid are none"));
  std::string der = DerOf(Forge({}));
  const size_t at = der.find("231114");  // 2023-11-14, its first day
  ASSERT_NE(at, std::string::npos);
  der.replace(at, 6, "239914");
  EXPECT_THAT(CertificateFaultOf(PemText("CERTIFICATE", der)),
              HasSubstr("the times between which it is valid are none"));
}

TEST(PresentedCertificate, IsCalledByItsOnlyCommonName) {
  Forgery forgery;
  forgery.subject = {{"CN", std::string("code\0x", 6)}};
  EXPECT_EQ(Read(Forge(forgery)).common_name, std::string("code\0x", 6));
  EXPECT_EQ(Read(Forge(forgery)).subject, "CN=code\\00x");
  forgery.subject = {{"CN", "K\xC3\xBC"}};
  EXPECT_EQ(Read(Forge(forgery)).common_name, "K\xC3\xBC");
  EXPECT_EQ(Read(Forge(forgery)).subject, "CN=K\\C3\\BC");
  forgery.subject = {{"CN", "a"}, {"CN", "b"}};
  EXPECT_EQ(Read(Forge(forgery)).common_name, "");
  forgery.subject = {};
  EXPECT_EQ(Read(Forge(forgery)).common_name, "");
  for (int i = 0; i < 300; ++i) forgery.subject.emplace_back("OU", "unit");
  EXPECT_THAT(Read(Forge(forgery)).subject, StartsWith("OU=unit,OU=unit,"));
}

TEST(PresentedCertificate, IsAnAuthorityByItsBasicConstraints) {
  EXPECT_TRUE(Read(Forge(AuthorityForgery("ca"))).is_authority);
  Forgery forgery;
  EXPECT_FALSE(Read(Forge(forgery)).is_authority);
  forgery.constraints = "";
  EXPECT_FALSE(Read(Forge(forgery)).is_authority);
}

TEST(PresentedCertificate, OfAnyKeyThatAwsTakesIsRead) {
  for (const char* const kind : {"RSA-2048", "P-256", "P-384", "P-521"}) {
    Forgery forgery;
    forgery.key = kind;
    for (const EVP_MD* const digest : {EVP_sha256(), EVP_sha384(), EVP_sha512()}) {
      forgery.digest = digest;
      EXPECT_TRUE(ReadPresented(PemOf(Forge(forgery))).ok()) << kind;
      if (forgery.key == "RSA-2048") break;  // takes long to make
    }
  }
}

TEST(PresentedCertificate, WithAWeakOrUnknownKeyIsRefused) {
  for (const auto& [kind, reason] : std::vector<std::pair<std::string, std::string>>{
           {"RSA-1024",
            "its key is RSA of 1024 bits; RSA of at least 2048 bits or EC on P-256, "
            "P-384 or P-521 is wanted"},
           {"P-224", "its key is EC on secp224r1"},
           {"ED25519", "its key is ED25519"}}) {
    Forgery forgery;
    forgery.key = kind;
    EXPECT_THAT(CertificateFaultOf(Forge(forgery)), HasSubstr(reason));
  }
}

TEST(PresentedCertificate, WhoseKeyIsOnACurveThatIsWrittenOutIsRefused) {
  ForgedCertificate forged = Forge({});
  forged.key = ForgeKeyOnWrittenOutCurve();
  X509_set_pubkey(forged.certificate.get(), forged.key.get());
  X509_sign(forged.certificate.get(), forged.key.get(), EVP_sha256());
  EXPECT_THAT(CertificateFaultOf(forged),
              HasSubstr("its key is EC on a curve that is written out"));
}

TEST(PresentedCertificate, WhoseExponentProtectsNothingIsRefused) {
  const ForgedCertificate ca = Forge(AuthorityForgery("ca"));
  Forgery forgery;
  forgery.issuer = &ca;
  const ForgedCertificate forged = Forge(forgery);
  for (const BN_ULONG exponent : {1, 2, 3}) {
    X509_set_pubkey(forged.certificate.get(), ForgeRsaWithExponent(exponent).get());
    X509_sign(forged.certificate.get(), ca.key.get(), EVP_sha256());
    if (exponent == 3) {
      EXPECT_TRUE(ReadPresented(PemOf(forged)).ok());
    } else {
      EXPECT_THAT(CertificateFaultOf(forged),
                  HasSubstr("is RSA with an exponent that protects nothing"));
    }
  }
}

TEST(PresentedCertificate, WithAWeakSignatureIsRefused) {
  Forgery forgery;
  forgery.key = "RSA-2048";
  forgery.digest = EVP_md5();
  EXPECT_THAT(CertificateFaultOf(Forge(forgery)),
              HasSubstr("its signature is md5WithRSAEncryption; one over "
                        "SHA-256, SHA-384 or SHA-512 is wanted"));
  forgery.key = "P-256";
  forgery.digest = EVP_sha1();
  EXPECT_THAT(CertificateFaultOf(Forge(forgery)), HasSubstr("its signature is ecdsa-with-SHA1"));
  Forgery odd = AuthorityForgery("odd");
  odd.key = "ED25519";
  const ForgedCertificate issuer = Forge(odd);
  forgery.issuer = &issuer;
  EXPECT_THAT(CertificateFaultOf(Forge(forgery)), HasSubstr("its signature is ED25519"));
}

TEST(PresentedCertificate, ThatIsCutOrFollowedByMoreIsRefused) {
  const std::string der = DerOf(Forge({}));
  for (size_t size = 0; size < der.size(); ++size) {
    CertificateFaultOf(PemText("CERTIFICATE", der.substr(0, size)));
  }
  EXPECT_THAT(CertificateFaultOf(PemText("CERTIFICATE", der + '\0')), HasSubstr("cut or no X.509"));
  const std::string request = ForgeRequest(ForgeKey("P-256").get(), {});
  EXPECT_THAT(CertificateFaultOf(PemText("CERTIFICATE", request)), HasSubstr("cut or no X.509"));
}

TEST(PresentedCertificate, IsOnePemBlockOfItsKind) {
  const std::string good = PemOf(Forge({}));
  EXPECT_THAT(CertificateFaultOf(""), HasSubstr("there is no PEM in it"));
  EXPECT_THAT(CertificateFaultOf(DerOf(Forge({}))), HasSubstr("there is no PEM in it"));
  EXPECT_THAT(CertificateFaultOf(good + good), HasSubstr("more than one PEM block"));
  EXPECT_THAT(CertificateFaultOf(PemText("TRUSTED CERTIFICATE", DerOf(Forge({})))),
              HasSubstr("there is \"-----BEGIN TRUSTED CERTIFICATE-----\" in it"));
  EXPECT_THAT(CertificateFaultOf(PrivatePemOf(ForgeKey("P-256").get())),
              HasSubstr("there is a private key in it"));
}

// Its DER may hold anything, a PEM text too: that is not read in its place.
TEST(PresentedCertificate, IsNotAnotherThatItHoldsAsText) {
  Forgery forgery;
  forgery.subject = {{"1.2.3.4", kLampCertificate}};
  EXPECT_NE(Read(Forge(forgery)).id, kLampId);
}

TEST(PresentedCertificate, IsReadUpToItsBound) {
  const std::string good = PemOf(Forge({}));
  const std::string full = std::string(kCertificateBytesMax - good.size() - 1, ' ') + "\n" + good;
  EXPECT_TRUE(ReadPresented(full).ok());
  EXPECT_THAT(CertificateFaultOf(" " + full),
              HasSubstr("it has 65537 bytes; at most 65536 are taken"));
}

TEST(PresentedCertificate, KnowsWhoSignedIt) {
  const ForgedCertificate ca = Forge(AuthorityForgery("ca"));
  const ForgedCertificate other = Forge(AuthorityForgery("other"));
  const ForgedCertificate namesake = Forge(AuthorityForgery("ca"));
  Forgery forgery;
  const ForgedCertificate not_an_authority = Forge(forgery);
  forgery.issuer = &ca;
  const PresentedCertificate leaf = Read(Forge(forgery));

  EXPECT_TRUE(HasSigned(Read(ca), leaf));
  EXPECT_FALSE(HasSigned(Read(other), leaf));
  EXPECT_FALSE(HasSigned(Read(namesake), leaf));
  EXPECT_FALSE(HasSigned(leaf, Read(ca)));
  EXPECT_TRUE(HasSigned(Read(ca), Read(ca)));
  EXPECT_EQ(leaf.issuer_hash, Read(ca).subject_hash);
  EXPECT_EQ(Read(namesake).subject_hash, Read(ca).subject_hash);
  EXPECT_NE(Read(other).subject_hash, Read(ca).subject_hash);
  EXPECT_EQ(leaf.issuer, Read(ca).subject);

  // The same key under another name.
  const ForgedCertificate renamed{nullptr, X509Ptr(X509_dup(ca.certificate.get()))};
  FillName(X509_get_subject_name(renamed.certificate.get()), {{"OU", "renamed"}});
  X509_sign(renamed.certificate.get(), ca.key.get(), EVP_sha256());
  EXPECT_FALSE(HasSigned(Read(renamed), leaf));

  forgery.issuer = &not_an_authority;
  EXPECT_TRUE(HasSigned(Read(not_an_authority), Read(Forge(forgery))));
}

TEST(PresentedCertificate, ABrokenSignatureIsNobodys) {
  const ForgedCertificate ca = Forge(AuthorityForgery("ca"));
  Forgery forgery;
  forgery.issuer = &ca;
  std::string der = DerOf(Forge(forgery));
  der[der.rfind("lamp")] = 'd';
  const auto presented = ReadPresented(PemText("CERTIFICATE", der));
  ASSERT_TRUE(presented.ok()) << presented.status();
  EXPECT_FALSE(HasSigned(Read(ca), *presented));
}

}  // namespace
}  // namespace identity
