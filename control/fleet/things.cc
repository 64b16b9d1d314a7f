// Things (TH1 to TH7).
#include <limits>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "control/arn.h"
#include "control/fleet/attributes.h"
#include "control/fleet/entries.h"
#include "control/operation.h"
#include "control/paging.h"

namespace control {
namespace {

using policy::RegistryPart;
using policy::Thing;

constexpr uint64_t kVersionMax = std::numeric_limits<int64_t>::max();

Refusal WrongVersion(absl::string_view name) {
  return VersionConflict(
      absl::StrCat("The version for thing ", name, " does not match the expected version."));
}

std::string TellIds(const Surroundings& here, const Thing& thing) {
  return Json()
      .Text("thingName", thing.name)
      .Text("thingArn", Arn(here, "thing", thing.name))
      .Text("thingId", thing.id)
      .Finish();
}

// The thing is there already: the same is answered again, another is refused (TH1).
Outcome CreateAgain(const Thing& wanted, const Thing& there, const Surroundings& here) {
  if (wanted.type_name != there.type_name || wanted.attributes != there.attributes ||
      wanted.billing_group != there.billing_group) {
    return AlreadyExists(
        absl::StrCat("Thing ", there.name, " already exists in account with different attributes"),
        there.id.empty() ? there.name : there.id, Arn(here, "thing", there.name));
  }
  Done done;
  done.body = TellIds(here, WithId(there, here, done.changes));
  return done;
}

Outcome CreateThing(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  Thing thing;
  thing.name = in.Label("thingName", kThingName);
  thing.type_name = in.Text("thingTypeName", kThingName).value_or("");
  thing.attributes = AttributesAfter(ReadAttributePayload(in, "attributePayload"), {});
  thing.billing_group = in.Text("billingGroupName", kThingName).value_or("");
  if (auto refusal = in.Refused()) return *refusal;
  if (const Thing* const there = account.registry().FindThing(thing.name)) {
    return CreateAgain(thing, *there, here);
  }
  if (auto refusal = TypeRefusal(account, thing.type_name)) return *refusal;
  if (auto refusal = AttributesRefusalOf(thing)) return *refusal;
  thing.id = here.new_uuid();
  thing.created = here.now_ms;
  return Done{.body = TellIds(here, thing), .changes = {Put(thing)}};
}

Outcome DescribeThing(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingName", kThingName);
  if (auto refusal = in.Refused()) return *refusal;
  const Thing* const there = account.registry().FindThing(name);
  if (there == nullptr) return ThingNotFound(name);
  Done done;
  const Thing thing = WithId(*there, here, done.changes);
  done.body = Json()
                  .Text("defaultClientId", name)
                  .Text("thingName", name)
                  .Text("thingId", thing.id)
                  .Text("thingArn", Arn(here, "thing", name))
                  .TextIfAny("thingTypeName", thing.type_name)
                  .Map("attributes", thing.attributes)
                  .Number("version", thing.version)
                  .TextIfAny("billingGroupName", thing.billing_group)
                  .Finish();
  return done;
}

Outcome UpdateThing(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("thingName", kThingName);
  const auto type = in.Text("thingTypeName", kThingName);
  const AttributePayload payload = ReadAttributePayload(in, "attributePayload");
  const auto expected = in.Number("expectedVersion");
  const bool remove_type = in.Flag("removeThingType").value_or(false);
  if (auto refusal = in.Refused()) return *refusal;
  if (remove_type && type) {
    return InvalidRequest("removeThingType and thingTypeName cannot be given together");
  }
  const Thing* const there = account.registry().FindThing(name);
  if (there == nullptr) return ThingNotFound(name);
  if (expected && *expected != there->version) return WrongVersion(name);
  Thing thing = *there;
  if (type) {
    if (auto refusal = TypeRefusal(account, *type)) return *refusal;
    thing.type_name = *type;
  }
  if (remove_type) thing.type_name.clear();
  thing.attributes = AttributesAfter(payload, thing.attributes);
  // One that was made by hand may have more than AWS would take, and is not held to it unasked.
  if (thing.attributes != there->attributes || thing.type_name != there->type_name) {
    if (auto refusal = AttributesRefusalOf(thing)) return *refusal;
  }
  ++thing.version;
  return Done{.changes = {Put(thing)}};
}

Outcome DeleteThing(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  const std::string name = in.Label("thingName", kThingName);
  const auto expected = in.QueryNumber("expectedVersion", 0, kVersionMax);
  if (auto refusal = in.Refused()) return *refusal;
  const Thing* const thing = account.registry().FindThing(name);
  if (thing == nullptr) return Done{};
  if (expected && *expected != thing->version) return WrongVersion(name);
  if (!account.PrincipalsOfThing(name).empty()) {
    return InvalidRequest(absl::StrCat("Cannot delete. Thing ", name,
                                       " is still attached to one or more principals"));
  }
  return Done{.changes = {{RegistryPart::kThings, name, {}}}};
}

// Which things a list is of (TH7).
struct Filter {
  std::optional<std::string> attribute;
  std::optional<std::string> value;
  bool is_prefix = false;

  bool Takes(const Thing& thing) const {
    if (!attribute) return true;
    const auto found = thing.attributes.find(*attribute);
    if (found == thing.attributes.end()) return false;
    if (!value) return true;
    return is_prefix ? absl::StartsWith(found->second, *value) : found->second == *value;
  }
};

std::string TellThing(const Surroundings& here, const Thing& thing) {
  return Json()
      .Text("thingName", thing.name)
      .TextIfAny("thingTypeName", thing.type_name)
      .Text("thingArn", Arn(here, "thing", thing.name))
      .Map("attributes", thing.attributes)
      .Number("version", thing.version)
      .Finish();
}

Outcome ListThings(const Call& call, const Account& account, const Surroundings& here) {
  Members in(call);
  const Page page = ReadPage(in, kTokenPages);
  Filter filter;
  filter.attribute = in.Query("attributeName", kAttributeName);
  filter.value = in.Query("attributeValue", kAttributeValue);
  filter.is_prefix = in.QueryFlag("usePrefixAttributeValue");
  const auto type = in.Query("thingTypeName", kThingName);
  if (auto refusal = PageRefusal(in, page)) return *refusal;
  if (filter.attribute && type) {
    return InvalidRequest(
        "Listing things by the combination of attribute and thing type is not supported");
  }
  if (filter.value && !filter.attribute) {
    return InvalidRequest("attributeValue is of no use without attributeName");
  }
  Json answer;
  const auto tell = [&](const Thing& thing) {
    return filter.Takes(thing) ? std::optional(TellThing(here, thing)) : std::nullopt;
  };
  if (type) {
    TellByName(
        page, account.ThingsOfType(*type), "things",
        [&](const std::string& name) { return tell(*account.registry().FindThing(name)); }, answer);
  } else {
    TellByName(
        page, account.registry().things(), "things",
        [&](const auto& entry) { return tell(*entry.second); }, answer);
  }
  return Done{.body = answer.Finish()};
}

constexpr Operation kThingOperations[] = {
    {"CreateThing", "POST", "/things/{thingName}", ThingResource, CreateThing},
    {"DescribeThing", "GET", "/things/{thingName}", ThingResource, DescribeThing},
    {"UpdateThing", "PATCH", "/things/{thingName}", ThingResource, UpdateThing},
    {"DeleteThing", "DELETE", "/things/{thingName}", ThingResource, DeleteThing},
    {"ListThings", "GET", "/things", nullptr, ListThings},
};

}  // namespace

absl::Span<const Operation> ThingOperations() { return kThingOperations; }

}  // namespace control
