// Things, their types and groups, and what they are provisioned by. Principals are in
// principal_entry.cc.
#include "policy/registry_entry.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "policy/entry_json.h"
#include "shadow/id.h"

namespace policy {
namespace {

bool AllOf(absl::string_view text, absl::string_view punctuation) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) ||
           punctuation.find(c) != absl::string_view::npos;
  });
}

absl::Status ReadAttribute(const Node::Name& name, const Node& value, Attributes& out) {
  if (name.text.empty() || name.text.size() > kAttributeNameBytesMax ||
      !AllOf(name.text, "_.,@/:#-")) {
    return Fault(name.place,
                 absl::StrCat("\"", name.text, "\" cannot name an attribute: 1 to ",
                              kAttributeNameBytesMax, " letters, digits and _.,@/:#- are allowed"));
  }
  if (auto s = WantKind(value, Node::Kind::kString, "an attribute's value"); !s.ok()) return s;
  if (value.text.size() > kAttributeValueBytesMax || !AllOf(value.text, "_.,@/:#=[]-")) {
    return Fault(value.place,
                 absl::StrCat("an attribute's value has at most ", kAttributeValueBytesMax,
                              " letters, digits and _.,@/:#=[]-"));
  }
  out.emplace(name.text, value.text);
  return absl::OkStatus();
}

absl::Status ReadAttributes(const Node& object, absl::string_view whose, Attributes& out) {
  const Node* const attributes = object.Find("attributes");
  if (attributes == nullptr) return absl::OkStatus();
  if (auto s = WantKind(*attributes, Node::Kind::kObject, "\"attributes\""); !s.ok()) return s;
  if (attributes->names.size() > kThingAttributesMax) {
    return Fault(attributes->place,
                 absl::StrCat(whose, " has at most ", kThingAttributesMax, " attributes"));
  }
  for (size_t i = 0; i < attributes->names.size(); ++i) {
    if (auto s = ReadAttribute(attributes->names[i], attributes->elements[i], out); !s.ok()) {
      return s;
    }
  }
  return absl::OkStatus();
}

// The member `name`, which is the name of a `what`, as those of things are.
absl::Status ReadName(const Node& object, absl::string_view name, absl::string_view what,
                      std::string& out) {
  if (auto s = ReadString(object, name, out); !s.ok() || out.empty()) return s;
  if (shadow::IsThingName(out)) return absl::OkStatus();
  return Fault(object.Find(name)->place,
               absl::StrCat("\"", out, "\" cannot name ", what, ": 1 to 128 letters, digits, : _ ",
                            "and - are allowed"));
}

absl::Status ReadTexts(const Node& object, absl::string_view name, std::vector<std::string>& out) {
  std::vector<Reference> references;
  if (auto s = ReadReferences(object, name, references); !s.ok()) return s;
  for (Reference& reference : references) out.push_back(std::move(reference.name));
  return absl::OkStatus();
}

absl::Status ReadPropagating(const Node& object, std::vector<ThingType::Propagating>& out) {
  const Node* const list = object.Find("propagatingAttributes");
  if (list == nullptr) return absl::OkStatus();
  const absl::string_view what = "\"propagatingAttributes\"";
  if (auto s = WantKind(*list, Node::Kind::kArray, what); !s.ok()) return s;
  for (const Node& element : list->elements) {
    if (auto s = WantKind(element, Node::Kind::kObject, what); !s.ok()) return s;
    ThingType::Propagating one;
    absl::Status status = ReadString(element, "userPropertyKey", one.user_property_key);
    status.Update(ReadString(element, "thingAttribute", one.thing_attribute));
    status.Update(ReadString(element, "connectionAttribute", one.connection_attribute));
    if (!status.ok()) return status;
    out.push_back(std::move(one));
  }
  return absl::OkStatus();
}

std::string PropagatingText(const std::vector<ThingType::Propagating>& list) {
  std::vector<std::string> elements;
  for (const auto& one : list) {
    std::string text = absl::StrCat("{\"userPropertyKey\": ", Quoted(one.user_property_key));
    if (!one.thing_attribute.empty()) {
      absl::StrAppend(&text, ", \"thingAttribute\": ", Quoted(one.thing_attribute));
    }
    if (!one.connection_attribute.empty()) {
      absl::StrAppend(&text, ", \"connectionAttribute\": ", Quoted(one.connection_attribute));
    }
    elements.push_back(absl::StrCat(text, "}"));
  }
  return absl::StrCat("[\n    ", absl::StrJoin(elements, ",\n    "), "\n  ]");
}

constexpr size_t kTemplateNameBytesMax = 36;
constexpr absl::string_view kTemplateTypes[] = {"FLEET_PROVISIONING", "JITP"};

absl::Status ReadTemplateType(const Node& root, bool& just_in_time) {
  std::string type(kTemplateTypes[0]);
  if (auto s = ReadString(root, "type", type); !s.ok()) return s;
  just_in_time = type == kTemplateTypes[1];
  if (just_in_time || type == kTemplateTypes[0]) return absl::OkStatus();
  return Fault(root.Find("type")->place, "\"type\" must be \"FLEET_PROVISIONING\" or \"JITP\"");
}

absl::Status ReadHook(const Node& root, ProvisioningTemplate::Hook& out) {
  const Node* const hook = root.Find("preProvisioningHook");
  if (hook == nullptr) return absl::OkStatus();
  if (auto s = WantKind(*hook, Node::Kind::kObject, "\"preProvisioningHook\""); !s.ok()) return s;
  absl::Status status = ReadString(*hook, "payloadVersion", out.payload_version);
  status.Update(ReadString(*hook, "targetArn", out.target_arn));
  return status;
}

std::string HookText(const ProvisioningTemplate::Hook& hook) {
  return absl::StrCat("{\"payloadVersion\": ", Quoted(hook.payload_version),
                      ", \"targetArn\": ", Quoted(hook.target_arn), "}");
}

absl::Status ReadTemplateVersion(const Node::Name& id, const Node& value,
                                 ProvisioningTemplate& out) {
  uint64_t number = 0;
  if (!absl::SimpleAtoi(id.text, &number) || number == 0 || number >= out.next_id) {
    return Fault(id.place,
                 absl::StrCat("\"", id.text, "\" is the id of no version: ids are numbers ",
                              "from 1 on, and lower than \"nextVersionId\""));
  }
  if (auto s = WantKind(value, Node::Kind::kObject, "a version"); !s.ok()) return s;
  ProvisioningTemplate::Version version;
  absl::Status status = ReadTime(value, "creationDate", version.created);
  status.Update(ReadString(value, "templateBody", version.body));
  if (!status.ok()) return status;
  if (version.body.empty()) return Fault(value.place, "a version has no \"templateBody\"");
  out.versions.emplace(number, std::move(version));
  return absl::OkStatus();
}

absl::Status ReadTemplateVersions(const Node& root, ProvisioningTemplate& out) {
  const Node* const versions = root.Find("versions");
  if (versions == nullptr) return Fault(root.place, "a template has no \"versions\"");
  if (auto s = WantKind(*versions, Node::Kind::kObject, "\"versions\""); !s.ok()) return s;
  for (size_t i = 0; i < versions->names.size(); ++i) {
    if (auto s = ReadTemplateVersion(versions->names[i], versions->elements[i], out); !s.ok()) {
      return s;
    }
  }
  if (out.versions.count(out.default_id) > 0) return absl::OkStatus();
  return Fault(versions->place, absl::StrCat("the default version \"", out.default_id,
                                             "\" is not among the \"versions\""));
}

std::string TemplateVersionsText(const ProvisioningTemplate& one) {
  std::vector<std::string> elements;
  for (const auto& [id, version] : one.versions) {
    std::string text = absl::StrCat("\"", id, "\": {");
    if (version.created != 0) {
      absl::StrAppend(&text, "\"creationDate\": ", Quoted(TimeText(version.created)), ", ");
    }
    elements.push_back(absl::StrCat(text, "\"templateBody\": ", Quoted(version.body), "}"));
  }
  return absl::StrCat("{\n    ", absl::StrJoin(elements, ",\n    "), "\n  }");
}

}  // namespace

bool IsTemplateName(absl::string_view text) {
  return !text.empty() && text.size() <= kTemplateNameBytesMax && AllOf(text, "_-");
}

absl::StatusOr<Thing> ParseThing(absl::string_view name, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"description",     "thingId",         "creationDate",
                                          "version",         "thingTypeName",   "attributes",
                                          "thingGroupNames", "billingGroupName"};
  const auto root = ParseEntry(text, "a thing", kKnown);
  if (!root.ok()) return root.status();
  Thing thing;
  thing.name = std::string(name);
  absl::Status status = ReadString(*root, "description", thing.description);
  status.Update(ReadString(*root, "thingId", thing.id));
  status.Update(ReadTime(*root, "creationDate", thing.created));
  status.Update(ReadNumber(*root, "version", thing.version));
  status.Update(ReadName(*root, "thingTypeName", "a thing type", thing.type_name));
  status.Update(ReadAttributes(*root, "a thing", thing.attributes));
  status.Update(ReadReferences(*root, "thingGroupNames", thing.groups));
  status.Update(ReadString(*root, "billingGroupName", thing.billing_group));
  if (!status.ok()) return status;
  return thing;
}

std::string PrintThing(const Thing& thing) {
  return EntryText()
      .Text("description", thing.description)
      .Text("thingId", thing.id)
      .Time("creationDate", thing.created)
      .Number("version", thing.id.empty() && thing.version == 1 ? 0 : thing.version)
      .Text("thingTypeName", thing.type_name)
      .Map("attributes", thing.attributes)
      .ListIfAny("thingGroupNames", thing.groups)
      .Text("billingGroupName", thing.billing_group)
      .Finish();
}

absl::StatusOr<ThingType> ParseThingType(absl::string_view name, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {
      "description",          "thingTypeId",           "creationDate", "deprecationDate",
      "searchableAttributes", "propagatingAttributes", "tags"};
  const auto root = ParseEntry(text, "a thing type", kKnown);
  if (!root.ok()) return root.status();
  ThingType type;
  type.name = std::string(name);
  absl::Status status = ReadString(*root, "description", type.description);
  status.Update(ReadString(*root, "thingTypeId", type.id));
  status.Update(ReadTime(*root, "creationDate", type.created));
  status.Update(ReadTime(*root, "deprecationDate", type.deprecated));
  status.Update(ReadTexts(*root, "searchableAttributes", type.searchable_attributes));
  status.Update(ReadPropagating(*root, type.propagating));
  status.Update(ReadTags(*root, type.tags));
  if (!status.ok()) return status;
  return type;
}

std::string PrintThingType(const ThingType& type) {
  EntryText text;
  text.Text("description", type.description)
      .Text("thingTypeId", type.id)
      .Time("creationDate", type.created)
      .Time("deprecationDate", type.deprecated)
      .Texts("searchableAttributes", type.searchable_attributes);
  if (!type.propagating.empty()) {
    text.Raw("propagatingAttributes", PropagatingText(type.propagating));
  }
  return text.Map("tags", type.tags).Finish();
}

absl::StatusOr<ThingGroup> ParseThingGroup(absl::string_view name, absl::string_view text) {
  constexpr absl::string_view kKnown[] = {
      "description",     "thingGroupId", "creationDate", "version",
      "parentGroupName", "attributes",   "policies",     "tags"};
  const auto root = ParseEntry(text, "a thing group", kKnown);
  if (!root.ok()) return root.status();
  ThingGroup group;
  group.name = std::string(name);
  absl::Status status = ReadString(*root, "description", group.description);
  status.Update(ReadString(*root, "thingGroupId", group.id));
  status.Update(ReadTime(*root, "creationDate", group.created));
  status.Update(ReadNumber(*root, "version", group.version));
  status.Update(ReadName(*root, "parentGroupName", "a thing group", group.parent));
  status.Update(ReadAttributes(*root, "a thing group", group.attributes));
  status.Update(ReadPolicies(*root, kPoliciesPerGroupMax, "a thing group", group.policies));
  status.Update(ReadTags(*root, group.tags));
  if (!status.ok()) return status;
  if (const Node* const parent = root->Find("parentGroupName")) group.parent_place = parent->place;
  return group;
}

std::string PrintThingGroup(const ThingGroup& group) {
  return EntryText()
      .Text("description", group.description)
      .Text("thingGroupId", group.id)
      .Time("creationDate", group.created)
      .Number("version", group.id.empty() && group.version == 1 ? 0 : group.version)
      .Text("parentGroupName", group.parent)
      .Map("attributes", group.attributes)
      .ListIfAny("policies", group.policies)
      .Map("tags", group.tags)
      .Finish();
}

absl::StatusOr<ProvisioningTemplate> ParseProvisioningTemplate(absl::string_view name,
                                                               absl::string_view text) {
  constexpr absl::string_view kKnown[] = {"description",
                                          "enabled",
                                          "type",
                                          "provisioningRoleArn",
                                          "preProvisioningHook",
                                          "defaultVersionId",
                                          "nextVersionId",
                                          "creationDate",
                                          "lastModifiedDate",
                                          "tags",
                                          "versions"};
  const auto root = ParseEntry(text, "a provisioning template", kKnown, kVersionsBytesMax);
  if (!root.ok()) return root.status();
  ProvisioningTemplate one;
  one.name = std::string(name);
  absl::Status status = ReadString(*root, "description", one.description);
  status.Update(ReadFlag(*root, "enabled", one.enabled));
  status.Update(ReadTemplateType(*root, one.just_in_time));
  status.Update(ReadString(*root, "provisioningRoleArn", one.role_arn));
  status.Update(ReadHook(*root, one.hook));
  status.Update(ReadNumber(*root, "defaultVersionId", one.default_id));
  status.Update(ReadNumber(*root, "nextVersionId", one.next_id));
  status.Update(ReadTime(*root, "creationDate", one.created));
  status.Update(ReadTime(*root, "lastModifiedDate", one.modified));
  status.Update(ReadTags(*root, one.tags));
  if (status.ok()) status = ReadTemplateVersions(*root, one);
  if (!status.ok()) return status;
  return one;
}

std::string PrintProvisioningTemplate(const ProvisioningTemplate& one) {
  EntryText text;
  text.Text("description", one.description)
      .Raw("enabled", one.enabled ? "true" : "false")
      .Text("type", one.just_in_time ? kTemplateTypes[1] : "")
      .Text("provisioningRoleArn", one.role_arn);
  if (one.hook != ProvisioningTemplate::Hook()) {
    text.Raw("preProvisioningHook", HookText(one.hook));
  }
  return text.Number("defaultVersionId", one.default_id)
      .Number("nextVersionId", one.next_id)
      .Time("creationDate", one.created)
      .Time("lastModifiedDate", one.modified)
      .Map("tags", one.tags)
      .Raw("versions", TemplateVersionsText(one))
      .Finish();
}

}  // namespace policy
