// What there is once an account: its endpoint (EP1 to EP4), and which events it tells of.
#include <algorithm>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "control/events.h"
#include "control/json.h"
#include "control/members.h"
#include "control/operation.h"
#include "policy/entry_change.h"

namespace control {
namespace {

const Shape kEndpointType = {"[\\s\\S]*", nullptr, 0, 128};

Outcome DescribeEndpoint(const Call& call, const Account&, const Surroundings& here) {
  Members in(call);
  const std::string type = in.Query("endpointType", kEndpointType).value_or("iot:Data-ATS");
  if (auto refusal = in.Refused()) return *refusal;
  const std::string* address = nullptr;
  if (type == "iot:Data-ATS" || type == "iot:Data") address = &here.endpoint;
  if (type == "iot:Jobs") address = &here.endpoint_jobs;
  if (type == "iot:CredentialProvider") address = &here.endpoint_credentials;
  if (address == nullptr) {
    return InvalidRequest(absl::StrCat("Endpoint type ", type, " not recognized."));
  }
  return Done{
      .body = Json().Text("endpointAddress", address->empty() ? here.endpoint : *address).Finish()};
}

Outcome DescribeEventConfigurations(const Call&, const Account& account, const Surroundings&) {
  const auto& events = account.registry().settings().events;
  Json kinds;
  for (const absl::string_view kind : kEventKinds) {
    const auto found = events.find(kind);
    kinds.Object(kind, Json().Flag("Enabled", found != events.end() && found->second));
  }
  return Done{.body = Json().Object("eventConfigurations", kinds).Finish()};
}

Outcome UpdateEventConfigurations(const Call& call, const Account& account, const Surroundings&) {
  Members in(call);
  policy::Settings settings = account.registry().settings();
  const policy::Node* const given = call.body.Find("eventConfigurations");
  using Kind = policy::Node::Kind;
  if (given != nullptr && given->kind != Kind::kObject && given->kind != Kind::kNull) {
    return InvalidRequest(absl::StrCat("'eventConfigurations' must be an object, not ",
                                       policy::KindText(given->kind)));
  }
  if (given != nullptr && given->kind == Kind::kObject) {
    for (const auto& name : given->names) {
      const auto* const known =
          std::find(std::begin(kEventKinds), std::end(kEventKinds), name.text);
      if (known == std::end(kEventKinds)) {
        in.Fail(name.text, "eventConfigurations",
                "Map keys must satisfy constraint: [Member must satisfy enum value set]");
        continue;
      }
      const std::string path = absl::StrCat("eventConfigurations.", name.text, ".Enabled");
      settings.events[name.text] = in.Flag(path).value_or(false);
    }
  }
  if (auto refusal = in.Refused()) return *refusal;
  return Done{.changes = {Put(settings)}};
}

constexpr Operation kAccountOperations[] = {
    {"DescribeEndpoint", "GET", "/endpoint", nullptr, DescribeEndpoint},
    {"DescribeEventConfigurations", "GET", "/event-configurations", nullptr,
     DescribeEventConfigurations},
    {"UpdateEventConfigurations", "PATCH", "/event-configurations", nullptr,
     UpdateEventConfigurations},
};

}  // namespace

absl::Span<const Operation> AccountOperations() { return kAccountOperations; }

}  // namespace control
