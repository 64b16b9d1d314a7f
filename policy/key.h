// A context key of AWS, such as `iot:ClientId`: what a condition tests and what a policy variable
// stands for. Names are read once, when a policy is compiled; letter case does not matter in them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/action.h"
#include "policy/connection.h"

namespace policy {

struct Key {
  enum class Source : uint8_t {
    kClientId,
    kCertificateId,
    kSerialNumber,
    kSourceIp,
    kDomainName,
    kSecureTransport,
    kThingName,
    kThingTypeName,
    kThingAttribute,
    kIsAttached,
    kSubject,
    kIssuer,
    kSubjectAlternative,
    kIssuerAlternative,
    kConnectAttributes,
    kWillTopic,
    kIdentityId,  // cognito-identity.amazonaws.com:sub
    kTime,        // aws:CurrentTime, aws:EpochTime
  };

  // The key called `name`. Fails, naming it, if AWS IoT has no such key or it is left out here.
  static absl::StatusOr<Key> Parse(absl::string_view name);

  // True if it holds a list, so that a condition on it must say ForAllValues or ForAnyValue.
  bool multiple() const { return list || source == Source::kConnectAttributes; }

  Source source = Source::kClientId;
  uint8_t attribute = 0;  // a NameAttribute or AlternativeName
  uint8_t index = 0;      // which of its values
  bool list = false;      // all of its values
  std::string thing_attribute{};
};

// Certificate attributes count up to their fifth value (AWS).
inline constexpr size_t kValuesMax = 5;

struct Values {
  std::array<absl::string_view, kValuesMax> items;
  size_t size = 0;  // 0: the key is absent

  void Add(absl::string_view value) {
    if (size < kValuesMax) items[size++] = value;
  }
};

// What `key` holds for a request; the will and the connect attributes exist for Connect only, and
// the time is not text: it comes with the request.
Values ValuesOf(const Key& key, const Connection& connection, Action action);

// Values longer than this replace no variable (AWS).
inline constexpr size_t kVariableBytesMax = 1024;

// What replaces a variable for `key`; nothing if there is no value that may. Certificate attributes
// with a wildcard in them may not (AWS).
std::optional<absl::string_view> VariableText(const Key& key, const Connection& connection);

}  // namespace policy
