// A provisioning template (F8): what a device that is provisioned with it gets. Read as a whole
// when it is made, so that whatever is wrong with it is said to whoever writes it, with its place,
// and not to a device.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "policy/json_tree.h"
#include "provisioning/expression.h"

namespace provisioning {

inline constexpr size_t kTemplateBytesMax = 10240;

// What a template is for, which says where its certificate comes from.
enum class Purpose : uint8_t {
  kFleet,         // of a device that has got one over MQTT
  kJustInTime,    // that a device has come with; its subject's parts are parameters
  kRegistration,  // RegisterThing: the template says which
};

// The parameters that stand for the certificate and its subject (F11).
inline constexpr absl::string_view kCertificateIdParameter = "AWS::IoT::Certificate::Id";
inline constexpr absl::string_view kCertificateParameters[] = {
    kCertificateIdParameter,
    "AWS::IoT::Certificate::Country",
    "AWS::IoT::Certificate::Organization",
    "AWS::IoT::Certificate::OrganizationalUnit",
    "AWS::IoT::Certificate::DistinguishedNameQualifier",
    "AWS::IoT::Certificate::StateName",
    "AWS::IoT::Certificate::CommonName",
    "AWS::IoT::Certificate::SerialNumber"};

// What becomes of something that is there already (F10).
enum class Override : uint8_t { kDoNothing, kReplace, kMerge, kFail };

// An expression, if the template has it.
using Value = std::optional<policy::Node>;

struct ThingResource {
  std::string logical_name;
  policy::Node name{};
  std::optional<std::vector<std::pair<std::string, policy::Node>>> attributes{};
  Value type{};
  std::optional<std::vector<policy::Node>> groups{};
  Value billing_group{};
  Override attributes_override = Override::kDoNothing;
  Override type_override = Override::kDoNothing;
  Override groups_override = Override::kDoNothing;
};

// Exactly one of id, csr and pem.
struct CertificateResource {
  std::string logical_name;
  Value id{};
  Value csr{};
  Value pem{};
  Value ca_pem{};
  Value status{};
  Override status_override = Override::kDoNothing;
};

// Exactly one of both.
struct PolicyResource {
  std::string logical_name;
  Value name{};
  Value document{};  // an object that is no function became the text of it
};

struct Template {
  std::vector<std::pair<std::string, std::optional<std::string>>> parameters;  // and their default
  std::optional<policy::Node> mappings;
  std::optional<ThingResource> thing;
  std::optional<CertificateResource> certificate;
  std::vector<PolicyResource> policies;
  std::vector<std::pair<std::string, policy::Node>> device_configuration;
};

// Fails with a Fault ("line:column: reason").
absl::StatusOr<Template> ParseTemplate(absl::string_view body, Purpose purpose);

}  // namespace provisioning
