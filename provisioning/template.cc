#include "provisioning/template.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "policy/entry_json.h"

namespace provisioning {
namespace {

using policy::Fault;
using policy::Node;
using policy::Place;
using Kind = Node::Kind;

class Reader {
 public:
  explicit Reader(Purpose purpose) : purpose_(purpose) {}

  absl::StatusOr<Template> Read(const Node& root) {
    constexpr absl::string_view kKnown[] = {"Parameters", "Mappings", "Resources",
                                            "DeviceConfiguration"};
    if (auto s = policy::WantKind(root, Kind::kObject, "a template"); !s.ok()) return s;
    if (auto s = policy::RefuseUnknown(root, "a template", kKnown); !s.ok()) return s;
    if (auto s = ReadParameters(root.Find("Parameters")); !s.ok()) return s;
    if (auto s = ReadMappings(root.Find("Mappings")); !s.ok()) return s;
    if (auto s = ReadResources(root); !s.ok()) return s;
    if (auto s = ReadDeviceConfiguration(root.Find("DeviceConfiguration")); !s.ok()) return s;
    return std::move(template_);
  }

 private:
  bool HasParameter(absl::string_view name) const {
    const auto is_it = [&](const auto& parameter) { return parameter.first == name; };
    if (std::any_of(template_.parameters.begin(), template_.parameters.end(), is_it)) return true;
    if (purpose_ == Purpose::kFleet) return name == kCertificateIdParameter;
    if (purpose_ == Purpose::kRegistration) return false;
    return std::find(std::begin(kCertificateParameters), std::end(kCertificateParameters), name) !=
           std::end(kCertificateParameters);
  }

  absl::Status Check(const Node& expression) const {
    const auto has = [this](absl::string_view name) { return HasParameter(name); };
    return CheckExpression(
        expression,
        {.has_parameter = has, .mappings = template_.mappings ? &*template_.mappings : nullptr});
  }

  absl::Status ReadParameters(const Node* node) {
    constexpr absl::string_view kKnown[] = {"Type", "Default", "Description"};
    if (node == nullptr) return absl::OkStatus();
    if (auto s = policy::WantKind(*node, Kind::kObject, "\"Parameters\""); !s.ok()) return s;
    for (size_t i = 0; i < node->names.size(); ++i) {
      const std::string what = absl::StrCat("the parameter \"", node->names[i].text, "\"");
      const Node& one = node->elements[i];
      if (auto s = policy::WantKind(one, Kind::kObject, what); !s.ok()) return s;
      if (auto s = policy::RefuseUnknown(one, what, kKnown); !s.ok()) return s;
      const Node* const type = one.Find("Type");
      if (type == nullptr || type->kind != Kind::kString || type->text != "String") {
        return Fault(type == nullptr ? one.place : type->place,
                     absl::StrCat(what, " must have the \"Type\" \"String\""));
      }
      std::optional<std::string> usual;
      if (const Node* const given = one.Find("Default")) {
        if (auto s = policy::WantKind(*given, Kind::kString, "\"Default\""); !s.ok()) return s;
        usual = given->text;
      }
      template_.parameters.emplace_back(node->names[i].text, std::move(usual));
    }
    return absl::OkStatus();
  }

  // {"MAP": {"KEY": {"KEY": "value"}}}
  absl::Status ReadMappings(const Node* node) {
    if (node == nullptr) return absl::OkStatus();
    if (auto s = policy::WantKind(*node, Kind::kObject, "\"Mappings\""); !s.ok()) return s;
    for (const Node& map : node->elements) {
      if (auto s = policy::WantKind(map, Kind::kObject, "a mapping"); !s.ok()) return s;
      for (const Node& row : map.elements) {
        if (auto s = policy::WantKind(row, Kind::kObject, "a row of a mapping"); !s.ok()) return s;
        for (const Node& value : row.elements) {
          if (auto s = policy::WantKind(value, Kind::kString, "a value of a mapping"); !s.ok()) {
            return s;
          }
        }
      }
    }
    template_.mappings = *node;
    return absl::OkStatus();
  }

  absl::Status ReadResources(const Node& root) {
    const Node* const node = root.Find("Resources");
    if (node == nullptr) return Fault(root.place, "a template has no \"Resources\"");
    if (auto s = policy::WantKind(*node, Kind::kObject, "\"Resources\""); !s.ok()) return s;
    for (size_t i = 0; i < node->names.size(); ++i) {
      if (auto s = ReadResource(node->names[i], node->elements[i]); !s.ok()) return s;
    }
    if (template_.certificate || purpose_ == Purpose::kRegistration) return absl::OkStatus();
    return Fault(node->place, "\"Resources\" have no AWS::IoT::Certificate");
  }

  absl::Status ReadResource(const Node::Name& name, const Node& node) {
    constexpr absl::string_view kKnown[] = {"Type", "Properties", "OverrideSettings"};
    const std::string what = absl::StrCat("the resource \"", name.text, "\"");
    if (auto s = policy::WantKind(node, Kind::kObject, what); !s.ok()) return s;
    if (auto s = policy::RefuseUnknown(node, what, kKnown); !s.ok()) return s;
    const Node* const type = node.Find("Type");
    const Node* const properties = node.Find("Properties");
    if (type == nullptr || properties == nullptr) {
      return Fault(node.place, absl::StrCat(what, " must have a \"Type\" and \"Properties\""));
    }
    if (auto s = policy::WantKind(*properties, Kind::kObject, "\"Properties\""); !s.ok()) return s;
    const Node* const settings = node.Find("OverrideSettings");
    if (type->text == "AWS::IoT::Thing") return ReadThing(name, *properties, settings);
    if (type->text == "AWS::IoT::Certificate") return ReadCertificate(name, *properties, settings);
    if (type->text == "AWS::IoT::Policy") return ReadPolicy(name, *properties, settings);
    return Fault(type->place, absl::StrCat("the \"Type\" of ", what,
                                           " must be AWS::IoT::Thing, AWS::IoT::Certificate or ",
                                           "AWS::IoT::Policy"));
  }

  absl::Status ReadValue(const Node& properties, absl::string_view name, Value& out) const {
    const Node* const node = properties.Find(name);
    if (node == nullptr) return absl::OkStatus();
    if (auto s = Check(*node); !s.ok()) return s;
    out = *node;
    return absl::OkStatus();
  }

  static absl::Status ReadOverride(const Node* settings, absl::string_view name, bool may_merge,
                                   Override& out) {
    const Node* const word = settings == nullptr ? nullptr : settings->Find(name);
    if (word == nullptr) return absl::OkStatus();
    constexpr std::pair<absl::string_view, Override> kWords[] = {
        {"DO_NOTHING", Override::kDoNothing},
        {"REPLACE", Override::kReplace},
        {"FAIL", Override::kFail},
        {"MERGE", Override::kMerge}};
    for (const auto& [text, setting] : kWords) {
      if (word->text != text || (setting == Override::kMerge && !may_merge)) continue;
      out = setting;
      return absl::OkStatus();
    }
    return Fault(word->place, absl::StrCat("\"", name, "\" must be DO_NOTHING, REPLACE",
                                           may_merge ? ", MERGE" : "", " or FAIL"));
  }

  static absl::Status CheckSettings(const Node* settings,
                                    absl::Span<const absl::string_view> known) {
    if (settings == nullptr) return absl::OkStatus();
    const absl::string_view what = "\"OverrideSettings\"";
    if (auto s = policy::WantKind(*settings, Kind::kObject, what); !s.ok()) return s;
    return policy::RefuseUnknown(*settings, what, known);
  }

  absl::Status ReadThing(const Node::Name& name, const Node& properties, const Node* settings) {
    constexpr absl::string_view kKnown[] = {"ThingName", "AttributePayload", "ThingTypeName",
                                            "ThingGroups", "BillingGroup"};
    constexpr absl::string_view kSettings[] = {"AttributePayload", "ThingTypeName", "ThingGroups"};
    if (template_.thing) return Fault(name.place, "a template has one AWS::IoT::Thing at most");
    if (auto s = policy::RefuseUnknown(properties, "a thing", kKnown); !s.ok()) return s;
    if (auto s = CheckSettings(settings, kSettings); !s.ok()) return s;
    ThingResource& thing = template_.thing.emplace();
    thing.logical_name = name.text;
    Value thing_name;
    if (auto s = ReadValue(properties, "ThingName", thing_name); !s.ok()) return s;
    if (!thing_name) return Fault(properties.place, "a thing must have a \"ThingName\"");
    thing.name = *std::move(thing_name);
    absl::Status status = ReadAttributes(properties.Find("AttributePayload"), thing);
    status.Update(ReadValue(properties, "ThingTypeName", thing.type));
    status.Update(ReadGroups(properties.Find("ThingGroups"), thing));
    status.Update(ReadValue(properties, "BillingGroup", thing.billing_group));
    status.Update(ReadOverride(settings, "AttributePayload", true, thing.attributes_override));
    status.Update(ReadOverride(settings, "ThingTypeName", false, thing.type_override));
    status.Update(ReadOverride(settings, "ThingGroups", true, thing.groups_override));
    return status;
  }

  absl::Status ReadAttributes(const Node* node, ThingResource& thing) const {
    if (node == nullptr) return absl::OkStatus();
    if (auto s = policy::WantKind(*node, Kind::kObject, "\"AttributePayload\""); !s.ok()) return s;
    thing.attributes.emplace();
    for (size_t i = 0; i < node->names.size(); ++i) {
      if (auto s = Check(node->elements[i]); !s.ok()) return s;
      thing.attributes->emplace_back(node->names[i].text, node->elements[i]);
    }
    return absl::OkStatus();
  }

  absl::Status ReadGroups(const Node* node, ThingResource& thing) const {
    if (node == nullptr) return absl::OkStatus();
    if (auto s = policy::WantKind(*node, Kind::kArray, "\"ThingGroups\""); !s.ok()) return s;
    for (const Node& group : node->elements) {
      if (auto s = Check(group); !s.ok()) return s;
    }
    thing.groups = node->elements;
    return absl::OkStatus();
  }

  absl::Status ReadCertificate(const Node::Name& name, const Node& properties,
                               const Node* settings) {
    constexpr absl::string_view kKnown[] = {"CertificateId", "CertificateSigningRequest",
                                            "CertificatePem", "CACertificatePem", "Status"};
    constexpr absl::string_view kSettings[] = {"Status"};
    if (template_.certificate) {
      return Fault(name.place, "a template has one AWS::IoT::Certificate at most");
    }
    if (auto s = policy::RefuseUnknown(properties, "a certificate", kKnown); !s.ok()) return s;
    if (auto s = CheckSettings(settings, kSettings); !s.ok()) return s;
    CertificateResource& one = template_.certificate.emplace();
    one.logical_name = name.text;
    absl::Status status = ReadValue(properties, "CertificateId", one.id);
    status.Update(ReadValue(properties, "CertificateSigningRequest", one.csr));
    status.Update(ReadValue(properties, "CertificatePem", one.pem));
    status.Update(ReadValue(properties, "CACertificatePem", one.ca_pem));
    status.Update(ReadValue(properties, "Status", one.status));
    status.Update(ReadOverride(settings, "Status", false, one.status_override));
    if (!status.ok()) return status;
    return CheckSource(one, properties.place);
  }

  absl::Status CheckSource(const CertificateResource& one, const Place& place) const {
    if (one.id.has_value() + one.csr.has_value() + one.pem.has_value() != 1) {
      return Fault(place,
                   "a certificate must have exactly one of \"CertificateId\", "
                   "\"CertificateSigningRequest\" and \"CertificatePem\"");
    }
    if (one.ca_pem && !one.pem) {
      return Fault(one.ca_pem->place, "\"CACertificatePem\" goes with \"CertificatePem\" alone");
    }
    if (purpose_ == Purpose::kRegistration) return absl::OkStatus();
    const Node* const ref = one.id ? one.id->Find("Ref") : nullptr;
    if (ref != nullptr && ref->text == kCertificateIdParameter) return absl::OkStatus();
    return Fault(place,
                 absl::StrCat("the certificate of a device that is provisioned is ",
                              "\"CertificateId\": {\"Ref\": \"", kCertificateIdParameter, "\"}"));
  }

  absl::Status ReadPolicy(const Node::Name& name, const Node& properties, const Node* settings) {
    constexpr absl::string_view kKnown[] = {"PolicyName", "PolicyDocument"};
    if (settings != nullptr) {
      return Fault(settings->place, "a policy has no \"OverrideSettings\"");
    }
    if (auto s = policy::RefuseUnknown(properties, "a policy", kKnown); !s.ok()) return s;
    PolicyResource one{.logical_name = name.text};
    const Node* const document = properties.Find("PolicyDocument");
    if (auto s = ReadValue(properties, "PolicyName", one.name); !s.ok()) return s;
    if (document != nullptr && document->kind == Kind::kObject && !IsFunction(*document)) {
      one.document = Node{.kind = Kind::kString,
                          .place = document->place,
                          .text = policy::JsonOf(*document),
                          .names = {},
                          .elements = {}};
    } else if (auto s = ReadValue(properties, "PolicyDocument", one.document); !s.ok()) {
      return s;
    }
    if (one.name.has_value() == one.document.has_value()) {
      return Fault(properties.place,
                   "a policy must have exactly one of \"PolicyName\" and \"PolicyDocument\"");
    }
    template_.policies.push_back(std::move(one));
    return absl::OkStatus();
  }

  absl::Status ReadDeviceConfiguration(const Node* node) {
    if (node == nullptr) return absl::OkStatus();
    const absl::string_view what = "\"DeviceConfiguration\"";
    if (auto s = policy::WantKind(*node, Kind::kObject, what); !s.ok()) return s;
    for (size_t i = 0; i < node->names.size(); ++i) {
      if (auto s = Check(node->elements[i]); !s.ok()) return s;
      template_.device_configuration.emplace_back(node->names[i].text, node->elements[i]);
    }
    return absl::OkStatus();
  }

  const Purpose purpose_;
  Template template_;
};

}  // namespace

absl::StatusOr<Template> ParseTemplate(absl::string_view body, Purpose purpose) {
  const auto root = policy::ParseJsonTree(body, kTemplateBytesMax);
  if (!root.ok()) return root.status();
  return Reader(purpose).Read(*root);
}

}  // namespace provisioning
