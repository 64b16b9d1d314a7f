#include "identity/issuer.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <utility>
#include <vector>

#include "identity/certificate_text.h"
#include "identity/openssl_objects.h"

namespace identity {
namespace {

constexpr size_t kRsaBits = 2048;
// As large as fits 20 bytes of DER with the sign bit clear (RFC 5280).
constexpr int kSerialBits = 159;
constexpr int64_t kHeadStartSeconds = 120;
constexpr int64_t kServerSeconds = 825 * 24 * 3600;
constexpr char kEnd[] = "20491231235959Z";

using NamePtr = std::unique_ptr<X509_NAME, Free<X509_NAME_free>>;
using ExtensionPtr = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;
using Extensions = std::vector<std::pair<int, std::string>>;

// What a certificate is for.
struct Profile {
  int64_t seconds = 0;  // that it is good for; 0: to the end of 2049
  Extensions extensions;
};

Profile AuthorityProfile() {
  return {.extensions = {{NID_subject_key_identifier, "hash"},
                         {NID_basic_constraints, "critical,CA:TRUE"},
                         {NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature"}}};
}

// The extensions in the order in which AWS has them.
Profile DeviceProfile() {
  return {.extensions = {{NID_authority_key_identifier, "keyid"},
                         {NID_subject_key_identifier, "hash"},
                         {NID_basic_constraints, "critical,CA:FALSE"},
                         {NID_key_usage, "critical,digitalSignature"}}};
}

Profile ServerProfile(const std::string& names) {
  Profile profile = DeviceProfile();
  profile.seconds = kServerSeconds;
  profile.extensions.emplace_back(NID_ext_key_usage, "serverAuth");
  profile.extensions.emplace_back(NID_subject_alt_name, names);
  return profile;
}

KeyPtr NewKey(KeyKind kind) {
  return KeyPtr(kind == KeyKind::kRsa2048 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kRsaBits)
                                          : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

// A name that is one CN; null if there is no memory left.
NamePtr Called(absl::string_view common_name) {
  NamePtr name(X509_NAME_new());
  const auto* const text = reinterpret_cast<const unsigned char*>(common_name.data());
  if (name == nullptr ||
      X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_UTF8, text,
                                 static_cast<int>(common_name.size()), -1, 0) != 1) {
    return nullptr;
  }
  return name;
}

bool SetSerial(X509& certificate) {
  const NumberPtr number(BN_new());
  return number != nullptr &&
         BN_rand(number.get(), kSerialBits, BN_RAND_TOP_ANY, BN_RAND_BOTTOM_ANY) == 1 &&
         BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(&certificate)) != nullptr;
}

bool SetTimes(X509& certificate, int64_t now, int64_t seconds) {
  ASN1_TIME* const end = X509_getm_notAfter(&certificate);
  return ASN1_TIME_set(X509_getm_notBefore(&certificate), now - kHeadStartSeconds) != nullptr &&
         (seconds == 0 ? ASN1_TIME_set_string_X509(end, kEnd) == 1
                       : ASN1_TIME_set(end, now + seconds) != nullptr);
}

bool SetNames(X509& certificate, const X509_NAME* subject, const X509& issuer) {
  return subject != nullptr && X509_set_subject_name(&certificate, subject) == 1 &&
         X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1;
}

bool AddExtensions(X509& certificate, X509& issuer, const Extensions& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : extensions) {
    const ExtensionPtr extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    if (extension == nullptr || X509_add_ext(&certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

// A certificate for `key`, signed with `signer`, the key of `issuer`; null: of itself.
absl::StatusOr<X509Ptr> Sign(const Profile& profile, const X509_NAME* subject, EVP_PKEY& key,
                             X509* issuer, EVP_PKEY& signer, int64_t now) {
  X509Ptr certificate(X509_new());
  X509* const above = issuer == nullptr ? certificate.get() : issuer;
  if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !SetSerial(*certificate) || !SetTimes(*certificate, now, profile.seconds) ||
      !SetNames(*certificate, subject, *above) || X509_set_pubkey(certificate.get(), &key) != 1 ||
      !AddExtensions(*certificate, *above, profile.extensions) ||
      X509_sign(certificate.get(), &signer, EVP_sha256()) == 0) {
    return OpenSslFault("a certificate cannot be made");
  }
  return certificate;
}

absl::StatusOr<IssuedCertificate> TextOf(X509& certificate) {
  std::string text = PemOf(certificate);
  if (text.empty()) return OpenSslFault("a certificate cannot be written");
  return IssuedCertificate{std::move(text), CertificateId(certificate)};
}

absl::StatusOr<KeyPair> TextsOf(EVP_PKEY& key, X509& certificate) {
  auto issued = TextOf(certificate);
  if (!issued.ok()) return issued.status();
  const MemoryPtr key_text(BIO_new(BIO_s_secmem()));  // is wiped when it is freed
  const MemoryPtr public_text(BIO_new(BIO_s_mem()));
  if (key_text == nullptr || public_text == nullptr ||
      PEM_write_bio_PrivateKey_traditional(key_text.get(), &key, nullptr, nullptr, 0, nullptr,
                                           nullptr) != 1 ||
      PEM_write_bio_PUBKEY(public_text.get(), &key) != 1) {
    return OpenSslFault("a key cannot be written");
  }
  return KeyPair{WrittenTo(key_text), WrittenTo(public_text), std::move(issued->certificate),
                 std::move(issued->id)};
}

// Null as `issuer`: the new key signs itself.
absl::StatusOr<KeyPair> NewPair(const Profile& profile, absl::string_view common_name, KeyKind kind,
                                X509* issuer, EVP_PKEY* signer, int64_t now) {
  const KeyPtr key = NewKey(kind);
  if (key == nullptr) return OpenSslFault("a key cannot be made");
  const auto certificate = Sign(profile, Called(common_name).get(), *key, issuer,
                                issuer == nullptr ? *key : *signer, now);
  if (!certificate.ok()) return certificate.status();
  return TextsOf(*key, **certificate);
}

}  // namespace

absl::StatusOr<Issuer> Issuer::Of(const x509_st& certificate, absl::string_view key_pem) {
  KeyPtr key = ReadPrivateKey(key_pem);
  const bool fits = key != nullptr && X509_check_private_key(&certificate, key.get()) == 1;
  ERR_clear_error();
  if (!fits) {
    return absl::InvalidArgumentError(
        "not the private key, without a password, of the certificate");
  }
  X509Ptr copy(X509_dup(&certificate));
  if (copy == nullptr) return OpenSslFault("a certificate cannot be copied");
  return Issuer(std::move(copy), std::move(key));
}

absl::StatusOr<KeyPair> Issuer::Issue(KeyKind kind, int64_t now) const {
  return NewPair(DeviceProfile(), "AWS IoT Certificate", kind, certificate_.get(), key_.get(), now);
}

absl::StatusOr<IssuedCertificate> Issuer::IssueFor(const SigningRequest& request,
                                                   int64_t now) const {
  const auto certificate =
      Sign(DeviceProfile(), &request.subject(), *request.key(), certificate_.get(), *key_, now);
  if (!certificate.ok()) return certificate.status();
  return TextOf(**certificate);
}

absl::StatusOr<KeyPair> Issuer::IssueToServer(const std::string& names, int64_t now) const {
  return NewPair(ServerProfile(names), "localhost", KeyKind::kEcP256, certificate_.get(),
                 key_.get(), now);
}

absl::StatusOr<KeyPair> MakeAuthority(int64_t now) {
  return NewPair(AuthorityProfile(), "mosquitto-shadow test CA", KeyKind::kEcP256, nullptr, nullptr,
                 now);
}

}  // namespace identity
