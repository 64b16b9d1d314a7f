#include "control/events.h"

#include <algorithm>
#include <set>
#include <tuple>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/json.h"
#include "policy/registry_entry.h"
#include "rest/digest.h"

namespace control {
namespace {

using policy::EntryChange;
using policy::RegistryPart;

std::set<std::string> NamesIn(const std::vector<policy::Reference>& references) {
  std::set<std::string> names;
  for (const policy::Reference& one : references) names.insert(one.name);
  return names;
}

// A type's event is of what is told of it: tags, or an id that it was given, are none.
auto ToldOf(const policy::ThingType& type) {
  return std::tie(type.deprecated, type.description, type.searchable_attributes, type.propagating);
}

// The same for both events of one membership, as nothing of it is kept.
std::string MembershipId(absl::string_view thing_id, absl::string_view group_id) {
  std::string id = absl::BytesToHexString(rest::Sha1(absl::StrCat(thing_id, "/", group_id)));
  id[12] = '5';  // a UUID that is made of a name
  id[16] = 'a';
  return absl::StrCat(id.substr(0, 8), "-", id.substr(8, 4), "-", id.substr(12, 4), "-",
                      id.substr(16, 4), "-", id.substr(20, 12));
}

class Teller {
 public:
  Teller(const Account& before, const Surroundings& here, std::vector<Event>& events)
      : before_(before), here_(here), events_(events) {}

  void Thing(const EntryChange& change) {
    const policy::Thing* const old = before_.registry().FindThing(change.name);
    const auto now = Parsed(change, policy::ParseThing);
    if (old == nullptr && !now) return;
    const policy::Thing& any = now ? *now : *old;
    if (IsOn("THING") && !OnlyGroupsDiffer(old, now)) {
      Json payload = Begin("THING_EVENT", OperationOf(old, now));
      payload.Text("accountId", here_.account_id)
          .Text("thingId", any.id)
          .Text("thingName", any.name)
          .Number("versionNumber", any.version)
          .TextOrNull("thingTypeName", any.type_name)
          .Map("attributes", any.attributes);
      Tell(absl::StrCat("thing/", any.name, "/", WordOf(old, now)), payload);
    }
    TellTypeAssociation(any, old == nullptr ? "" : old->type_name, now ? now->type_name : "");
    TellMembership(any, old == nullptr ? std::set<std::string>() : NamesIn(old->groups),
                   now ? NamesIn(now->groups) : std::set<std::string>());
  }

  void ThingType(const EntryChange& change) {
    const policy::ThingType* const old = before_.registry().FindThingType(change.name);
    const auto now = Parsed(change, policy::ParseThingType);
    if (old == nullptr && !now) return;
    if (!IsOn("THING_TYPE") || (old != nullptr && now && ToldOf(*old) == ToldOf(*now))) return;
    const policy::ThingType& any = now ? *now : *old;
    Json payload = Begin("THING_TYPE_EVENT", OperationOf(old, now));
    payload.Text("accountId", here_.account_id)
        .Text("thingTypeId", any.id)
        .Text("thingTypeName", any.name)
        .Flag("isDeprecated", any.deprecated != 0);
    if (any.deprecated == 0) {
      payload.TextOrNull("deprecationDate", "");
    } else {
      payload.Number("deprecationDate", any.deprecated);
    }
    payload.Texts("searchableAttributes", any.searchable_attributes)
        .Text("description", any.description);
    Tell(absl::StrCat("thingType/", any.name, "/", WordOf(old, now)), payload);
  }

  void ThingGroup(const EntryChange& change) {
    const policy::ThingGroup* const old = before_.registry().FindThingGroup(change.name);
    const auto now = Parsed(change, policy::ParseThingGroup);
    if (old == nullptr && !now) return;
    // Policies and tags of a group are no update of it.
    if (IsOn("THING_GROUP") && (old == nullptr || !now || old->version != now->version)) {
      TellGroup(now ? *now : *old, OperationOf(old, now));
    }
    if (old != nullptr && now) return;
    TellHierarchy(now ? *now : *old, now ? "ADDED" : "REMOVED");
  }

 private:
  template <class Entry>
  static std::optional<Entry> Parsed(const EntryChange& change,
                                     absl::StatusOr<Entry> (*parse)(absl::string_view,
                                                                    absl::string_view)) {
    if (!change.text) return std::nullopt;
    auto parsed = parse(change.name, *change.text);
    if (!parsed.ok()) return std::nullopt;
    return *std::move(parsed);
  }

  template <class Entry>
  static absl::string_view OperationOf(const Entry* old, const std::optional<Entry>& now) {
    return old == nullptr ? "CREATED" : now ? "UPDATED" : "DELETED";
  }
  template <class Entry>
  static std::string WordOf(const Entry* old, const std::optional<Entry>& now) {
    return absl::AsciiStrToLower(OperationOf(old, now));
  }

  // A change of membership is no update of the thing.
  static bool OnlyGroupsDiffer(const policy::Thing* old, const std::optional<policy::Thing>& now) {
    return old != nullptr && now && old->version == now->version;
  }

  bool IsOn(absl::string_view kind) const {
    const auto& events = before_.registry().settings().events;
    const auto found = events.find(kind);
    return found != events.end() && found->second;
  }

  Json Begin(absl::string_view type, absl::string_view operation) const {
    return Json()
        .Text("eventType", type)
        .Text("eventId", here_.new_uuid())
        .Number("timestamp", static_cast<uint64_t>(here_.now_ms))
        .Text("operation", operation);
  }

  void Tell(const std::string& topic, const Json& payload) {
    events_.push_back({absl::StrCat("$aws/events/", topic), payload.Finish()});
  }

  void TellGroup(const policy::ThingGroup& group, absl::string_view operation) {
    const auto up = policy::GroupsUpFrom(before_.registry(), group.parent);
    std::vector<std::string> above;
    for (auto one = up.rbegin(); one != up.rend(); ++one) {
      above.push_back(Json()
                          .Text("groupArn", Arn(here_, "thinggroup", (*one)->name))
                          .Text("groupId", GroupId((*one)->name))
                          .Finish());
    }
    Json payload = Begin("THING_GROUP_EVENT", operation);
    payload.Text("accountId", here_.account_id)
        .Text("thingGroupId", group.id)
        .Text("thingGroupName", group.name)
        .Number("versionNumber", group.version)
        .TextOrNull("parentGroupName", group.parent)
        .TextOrNull("parentGroupId", GroupId(group.parent))
        .Text("description", group.description)
        .List("rootToParentThingGroups", above)
        .Map("attributes", group.attributes)
        .TextOrNull("dynamicGroupMappingId", "");
    Tell(absl::StrCat("thingGroup/", group.name, "/", absl::AsciiStrToLower(operation)), payload);
  }

  void TellHierarchy(const policy::ThingGroup& group, absl::string_view operation) {
    if (!IsOn("THING_GROUP_HIERARCHY") || group.parent.empty()) return;
    Json payload = Begin("THING_GROUP_HIERARCHY_EVENT", operation);
    payload.Text("accountId", here_.account_id)
        .Text("thingGroupId", GroupId(group.parent))
        .Text("thingGroupName", group.parent)
        .Text("childGroupId", group.id)
        .Text("childGroupName", group.name);
    Tell(absl::StrCat("thingGroupHierarchy/thingGroup/", group.parent, "/childThingGroup/",
                      group.name, "/", absl::AsciiStrToLower(operation)),
         payload);
  }

  // Empty for a group that is not there.
  std::string GroupId(absl::string_view name) const {
    const policy::ThingGroup* const group = before_.registry().FindThingGroup(name);
    return group == nullptr ? "" : group->id;
  }

  void TellTypeAssociation(const policy::Thing& thing, const std::string& old,
                           const std::string& now) {
    if (!IsOn("THING_TYPE_ASSOCIATION") || old == now) return;
    for (const auto& [type, operation] : {std::pair(old, "REMOVED"), std::pair(now, "ADDED")}) {
      if (type.empty()) continue;
      Json payload = Begin("THING_TYPE_ASSOCIATION_EVENT", operation);
      payload.Text("thingId", thing.id).Text("thingName", thing.name).Text("thingTypeName", type);
      Tell(absl::StrCat("thingTypeAssociation/thing/", thing.name, "/thingType/", type, "/",
                        absl::AsciiStrToLower(operation)),
           payload);
    }
  }

  void TellMembership(const policy::Thing& thing, const std::set<std::string>& old,
                      const std::set<std::string>& now) {
    if (!IsOn("THING_GROUP_MEMBERSHIP")) return;
    const auto tell = [&](const std::string& group, absl::string_view operation) {
      Json payload = Begin("THING_GROUP_MEMBERSHIP_EVENT", operation);
      payload.Text("accountId", here_.account_id)
          .Text("groupArn", Arn(here_, "thinggroup", group))
          .Text("groupId", GroupId(group))
          .Text("thingArn", Arn(here_, "thing", thing.name))
          .Text("thingId", thing.id)
          .Text("membershipId", MembershipId(thing.id, GroupId(group)));
      Tell(absl::StrCat("thingGroupMembership/thingGroup/", group, "/thing/", thing.name, "/",
                        absl::AsciiStrToLower(operation)),
           payload);
    };
    for (const std::string& group : old) {
      if (now.count(group) == 0) tell(group, "REMOVED");
    }
    for (const std::string& group : now) {
      if (old.count(group) == 0) tell(group, "ADDED");
    }
  }

  const Account& before_;
  const Surroundings& here_;
  std::vector<Event>& events_;
};

}  // namespace

std::vector<Event> EventsOf(const Account& before, absl::Span<const EntryChange> changes,
                            const Surroundings& here) {
  std::vector<Event> events;
  if (before.registry().settings().events.empty()) return events;
  Teller teller(before, here, events);
  for (const EntryChange& change : changes) {
    if (change.part == RegistryPart::kThings) teller.Thing(change);
    if (change.part == RegistryPart::kThingTypes) teller.ThingType(change);
    if (change.part == RegistryPart::kThingGroups) teller.ThingGroup(change);
  }
  return events;
}

}  // namespace control
