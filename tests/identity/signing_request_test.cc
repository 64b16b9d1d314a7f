#include "identity/signing_request.h"

#include <gmock/gmock.h>

#include "absl/strings/str_cat.h"
#include "tests/identity/forge.h"

namespace identity {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const NameParts kLamp = {{"CN", "lamp"}};

std::string Of(const std::string& key_kind) {
  return ForgeRequest(ForgeKey(key_kind).get(), kLamp);
}

std::string RequestFaultOf(const std::string& pem) {
  const auto request = SigningRequest::Read(pem);
  EXPECT_FALSE(request.ok()) << pem;
  EXPECT_THAT(std::string(request.status().message()),
              StartsWith("not a certificate signing request: "));
  return std::string(request.status().message());
}

TEST(SigningRequest, IsTakenWithAnyKeyThatAwsTakes) {
  for (const char* const kind : {"RSA-2048", "RSA-3072", "P-256", "P-384", "P-521"}) {
    const KeyPtr key = ForgeKey(kind);
    const auto request = SigningRequest::Read(RequestPem(ForgeRequest(key.get(), kLamp)));
    ASSERT_TRUE(request.ok()) << kind << request.status();
    EXPECT_EQ(EVP_PKEY_eq(request->key(), key.get()), 1) << kind;
    EXPECT_EQ(NameText(request->subject()), "CN=lamp");
  }
}

TEST(SigningRequest, IsTakenInItsOldFormToo) {
  EXPECT_TRUE(SigningRequest::Read(PemText("NEW CERTIFICATE REQUEST", Of("P-256"))).ok());
}

TEST(SigningRequest, WithAWeakOrUnknownKeyIsRefused) {
  EXPECT_THAT(RequestFaultOf(RequestPem(Of("RSA-1024"))),
              HasSubstr("its key is RSA of 1024 bits; RSA of at least 2048 bits or EC on P-256, "
                        "P-384 or P-521 is wanted"));
  EXPECT_THAT(RequestFaultOf(RequestPem(Of("P-224"))), HasSubstr("its key is EC on secp224r1"));
  EXPECT_THAT(RequestFaultOf(RequestPem(Of("secp256k1"))), HasSubstr("its key is EC on secp256k1"));
  EXPECT_THAT(RequestFaultOf(RequestPem(Of("ED25519"))), HasSubstr("its key is ED25519"));
}

TEST(SigningRequest, WhoseSignatureDoesNotHoldIsRefused) {
  std::string der = Of("P-256");
  der.back() = static_cast<char>(der.back() ^ 1);
  EXPECT_THAT(RequestFaultOf(RequestPem(der)), HasSubstr("its signature is not that of its key"));
  // Another's name, or another's key.
  der = Of("P-256");
  der[der.find("lamp")] = 'd';
  EXPECT_THAT(RequestFaultOf(RequestPem(der)), HasSubstr("its signature is not that of its key"));
}

TEST(SigningRequest, ThatIsCutOrFollowedByMoreIsRefused) {
  const std::string der = Of("P-256");
  for (size_t size = 0; size < der.size(); ++size) {
    RequestFaultOf(RequestPem(der.substr(0, size)));
  }
  EXPECT_THAT(RequestFaultOf(RequestPem(der + '\0')), HasSubstr("cut or no PKCS#10"));
  EXPECT_THAT(RequestFaultOf(RequestPem(DerOf(Forge({})))), HasSubstr("cut or no PKCS#10"));
}

TEST(SigningRequest, IsOnePemBlockOfItsKind) {
  const std::string good = RequestPem(Of("P-256"));
  EXPECT_THAT(RequestFaultOf(""), HasSubstr("there is no PEM in it"));
  EXPECT_THAT(RequestFaultOf(good + good), HasSubstr("more than one PEM block"));
  EXPECT_THAT(RequestFaultOf(PemOf(Forge({}))),
              HasSubstr("there is \"-----BEGIN CERTIFICATE-----\""));
  EXPECT_THAT(RequestFaultOf(absl::StrCat(good, PrivatePemOf(ForgeKey("P-256").get()))),
              HasSubstr("there is a private key in it"));
}

TEST(SigningRequest, IsReadUpToItsBound) {
  const std::string good = RequestPem(Of("P-256"));
  const std::string full = std::string(kRequestBytesMax - good.size() - 1, ' ') + "\n" + good;
  EXPECT_TRUE(SigningRequest::Read(full).ok());
  EXPECT_THAT(RequestFaultOf(" " + full), HasSubstr("it has 4097 bytes; at most 4096 are taken"));
}

}  // namespace
}  // namespace identity
