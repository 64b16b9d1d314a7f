#include "identity/certificate.h"

#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "identity/openssl_objects.h"

namespace identity {
namespace {

using policy::AlternativeName;
using policy::CertificateFacts;
using policy::NameAttribute;

using NamesPtr = std::unique_ptr<GENERAL_NAMES, Free<GENERAL_NAMES_free>>;

struct FreeBytes {
  void operator()(unsigned char* bytes) const { OPENSSL_free(bytes); }
};
using BytesPtr = std::unique_ptr<unsigned char, FreeBytes>;

// The OpenSSL name of each NameAttribute.
constexpr std::pair<NameAttribute, int> kAttributes[] = {
    {NameAttribute::kDistinguishedNameQualifier, NID_dnQualifier},
    {NameAttribute::kCountry, NID_countryName},
    {NameAttribute::kOrganization, NID_organizationName},
    {NameAttribute::kOrganizationalUnit, NID_organizationalUnitName},
    {NameAttribute::kState, NID_stateOrProvinceName},
    {NameAttribute::kCommonName, NID_commonName},
    {NameAttribute::kSerialNumber, NID_serialNumber},
    {NameAttribute::kTitle, NID_title},
    {NameAttribute::kSurname, NID_surname},
    {NameAttribute::kGivenName, NID_givenName},
    {NameAttribute::kInitials, NID_initials},
    {NameAttribute::kPseudonym, NID_pseudonym},
    {NameAttribute::kGenerationQualifier, NID_generationQualifier},
};

// As UTF-8, or empty if the bytes are not text of their declared kind.
std::string Utf8(const ASN1_STRING* text) {
  unsigned char* bytes = nullptr;
  const int size = ASN1_STRING_to_UTF8(&bytes, text);
  const BytesPtr owned(bytes);
  return size > 0 ? std::string(reinterpret_cast<const char*>(bytes), static_cast<size_t>(size))
                  : std::string();
}

CertificateFacts::Name NameOf(const X509_NAME* name) {
  CertificateFacts::Name result;
  for (const auto& [attribute, nid] : kAttributes) {
    int at = -1;
    while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0) {
      const X509_NAME_ENTRY* const entry = X509_NAME_get_entry(name, at);
      std::string value = Utf8(X509_NAME_ENTRY_get_data(entry));
      if (!value.empty()) result[static_cast<size_t>(attribute)].push_back(std::move(value));
    }
  }
  return result;
}

std::string AddressText(const ASN1_OCTET_STRING* address) {
  const unsigned char* const bytes = ASN1_STRING_get0_data(address);
  const int size = ASN1_STRING_length(address);
  if (size == 4) return absl::StrCat(bytes[0], ".", bytes[1], ".", bytes[2], ".", bytes[3]);
  if (size != 16) return "";
  std::string text;
  for (int i = 0; i < 16; i += 2) {
    absl::StrAppend(&text, i == 0 ? "" : ":", absl::Hex(bytes[i] << 8 | bytes[i + 1]));
  }
  return text;
}

void Add(CertificateFacts::Alternatives& out, AlternativeName kind, std::string value) {
  if (!value.empty()) out[static_cast<size_t>(kind)].push_back(std::move(value));
}

CertificateFacts::Alternatives AlternativesOf(const X509* certificate, int nid) {
  CertificateFacts::Alternatives result;
  const NamesPtr names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, nid, nullptr, nullptr)));
  for (int i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* const name = sk_GENERAL_NAME_value(names.get(), i);
    switch (name->type) {
      case GEN_EMAIL:
        Add(result, AlternativeName::kRfc822Name, Utf8(name->d.rfc822Name));
        break;
      case GEN_DNS:
        Add(result, AlternativeName::kDnsName, Utf8(name->d.dNSName));
        break;
      case GEN_DIRNAME:
        Add(result, AlternativeName::kDirectoryName, NameText(*name->d.directoryName));
        break;
      case GEN_URI:
        Add(result, AlternativeName::kUniformResourceIdentifier,
            Utf8(name->d.uniformResourceIdentifier));
        break;
      case GEN_IPADD:
        Add(result, AlternativeName::kIpAddress, AddressText(name->d.iPAddress));
        break;
      default:
        break;  // AWS knows no others
    }
  }
  return result;
}

std::string SerialNumber(const X509* certificate) {
  const MemoryPtr memory(BIO_new(BIO_s_mem()));
  if (memory == nullptr ||
      i2a_ASN1_INTEGER(memory.get(), X509_get0_serialNumber(certificate)) < 0) {
    return "";
  }
  return WrittenTo(memory);
}

}  // namespace

void FreeX509::operator()(X509* certificate) const { X509_free(certificate); }

absl::StatusOr<X509Ptr> ParseCertificate(absl::string_view pem_or_der) {
  if (pem_or_der.size() > kCertificateBytesMax) {
    return absl::InvalidArgumentError(absl::StrCat("a certificate of ", pem_or_der.size(),
                                                   " bytes; at most ", kCertificateBytesMax,
                                                   " are read"));
  }
  X509Ptr certificate;
  if (absl::StrContains(pem_or_der, "-----BEGIN")) {
    certificate.reset(PEM_read_bio_X509(Reader(pem_or_der).get(), nullptr, nullptr, nullptr));
  } else {
    const auto* bytes = reinterpret_cast<const unsigned char*>(pem_or_der.data());
    const unsigned char* const end = bytes + pem_or_der.size();
    certificate.reset(d2i_X509(nullptr, &bytes, static_cast<long>(pem_or_der.size())));  // NOLINT
    if (bytes != end) certificate.reset();
  }
  if (certificate == nullptr) {
    return absl::InvalidArgumentError(
        "not an X.509 certificate: expected \"-----BEGIN CERTIFICATE-----\" (PEM) or DER");
  }
  return certificate;
}

std::string CertificateId(const X509& certificate) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(&certificate, EVP_sha256(), digest, &size) != 1) return "";
  return absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(digest), size));
}

std::string DerOf(const X509& certificate) {
  const int size = i2d_X509(&certificate, nullptr);
  if (size <= 0) return "";
  std::string der(static_cast<size_t>(size), '\0');
  auto* end = reinterpret_cast<unsigned char*>(der.data());
  return i2d_X509(&certificate, &end) == size ? der : "";
}

CertificateFacts FactsOf(const X509& certificate) {
  return {.id = CertificateId(certificate),
          .serial_number = SerialNumber(&certificate),
          .subject = NameOf(X509_get_subject_name(&certificate)),
          .issuer = NameOf(X509_get_issuer_name(&certificate)),
          .subject_alternative = AlternativesOf(&certificate, NID_subject_alt_name),
          .issuer_alternative = AlternativesOf(&certificate, NID_issuer_alt_name)};
}

}  // namespace identity
