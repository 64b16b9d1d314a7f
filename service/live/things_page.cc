#include "service/live/things_page.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "control/json.h"
#include "policy/json_tree.h"
#include "policy/registry_files.h"
#include "rest/error.h"
#include "service/live/roster_query.h"
#include "service/live/roster_view.h"
#include "shadow/delta.h"
#include "shadow/document.h"
#include "shadow/id.h"
#include "shadow/operation.h"
#include "storage/key.h"
#include "storage/record.h"

namespace service {
namespace {

using control::Json;

constexpr size_t kThingArenaBytes = 16 * 1024;

rest::Answer JsonAnswer(std::string body) {
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

// What a page of things asks for.
struct ListAsked {
  RosterQuery query;
  std::optional<RosterRow> after{};
  size_t limit = ThingsPage::kLimit;
};

absl::StatusOr<ListAsked> ReadList(const rest::Target& target) {
  const auto text = [&](absl::string_view name) { return target.Find(name).value_or(""); };
  auto query = RosterQuery::Parse(text("q"), text("sort"));
  if (!query.ok()) return query.status();
  ListAsked asked{.query = *std::move(query)};
  if (!text("after").empty()) {
    auto after = asked.query.ReadPlace(text("after"));
    if (!after.ok()) return after.status();
    asked.after = *std::move(after);
  }
  if (!text("limit").empty() && (!absl::SimpleAtoi(text("limit"), &asked.limit) ||
                                 asked.limit < 1 || asked.limit > ThingsPage::kLimitMax)) {
    return absl::InvalidArgumentError(
        absl::StrCat("limit: must be from 1 to ", ThingsPage::kLimitMax));
  }
  return asked;
}

std::string ListJson(const Roster& roster, const ListAsked& asked) {
  const RosterPage page =
      PageOf(roster, asked.query, asked.after ? &*asked.after : nullptr, asked.limit);
  const auto put = [&roster](std::string* out, Roster::Place place) {
    out->append(RowJson(roster.at(place)));
  };
  Json json;
  json.Number("total", page.total)
      .Raw("things", absl::StrCat("[", absl::StrJoin(page.places, ",", put), "]"));
  if (page.more) json.Text("next", asked.query.PlaceOf(roster.at(page.places.back())));
  return json.Finish();
}

// What the registry has of a thing.
struct Belongings {
  std::optional<policy::Thing> thing{};
  struct Certificate {
    std::string id;
    std::string status;
    std::vector<std::string> policies{};
  };
  std::vector<Certificate> certificates{};
};

Belongings BelongingsOf(const control::Account& account, absl::string_view name) {
  Belongings found;
  if (const auto* const thing = account.registry().FindThing(name)) found.thing = *thing;
  for (const std::string& principal : account.PrincipalsOfThing(name)) {
    const auto* const certificate = account.registry().FindCertificate(principal);
    if (certificate == nullptr) continue;
    Belongings::Certificate& one = found.certificates.emplace_back(Belongings::Certificate{
        .id = certificate->id, .status = std::string(policy::StatusName(certificate->status))});
    for (const policy::Reference& named : certificate->policies) one.policies.push_back(named.name);
  }
  return found;
}

void PutThing(const policy::Thing& thing, Json& json) {
  json.TextIfAny("thingType", thing.type_name);
  if (!thing.attributes.empty()) json.Map("attributes", thing.attributes);
  std::vector<std::string> groups;
  for (const policy::Reference& group : thing.groups) groups.push_back(group.name);
  if (!groups.empty()) json.Texts("groups", groups);
}

std::string ShadowJson(absl::string_view name, const shadow::Document& document) {
  return Json()
      .Text("name", name)
      .Number("version", static_cast<uint64_t>(document.version))
      .Number("updated", static_cast<uint64_t>(document.updated_at))
      .Flag("differs", shadow::Differs(document.desired, document.reported))
      .Number("bytes", shadow::StateBytes(document))
      .Finish();
}

absl::StatusOr<std::vector<std::string>> ShadowsOf(const storage::Store& store,
                                                   absl::string_view thing) {
  shadow::Arena arena(kThingArenaBytes);
  std::vector<std::string> shadows;
  absl::Status unreadable;
  absl::Status scanned = store.Scan(
      storage::ThingPrefix(thing), "", [&](absl::string_view key, absl::string_view bytes) {
        const auto id = storage::ParseRecordKey(key);
        arena.Clear();
        const auto record = storage::DecodeRecord(bytes, arena);
        if (!record.ok()) unreadable.Update(record.status());
        const auto* const document =
            id && record.ok() ? std::get_if<shadow::Document>(&*record) : nullptr;
        if (document != nullptr) shadows.push_back(ShadowJson(id->name, *document));
        return true;
      });
  scanned.Update(unreadable);
  if (!scanned.ok()) return scanned;
  return shadows;
}

// Policies by name, each with its document as the registry has it; those that are not there not.
std::vector<std::string> PoliciesJson(const std::string& folder,
                                      const std::set<std::string>& names) {
  std::vector<std::string> policies;
  for (const std::string& name : names) {
    const auto text = policy::ReadEntry(folder, policy::RegistryPart::kPolicies, name);
    if (!text.ok() || !*text) continue;
    const auto tree = policy::ParseJsonTree(**text);
    if (!tree.ok()) continue;
    policies.push_back(Json().Text("name", name).Raw("document", policy::JsonOf(*tree)).Finish());
  }
  return policies;
}

}  // namespace

void ThingsPage::List(const rest::Target& target, const std::string& request_id, Respond respond) {
  auto asked = ReadList(target);
  if (!asked.ok()) {
    return respond(rest::WordError(rest::InvalidRequest(asked.status().message()), request_id));
  }
  keeper_.Want(
      [asked = *std::move(asked), request_id, respond = std::move(respond)](const Roster* roster) {
        if (roster == nullptr) return respond(rest::WordError(rest::InternalFailure(), request_id));
        respond(JsonAnswer(ListJson(*roster, asked)));
      });
}

void ThingsPage::One(absl::string_view thing, const std::string& request_id, Respond respond) {
  if (!shadow::IsThingName(thing)) {
    return respond(rest::WordError(rest::InvalidRequest("That is not a thing's name"), request_id));
  }
  keeper_.Want([this, name = std::string(thing), request_id,
                respond = std::move(respond)](const Roster* roster) {
    if (roster == nullptr) return respond(rest::WordError(rest::InternalFailure(), request_id));
    respond(TellOne(name, roster->Find(name), request_id));
  });
}

rest::Answer ThingsPage::TellOne(const std::string& thing, const RosterRow* row,
                                 const std::string& request_id) const {
  if (row == nullptr) {
    return rest::WordError(rest::NotFound(absl::StrCat("There is no thing '", thing, "'")),
                           request_id);
  }
  const auto shadows = ShadowsOf(store_, thing);
  if (!shadows.ok()) return rest::WordError(rest::InternalFailure(), request_id);
  const Belongings of = registry_.ReadAccount(
      [&thing](const control::Account& account) { return BelongingsOf(account, thing); });
  Json json;
  json.Text("thing", thing)
      .Flag("registered", of.thing.has_value())
      .Flag("connected", row->connected());
  if (row->since != 0) json.Number("since", row->since);
  if (row->last_seen != 0) json.Number("lastSeen", row->last_seen);
  if (const auto client = whereabouts_.For(thing)) {
    json.Object("client",
                Json().Text("id", client->client_id).TextIfAny("address", client->client.address));
  }
  if (of.thing) PutThing(*of.thing, json);
  json.List("shadows", *shadows);
  std::vector<std::string> certificates;
  std::set<std::string> policies;
  for (const Belongings::Certificate& one : of.certificates) {
    policies.insert(one.policies.begin(), one.policies.end());
    certificates.push_back(Json()
                               .Text("id", one.id)
                               .Text("status", one.status)
                               .Texts("policies", one.policies)
                               .Finish());
  }
  json.List("certificates", certificates)
      .List("policies", PoliciesJson(registry_.folder(), policies));
  return JsonAnswer(json.Finish());
}

}  // namespace service
