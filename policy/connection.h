// What is known of a client while it is connected: where conditions and variables find their
// values. Everything is a view or a pointer to what the caller keeps alive.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "policy/entry.h"

namespace policy {

// Attributes of a distinguished name, in the order of AWS's list.
enum class NameAttribute : uint8_t {
  kDistinguishedNameQualifier,
  kCountry,
  kOrganization,
  kOrganizationalUnit,
  kState,
  kCommonName,
  kSerialNumber,
  kTitle,
  kSurname,
  kGivenName,
  kInitials,
  kPseudonym,
  kGenerationQualifier,
};
inline constexpr size_t kNameAttributes = 13;

// Kinds of alternative names, in the order of AWS's list.
enum class AlternativeName : uint8_t {
  kRfc822Name,
  kDnsName,
  kDirectoryName,
  kUniformResourceIdentifier,
  kIpAddress,
};
inline constexpr size_t kAlternativeNames = 5;

// What a policy can ask of an X.509 certificate. Each attribute holds its values in the order of
// the certificate; those after the fifth are ignored, as on AWS.
struct CertificateFacts {
  using Name = std::array<std::vector<std::string>, kNameAttributes>;
  using Alternatives = std::array<std::vector<std::string>, kAlternativeNames>;

  std::string id;  // SHA-256 of the DER in lower-case hex
  std::string serial_number;
  Name subject;
  Name issuer;
  Alternatives subject_alternative;
  Alternatives issuer_alternative;

  std::vector<std::string>& Subject(NameAttribute attribute) {
    return subject[static_cast<size_t>(attribute)];
  }
  std::vector<std::string>& Issuer(NameAttribute attribute) {
    return issuer[static_cast<size_t>(attribute)];
  }
  std::vector<std::string>& SubjectAlternative(AlternativeName kind) {
    return subject_alternative[static_cast<size_t>(kind)];
  }
  std::vector<std::string>& IssuerAlternative(AlternativeName kind) {
    return issuer_alternative[static_cast<size_t>(kind)];
  }
};

// Empty or null: not known, and then no variable resolves to it.
struct Connection {
  absl::string_view client_id;
  absl::string_view source_ip;    // text of an IPv4 or IPv6 address
  absl::string_view domain_name;  // the server name that the client asked for
  absl::string_view identity_id;  // of Cognito, that its access key stands for
  // The thing that carries the client id as its name and that the certificate or the identity is
  // attached to (AttachedThing). Another thing of theirs does not count, as on AWS.
  const Thing* thing = nullptr;
  const CertificateFacts* certificate = nullptr;
  bool secure = true;       // over TLS
  bool persistent = false;  // asks for a session that outlives the connection
  bool has_will = false;    // comes with a will, to will_topic
  absl::string_view will_topic;
};

}  // namespace policy
