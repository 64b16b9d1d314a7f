// Thing types (TY1 to TY5).
#include <algorithm>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/entries.h"
#include "control/operation.h"
#include "control/paging.h"
#include "control/tags.h"

namespace control {
namespace {

using policy::RegistryPart;
using policy::ThingType;

constexpr size_t kSearchableMax = 3;

bool OfPropertyName(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == ':' || c == '$' || c == '.';
  });
}

// Of user properties and connection attributes.
constexpr Shape kPropertyName = {"[a-zA-Z0-9:$.]+", OfPropertyName, 1, 128};

// The member thingTypeProperties.mqtt5Configuration.
std::vector<ThingType::Propagating> ReadPropagating(Members& in) {
  const std::string path = "thingTypeProperties.mqtt5Configuration.propagatingAttributes";
  std::vector<ThingType::Propagating> all;
  for (const policy::Node* const node : in.Objects(path)) {
    const auto text = [&](absl::string_view name, const Shape& shape) {
      return node->Find(name) == nullptr
                 ? std::string()
                 : in.ElementText(*node, name, absl::StrCat(path, ".", name), shape);
    };
    all.push_back({.user_property_key = text("userPropertyKey", kPropertyName),
                   .thing_attribute = text("thingAttribute", kAttributeName),
                   .connection_attribute = text("connectionAttribute", kPropertyName)});
  }
  return all;
}

// They are a set, in the order in which they are first named.
std::vector<std::string> Once(const std::vector<std::string>& names) {
  std::vector<std::string> once;
  for (const std::string& name : names) {
    if (std::find(once.begin(), once.end(), name) == once.end()) once.push_back(name);
  }
  return once;
}

bool IsSame(const ThingType& a, const ThingType& b) {
  const auto as_set = [](const std::vector<std::string>& names) {
    return std::set<std::string>(names.begin(), names.end());
  };
  return a.description == b.description && a.propagating == b.propagating &&
         as_set(a.searchable_attributes) == as_set(b.searchable_attributes);
}

Json TypeIds(const Surroundings& here, const ThingType& type) {
  Json ids;
  ids.Text("thingTypeName", type.name).Text("thingTypeArn", Arn(here, "thingtype", type.name));
  return ids;
}

Json TypeProperties(const ThingType& type) {
  Json properties;
  properties.TextIfAny("thingTypeDescription", type.description);
  if (!type.searchable_attributes.empty()) {
    properties.Texts("searchableAttributes", type.searchable_attributes);
  }
  if (type.propagating.empty()) return properties;
  std::vector<std::string> propagating;
  for (const ThingType::Propagating& one : type.propagating) {
    propagating.push_back(Json()
                              .TextIfAny("userPropertyKey", one.user_property_key)
                              .TextIfAny("thingAttribute", one.thing_attribute)
                              .TextIfAny("connectionAttribute", one.connection_attribute)
                              .Finish());
  }
  properties.Object("mqtt5Configuration", Json().List("propagatingAttributes", propagating));
  return properties;
}

Json TypeMetadata(const ThingType& type) {
  Json metadata;
  metadata.Flag("deprecated", type.deprecated != 0);
  if (type.deprecated != 0) metadata.Time("deprecationDate", type.deprecated);
  if (type.created != 0) metadata.Time("creationDate", type.created);
  return metadata;
}

Outcome CreateThingType(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  ThingType type;
  type.name = in.Label("thingTypeName", kThingName);
  type.description = in.Text("thingTypeProperties.thingTypeDescription", kDescription).value_or("");
  type.searchable_attributes =
      Once(in.Texts("thingTypeProperties.searchableAttributes", kAttributeName)
               .value_or(std::vector<std::string>()));
  type.propagating = ReadPropagating(in);
  type.tags = ReadTags(in);
  if (auto refusal = in.Refused()) return *refusal;
  if (auto refusal = TagsRefusal(type.tags)) return *refusal;
  if (type.searchable_attributes.size() > kSearchableMax) {
    return InvalidRequest(absl::StrCat("A thing type has at most ", kSearchableMax,
                                       " searchable attributes, not ",
                                       type.searchable_attributes.size()));
  }
  Done done;
  if (const ThingType* const there = account.registry().FindThingType(type.name)) {
    if (!IsSame(type, *there)) {
      return AlreadyExists(
          absl::StrCat("Thing Type ", type.name,
                       " already exists in current account with different ", "properties"),
          there->id.empty() ? there->name : there->id, Arn(here, "thingtype", type.name));
    }
    type = WithId(*there, here, done.changes);
  } else {
    type.id = here.new_uuid();
    type.created = here.now_ms;
    done.changes.push_back(Put(type));
  }
  done.body = TypeIds(here, type).Text("thingTypeId", type.id).Finish();
  return done;
}

Outcome DescribeThingType(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingTypeName", kThingName);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingType* const there = account.registry().FindThingType(name);
  if (there == nullptr) return ThingTypeNotFound(name);
  Done done;
  const ThingType type = WithId(*there, here, done.changes);
  done.body = TypeIds(here, type)
                  .Text("thingTypeId", type.id)
                  .Object("thingTypeProperties", TypeProperties(type))
                  .Object("thingTypeMetadata", TypeMetadata(type))
                  .Finish();
  return done;
}

Outcome UpdateThingType(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("thingTypeName", kThingName);
  const bool has_others = in.Has("thingTypeProperties.thingTypeDescription") ||
                          in.Has("thingTypeProperties.searchableAttributes");
  const bool has_configuration = in.Has("thingTypeProperties.mqtt5Configuration");
  auto propagating = ReadPropagating(in);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingType* const there = account.registry().FindThingType(name);
  if (there == nullptr) return ThingTypeNotFound(name);
  if (has_others) return InvalidRequest("Can only update mqtt5Configuration.");
  if (!has_configuration) return Done{};
  ThingType type = *there;
  type.propagating = std::move(propagating);
  return Done{.changes = {Put(type)}};
}

Outcome DeprecateThingType(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingTypeName", kThingName);
  const bool undo = in.Flag("undoDeprecate").value_or(false);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingType* const there = account.registry().FindThingType(name);
  if (there == nullptr) return ThingTypeNotFound(name);
  if (undo == (there->deprecated == 0)) return Done{};
  ThingType type = *there;
  type.deprecated = undo ? 0 : here.now_ms;
  return Done{.changes = {Put(type)}};
}

Outcome DeleteThingType(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingTypeName", kThingName);
  if (auto refusal = in.Refused()) return *refusal;
  const ThingType* const type = account.registry().FindThingType(name);
  if (type == nullptr) return ThingTypeNotFound(name);
  const auto refuse = [&](absl::string_view why) {
    return InvalidRequest(absl::StrCat("Cannot delete thing type : ", name, why));
  };
  if (type->deprecated == 0) return refuse(" is not deprecated. Deprecate it first");
  if (here.now_ms - type->deprecated < here.deprecation_wait_ms) {
    return refuse(". Please wait for 5 minutes after deprecation and then retry");
  }
  if (!account.ThingsOfType(name).empty()) return refuse(" when there are still things of it");
  return Done{.changes = {{RegistryPart::kThingTypes, name, {}}}};
}

Outcome ListThingTypes(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  const auto name = in.Query("thingTypeName", kThingName);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  const auto tell = [&](const auto& entry) -> std::optional<std::string> {
    const ThingType& type = *entry.second;
    if (name && *name != type.name) return std::nullopt;
    return TypeIds(here, type)
        .Object("thingTypeProperties", TypeProperties(type))
        .Object("thingTypeMetadata", TypeMetadata(type))
        .Finish();
  };
  Json answer;
  TellByName(page, account.registry().thing_types(), "thingTypes", tell, answer);
  return Done{.body = answer.Finish()};
}

constexpr Operation kThingTypeOperations[] = {
    {"CreateThingType", "POST", "/thing-types/{thingTypeName}", ThingTypeResource, CreateThingType},
    {"DescribeThingType", "GET", "/thing-types/{thingTypeName}", ThingTypeResource,
     DescribeThingType},
    {"UpdateThingType", "PATCH", "/thing-types/{thingTypeName}", ThingTypeResource,
     UpdateThingType},
    {"DeprecateThingType", "POST", "/thing-types/{thingTypeName}/deprecate", ThingTypeResource,
     DeprecateThingType},
    {"DeleteThingType", "DELETE", "/thing-types/{thingTypeName}", ThingTypeResource,
     DeleteThingType},
    {"ListThingTypes", "GET", "/thing-types", nullptr, ListThingTypes},
};

}  // namespace

absl::Span<const Operation> ThingTypeOperations() { return kThingTypeOperations; }

}  // namespace control
