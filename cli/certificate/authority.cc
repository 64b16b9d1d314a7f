#include "cli/certificate/authority.h"

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "cli/text_file.h"
#include "policy/registry_writer.h"

namespace cli {
namespace {

constexpr size_t kRsaBits = 2048;
// As large as fits 20 bytes of DER with the sign bit clear (RFC 5280).
constexpr int kSerialBits = 159;
constexpr int64_t kHeadStartSeconds = 120;
constexpr int64_t kRenewBeforeSeconds = 30 * 24 * 3600;
constexpr int64_t kServerSeconds = 825 * 24 * 3600;
constexpr char kEnd[] = "20491231235959Z";

template <auto kFree>
struct Free {
  template <class T>
  void operator()(T* object) const {
    kFree(object);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Free<EVP_PKEY_free>>;
using Memory = std::unique_ptr<BIO, Free<BIO_free_all>>;
using BigNumber = std::unique_ptr<BIGNUM, Free<BN_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Free<X509_EXTENSION_free>>;

absl::Status OpenSslFault(absl::string_view what) {
  char reason[256];
  ERR_error_string_n(ERR_get_error(), reason, sizeof(reason));
  ERR_clear_error();
  return absl::InternalError(absl::StrCat(what, ": ", reason));
}

Memory Reader(absl::string_view text) {
  return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

std::string TextOf(const Memory& memory) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &data);
  return std::string(data, static_cast<size_t>(size));
}

Key ReadKey(absl::string_view pem) {
  // No password is ever asked for at the terminal.
  const auto no_password = [](char*, int, int, void*) { return -1; };
  Key key(PEM_read_bio_PrivateKey(Reader(pem).get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  return key;
}

Key NewKey(KeyKind kind) {
  return Key(kind == KeyKind::kRsa2048 ? EVP_PKEY_Q_keygen(nullptr, nullptr, "RSA", kRsaBits)
                                       : EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"));
}

bool SetSerial(X509& certificate) {
  const BigNumber number(BN_new());
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

bool SetNames(X509& certificate, const std::string& name, const X509& issuer) {
  X509_NAME* const subject = X509_get_subject_name(&certificate);
  const auto* const text = reinterpret_cast<const unsigned char*>(name.c_str());
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, text, -1, -1, 0) == 1 &&
         X509_set_issuer_name(&certificate, X509_get_subject_name(&issuer)) == 1;
}

using Extensions = std::vector<std::pair<int, std::string>>;

bool AddExtensions(X509& certificate, X509& issuer, const Extensions& extensions) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, &issuer, &certificate, nullptr, nullptr, 0);
  for (const auto& [kind, value] : extensions) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()));
    if (extension == nullptr || X509_add_ext(&certificate, extension.get(), -1) != 1) return false;
  }
  return true;
}

absl::StatusOr<KeyPair> Texts(EVP_PKEY& key, X509& certificate) {
  const Memory key_text(BIO_new(BIO_s_mem()));
  const Memory certificate_text(BIO_new(BIO_s_mem()));
  if (PEM_write_bio_PrivateKey_traditional(key_text.get(), &key, nullptr, nullptr, 0, nullptr,
                                           nullptr) != 1 ||
      PEM_write_bio_X509(certificate_text.get(), &certificate) != 1) {
    return OpenSslFault("the key and its certificate cannot be written");
  }
  return KeyPair{TextOf(key_text), TextOf(certificate_text), identity::CertificateId(certificate)};
}

// What a certificate is for.
struct Profile {
  std::string name;     // its subject's CN
  int64_t seconds = 0;  // that it is good for; 0: to the end of 2049
  Extensions extensions;
};

Profile AuthorityProfile() {
  return {.name = "mosquitto-shadow test CA",
          .extensions = {{NID_subject_key_identifier, "hash"},
                         {NID_basic_constraints, "critical,CA:TRUE"},
                         {NID_key_usage, "critical,keyCertSign,cRLSign,digitalSignature"}}};
}

// The extensions in the order in which AWS has them.
Profile DeviceProfile() {
  return {.name = "AWS IoT Certificate",
          .extensions = {{NID_authority_key_identifier, "keyid"},
                         {NID_subject_key_identifier, "hash"},
                         {NID_basic_constraints, "critical,CA:FALSE"},
                         {NID_key_usage, "critical,digitalSignature"}}};
}

Profile ServerProfile(const std::string& names) {
  Profile profile = DeviceProfile();
  profile.name = "localhost";
  profile.seconds = kServerSeconds;
  profile.extensions.emplace_back(NID_ext_key_usage, "serverAuth");
  profile.extensions.emplace_back(NID_subject_alt_name, names);
  return profile;
}

// A certificate for `key`, signed with `signer`, the key of `issuer`; null: of itself.
absl::StatusOr<identity::X509Ptr> Sign(const Profile& profile, EVP_PKEY& key, X509* issuer,
                                       EVP_PKEY& signer, int64_t now) {
  identity::X509Ptr certificate(X509_new());
  X509* const above = issuer == nullptr ? certificate.get() : issuer;
  if (certificate == nullptr || X509_set_version(certificate.get(), X509_VERSION_3) != 1 ||
      !SetSerial(*certificate) || !SetTimes(*certificate, now, profile.seconds) ||
      !SetNames(*certificate, profile.name, *above) ||
      X509_set_pubkey(certificate.get(), &key) != 1 ||
      !AddExtensions(*certificate, *above, profile.extensions) ||
      X509_sign(certificate.get(), &signer, EVP_sha256()) == 0) {
    return OpenSslFault("a certificate cannot be made");
  }
  return certificate;
}

absl::StatusOr<Key> ReadSigner(const std::string& path, const std::string& certificate_path,
                               X509& certificate) {
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  if (auto status = policy::CheckKeyFile(path); !status.ok()) return status;
  Key signer = ReadKey(*text);
  if (signer != nullptr && X509_check_private_key(&certificate, signer.get()) == 1) return signer;
  ERR_clear_error();
  return absl::InvalidArgumentError(
      absl::StrCat(path, " is not the private key, without a password, of ", certificate_path));
}

absl::StatusOr<KeyPair> NewPair(const Profile& profile, KeyKind kind, X509& issuer,
                                EVP_PKEY& signer, int64_t now) {
  const Key key = NewKey(kind);
  if (key == nullptr) return OpenSslFault("a key cannot be made");
  const auto certificate = Sign(profile, *key, &issuer, signer, now);
  if (!certificate.ok()) return certificate.status();
  return Texts(*key, **certificate);
}

}  // namespace

absl::StatusOr<Authority> Authority::Make(const std::string& folder, int64_t now) {
  const Key key = NewKey(KeyKind::kEcP256);
  if (key == nullptr) return OpenSslFault("a key cannot be made");
  const auto certificate = Sign(AuthorityProfile(), *key, nullptr, *key, now);
  if (!certificate.ok()) return certificate.status();
  const auto texts = Texts(*key, **certificate);
  if (!texts.ok()) return texts.status();
  absl::Status written =
      policy::WriteFileAtomically(absl::StrCat(folder, "/ca.key"), texts->key, policy::kKeyMode);
  if (written.ok()) {
    written = policy::WriteFileAtomically(absl::StrCat(folder, "/ca.pem"), texts->certificate,
                                          policy::kEntryMode);
  }
  if (!written.ok()) return written;
  return Open(folder);
}

absl::StatusOr<Authority> Authority::Open(const std::string& folder) {
  const std::string path = absl::StrCat(folder, "/ca.pem");
  const auto text = ReadTextFile(path);
  if (!text.ok()) return text.status();
  auto certificate = identity::ParseCertificate(*text);
  if (!certificate.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", certificate.status().message()));
  }
  return Authority(folder, path, *std::move(certificate));
}

absl::StatusOr<KeyPair> Authority::Issue(KeyKind kind, int64_t now) const {
  const auto signer =
      ReadSigner(absl::StrCat(folder_, "/ca.key"), certificate_path_, *certificate_);
  if (!signer.ok()) return signer.status();
  return NewPair(DeviceProfile(), kind, *certificate_, **signer, now);
}

absl::StatusOr<KeyPair> Authority::IssueToServer(const std::string& names, int64_t now) const {
  const auto signer =
      ReadSigner(absl::StrCat(folder_, "/ca.key"), certificate_path_, *certificate_);
  if (!signer.ok()) return signer.status();
  return NewPair(ServerProfile(names), KeyKind::kEcP256, *certificate_, **signer, now);
}

bool Authority::Vouches(const x509_st& certificate, int64_t now) const {
  // OpenSSL caches what it reads of a certificate, and so takes none as const.
  const identity::X509Ptr copy(X509_dup(&certificate));
  time_t soon = now + kRenewBeforeSeconds;
  const bool good = copy != nullptr &&
                    X509_verify(copy.get(), X509_get0_pubkey(certificate_.get())) == 1 &&
                    X509_cmp_time(X509_get0_notAfter(copy.get()), &soon) > 0;
  ERR_clear_error();
  return good;
}

bool IsKeyOf(absl::string_view key_pem, const x509_st& certificate) {
  const Key key = ReadKey(key_pem);
  const bool good = key != nullptr && X509_check_private_key(&certificate, key.get()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace cli
