#include "identity/issuer.h"

#include <gmock/gmock.h>

#include <set>
#include <thread>

#include "identity/presented_certificate.h"
#include "tests/identity/forge.h"

namespace identity {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr int64_t kIssueTime = 1'800'000'000;  // in the year 2027
constexpr int64_t kEndOfIssued = 2'524'607'999;

// An authority of its own, for each test.
class IssuerOf : public testing::Test {
 protected:
  IssuerOf() : pair_(*MakeAuthority(kIssueTime)), issuer_(*Issuer::Of(*Ca(), pair_.key)) {}

  X509Ptr Ca() const { return *ParseCertificate(pair_.certificate); }

  IssuedCertificate IssueFor(const std::string& request_pem) const {
    const auto request = SigningRequest::Read(request_pem);
    EXPECT_TRUE(request.ok()) << request.status();
    const auto issued = issuer_.IssueFor(*request, kIssueTime);
    EXPECT_TRUE(issued.ok()) << issued.status();
    return *issued;
  }

  const KeyPair pair_;
  const Issuer issuer_;
};

// Kind and whether it is critical, in order.
std::vector<std::pair<int, bool>> ExtensionsOf(const X509& certificate) {
  std::vector<std::pair<int, bool>> extensions;
  for (int i = 0; i < X509_get_ext_count(&certificate); ++i) {
    X509_EXTENSION* const extension = X509_get_ext(&certificate, i);
    extensions.emplace_back(OBJ_obj2nid(X509_EXTENSION_get_object(extension)),
                            X509_EXTENSION_get_critical(extension) == 1);
  }
  return extensions;
}

TEST_F(IssuerOf, KeysAndCertificateAreInTheFormsOfAws) {
  const auto pair = issuer_.Issue(KeyKind::kRsa2048, kIssueTime);
  ASSERT_TRUE(pair.ok()) << pair.status();
  EXPECT_THAT(pair->key, StartsWith("-----BEGIN RSA PRIVATE KEY-----\n"));
  EXPECT_THAT(pair->key, EndsWith("-----END RSA PRIVATE KEY-----\n"));
  EXPECT_THAT(pair->public_key, StartsWith("-----BEGIN PUBLIC KEY-----\n"));
  EXPECT_THAT(pair->public_key, EndsWith("-----END PUBLIC KEY-----\n"));
  EXPECT_THAT(pair->certificate, StartsWith("-----BEGIN CERTIFICATE-----\n"));
  EXPECT_THAT(pair->certificate, EndsWith("-----END CERTIFICATE-----\n"));

  const auto certificate = ReadPresented(pair->certificate);
  ASSERT_TRUE(certificate.ok()) << certificate.status();
  EXPECT_EQ(certificate->id, pair->id);
  EXPECT_EQ(certificate->subject, "CN=AWS IoT Certificate");
  EXPECT_EQ(certificate->not_before, kIssueTime - 120);
  EXPECT_EQ(certificate->not_after, kEndOfIssued);
  EXPECT_FALSE(certificate->is_authority);
  EXPECT_TRUE(HasSigned(*ReadPresented(pair_.certificate), *certificate));
  X509* const x509 = certificate->certificate.get();
  EXPECT_EQ(X509_get_version(x509), X509_VERSION_3);
  EXPECT_EQ(X509_get_signature_nid(x509), NID_ecdsa_with_SHA256);  // its authority has an EC key
  EXPECT_THAT(ExtensionsOf(*x509),
              ElementsAre(std::pair(NID_authority_key_identifier, false),
                          std::pair(NID_subject_key_identifier, false),
                          std::pair(NID_basic_constraints, true), std::pair(NID_key_usage, true)));
  EXPECT_EQ(X509_get_key_usage(x509), static_cast<uint32_t>(KU_DIGITAL_SIGNATURE));

  EVP_PKEY* const key = X509_get0_pubkey(x509);
  EXPECT_EQ(EVP_PKEY_get_bits(key), 2048);
  EXPECT_TRUE(IsKeyOf(pair->key, *x509));
  const KeyPtr public_key(
      PEM_read_bio_PUBKEY(Reader(pair->public_key).get(), nullptr, nullptr, nullptr));
  EXPECT_EQ(EVP_PKEY_eq(public_key.get(), key), 1);
}

TEST_F(IssuerOf, ARequestGetsACertificateForItsKey) {
  for (const char* const kind : {"RSA-2048", "P-256", "P-384", "P-521"}) {
    const KeyPtr key = ForgeKey(kind);
    const IssuedCertificate issued =
        IssueFor(RequestPem(ForgeRequest(key.get(), {{"CN", "lamp"}})));
    const auto certificate = ReadPresented(issued.certificate);
    ASSERT_TRUE(certificate.ok()) << certificate.status();
    EXPECT_EQ(certificate->id, issued.id);
    EXPECT_EQ(certificate->subject, "CN=lamp");
    EXPECT_EQ(certificate->not_after, kEndOfIssued);
    EXPECT_EQ(EVP_PKEY_eq(X509_get0_pubkey(certificate->certificate.get()), key.get()), 1) << kind;
    EXPECT_TRUE(HasSigned(*ReadPresented(pair_.certificate), *certificate));
  }
}

TEST_F(IssuerOf, ARequestsSubjectIsKeptByteForByte) {
  NameParts many;
  for (int i = 0; i < 40; ++i) many.emplace_back("OU", "unit");
  const KeyPtr key = ForgeKey("P-256");
  for (const NameParts& subject :
       {NameParts{}, NameParts{{"CN", std::string("a\0b", 3)}}, many,
        NameParts{{"CN",
                   "K\xC3\xBC"
                   "che"},
                  {"CN", "*"},
                  {"serialNumber", "7"}},
        NameParts{{"emailAddress", "a@b.example"}, {"1.2.3.4", "an attribute of nobody"}}}) {
    const auto request = SigningRequest::Read(RequestPem(ForgeRequest(key.get(), subject)));
    ASSERT_TRUE(request.ok()) << request.status();
    const auto issued = issuer_.IssueFor(*request, kIssueTime);
    ASSERT_TRUE(issued.ok()) << issued.status();
    const auto certificate = ParseCertificate(issued->certificate);
    EXPECT_EQ(NameDer(X509_get_subject_name(certificate->get())), NameDer(&request->subject()));
  }
}

TEST_F(IssuerOf, TheSameRequestGetsAnotherCertificateEachTime) {
  const std::string request = RequestPem(ForgeRequest(ForgeKey("P-256").get(), {{"CN", "lamp"}}));
  const IssuedCertificate issued = IssueFor(request);
  EXPECT_NE(IssueFor(request).id, issued.id);
  const auto certificate = ParseCertificate(issued.certificate);
  const NumberPtr serial(ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate->get()), nullptr));
  EXPECT_GT(BN_num_bits(serial.get()), 100);
  EXPECT_LE(BN_num_bits(serial.get()), 159);
}

TEST_F(IssuerOf, MayBeUsedByManyThreadsAtOnce) {
  constexpr int kEach = 5;
  std::vector<std::string> ids[3];
  std::vector<std::thread> threads;
  threads.reserve(std::size(ids));
  for (auto& made : ids) {
    threads.emplace_back([&] {
      for (int i = 0; i < kEach; ++i)
        made.push_back(issuer_.Issue(KeyKind::kEcP256, kIssueTime)->id);
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::set<std::string> all;
  for (const auto& made : ids) all.insert(made.begin(), made.end());
  EXPECT_EQ(all.size(), std::size(ids) * kEach);
}

TEST_F(IssuerOf, IsOfNoKeyButItsOwn) {
  const std::string other = PrivatePemOf(ForgeKey("P-256").get());
  for (const std::string& key :
       {other, std::string("this is no private key, nor anything like one"), pair_.certificate}) {
    const auto issuer = Issuer::Of(*Ca(), key);
    ASSERT_FALSE(issuer.ok());
    EXPECT_EQ(issuer.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_THAT(std::string(issuer.status().message()), HasSubstr("not the private key"));
    EXPECT_THAT(std::string(issuer.status().message()), Not(HasSubstr(key.substr(30, 20))));
  }
}

}  // namespace
}  // namespace identity
