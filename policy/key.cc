#include "policy/key.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace policy {
namespace {

using Source = Key::Source;

constexpr std::array<absl::string_view, kNameAttributes> kNameAttributeNames = {
    "DistinguishedNameQualifier",
    "Country",
    "Organization",
    "OrganizationalUnit",
    "State",
    "CommonName",
    "SerialNumber",
    "Title",
    "Surname",
    "GivenName",
    "Initials",
    "Pseudonym",
    "GenerationQualifier"};

constexpr std::array<absl::string_view, kAlternativeNames> kAlternativeNameNames = {
    "RFC822Name", "DNSName", "DirectoryName", "UniformResourceIdentifier", "IPAddress"};

constexpr std::pair<absl::string_view, Source> kPlainKeys[] = {
    {"iot:ClientId", Source::kClientId},
    {"iot:CertificateId", Source::kCertificateId},
    {"iot:Certificate.SerialNumber", Source::kSerialNumber},
    {"iot:SourceIp", Source::kSourceIp},
    {"aws:SourceIp", Source::kSourceIp},
    {"iot:DomainName", Source::kDomainName},
    {"aws:SecureTransport", Source::kSecureTransport},
    {"iot:Connection.Thing.ThingName", Source::kThingName},
    {"iot:Thing.ThingName", Source::kThingName},
    {"iot:Connection.Thing.ThingTypeName", Source::kThingTypeName},
    {"iot:Connection.Thing.IsAttached", Source::kIsAttached},
    {"iot:ConnectAttributes", Source::kConnectAttributes},
    {"iot:LastWillTopic", Source::kWillTopic},
    {"cognito-identity.amazonaws.com:sub", Source::kIdentityId},
    {"aws:CurrentTime", Source::kTime},
    {"aws:EpochTime", Source::kTime},
};

constexpr std::pair<absl::string_view, Source> kCertificatePrefixes[] = {
    {"iot:Certificate.Subject.AlternativeName.", Source::kSubjectAlternative},
    {"iot:Certificate.Issuer.AlternativeName.", Source::kIssuerAlternative},
    {"iot:Certificate.Subject.", Source::kSubject},
    {"iot:Certificate.Issuer.", Source::kIssuer},
};

constexpr absl::string_view kThingAttributePrefix = "iot:Connection.Thing.Attributes[";

bool ConsumePrefixIgnoringCase(absl::string_view& text, absl::string_view prefix) {
  if (!absl::StartsWithIgnoreCase(text, prefix)) return false;
  text.remove_prefix(prefix.size());
  return true;
}

template <size_t kSize>
std::optional<uint8_t> PlaceOf(absl::string_view name,
                               const std::array<absl::string_view, kSize>& names) {
  for (size_t i = 0; i < kSize; ++i) {
    if (absl::EqualsIgnoreCase(name, names[i])) return static_cast<uint8_t>(i);
  }
  return std::nullopt;
}

// `rest` is what follows the prefix: the attribute and perhaps ".List" or the place of a value.
std::optional<Key> CertificateKey(Source source, absl::string_view rest) {
  Key key{.source = source};
  const size_t dot = rest.find('.');
  if (dot != absl::string_view::npos) {
    const absl::string_view which = rest.substr(dot + 1);
    uint32_t index = 0;
    if (absl::EqualsIgnoreCase(which, "List")) {
      key.list = true;
    } else if (absl::SimpleAtoi(which, &index) && index < kValuesMax) {
      key.index = static_cast<uint8_t>(index);
    } else {
      return std::nullopt;
    }
    rest = rest.substr(0, dot);
  }
  const bool alternative =
      source == Source::kSubjectAlternative || source == Source::kIssuerAlternative;
  const auto attribute =
      alternative ? PlaceOf(rest, kAlternativeNameNames) : PlaceOf(rest, kNameAttributeNames);
  if (!attribute) return std::nullopt;
  key.attribute = *attribute;
  return key;
}

}  // namespace

absl::StatusOr<Key> Key::Parse(absl::string_view name) {
  for (const auto& [known, source] : kPlainKeys) {
    if (absl::EqualsIgnoreCase(name, known)) return Key{.source = source};
  }
  for (const auto& [prefix, source] : kCertificatePrefixes) {
    absl::string_view rest = name;
    if (!ConsumePrefixIgnoringCase(rest, prefix)) continue;
    if (auto key = CertificateKey(source, rest)) return *std::move(key);
    break;
  }
  absl::string_view rest = name;
  if (ConsumePrefixIgnoringCase(rest, kThingAttributePrefix) && absl::ConsumeSuffix(&rest, "]") &&
      !rest.empty()) {
    return Key{.source = Source::kThingAttribute, .thing_attribute = std::string(rest)};
  }
  return absl::InvalidArgumentError(
      absl::StrCat("\"", name, "\" is not a context key that is known here; docs/policies.md ",
                   "lists those that are"));
}

}  // namespace policy
