#include "policy/key.h"

namespace policy {
namespace {

using Source = Key::Source;

// The values of an attribute of the certificate, or null without a certificate.
const std::vector<std::string>* CertificateValues(const Key& key, const Connection& connection) {
  const CertificateFacts* const certificate = connection.certificate;
  if (certificate == nullptr) return nullptr;
  switch (key.source) {
    case Source::kSubject:
      return &certificate->subject[key.attribute];
    case Source::kIssuer:
      return &certificate->issuer[key.attribute];
    case Source::kSubjectAlternative:
      return &certificate->subject_alternative[key.attribute];
    case Source::kIssuerAlternative:
      return &certificate->issuer_alternative[key.attribute];
    default:
      return nullptr;
  }
}

// The value of a key that holds one text; empty if it is absent.
absl::string_view SingleText(const Key& key, const Connection& connection) {
  switch (key.source) {
    case Source::kClientId:
      return connection.client_id;
    case Source::kSourceIp:
      return connection.source_ip;
    case Source::kDomainName:
      return connection.domain_name;
    case Source::kSecureTransport:
      return connection.secure ? "true" : "false";
    case Source::kIsAttached:
      return connection.thing != nullptr ? "true" : "false";
    case Source::kThingName:
      return connection.thing != nullptr ? connection.thing->name : absl::string_view();
    case Source::kThingTypeName:
      return connection.thing != nullptr ? connection.thing->type_name : absl::string_view();
    case Source::kIdentityId:
      return connection.identity_id;
    case Source::kCertificateId:
      return connection.certificate != nullptr ? connection.certificate->id : absl::string_view();
    case Source::kSerialNumber:
      return connection.certificate != nullptr ? connection.certificate->serial_number
                                               : absl::string_view();
    case Source::kThingAttribute: {
      if (connection.thing == nullptr) return {};
      const auto found = connection.thing->attributes.find(key.thing_attribute);
      return found != connection.thing->attributes.end() ? found->second : absl::string_view();
    }
    default: {
      const auto* const values = CertificateValues(key, connection);
      return values != nullptr && key.index < values->size() ? (*values)[key.index]
                                                             : absl::string_view();
    }
  }
}

}  // namespace

Values ValuesOf(const Key& key, const Connection& connection, Action action) {
  Values values;
  if (key.source == Source::kConnectAttributes || key.source == Source::kWillTopic) {
    if (action != Action::kConnect) return values;
    if (key.source == Source::kWillTopic) {
      if (connection.has_will) values.Add(connection.will_topic);
      return values;
    }
    if (connection.persistent) values.Add("PersistentConnect");
    if (connection.has_will) values.Add("LastWill");
  } else if (key.list) {
    const auto* const all = CertificateValues(key, connection);
    if (all == nullptr) return values;
    for (const std::string& value : *all) values.Add(value);
  } else if (const absl::string_view text = SingleText(key, connection); !text.empty()) {
    values.Add(text);
  }
  return values;
}

std::optional<absl::string_view> VariableText(const Key& key, const Connection& connection) {
  const absl::string_view text = SingleText(key, connection);
  if (text.empty() || text.size() > kVariableBytesMax) return std::nullopt;
  if (CertificateValues(key, connection) != nullptr &&
      text.find_first_of("*?") != absl::string_view::npos) {
    return std::nullopt;
  }
  return text;
}

}  // namespace policy
