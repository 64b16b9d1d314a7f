// Whether a thing's client is connected (GetThingConnectivityData).
#include "absl/strings/str_cat.h"
#include "control/json.h"
#include "control/members.h"
#include "control/operation.h"

namespace control {
namespace {

Outcome GetThingConnectivityData(const Call& call, const Account& account,
                                 const Surroundings& here) {
  Members in(call);
  const std::string name = in.Label("thingName", kThingName);
  const bool with_socket = in.Flag("includeSocketInformation").value_or(false);
  if (auto refusal = in.Refused()) return *refusal;
  if (account.registry().FindThing(name) == nullptr) {
    return NotFound(absl::StrCat("Thing ", name, " not found"));
  }
  const auto known = here.connectivity ? here.connectivity(name) : std::nullopt;
  Json answer;
  answer.Text("thingName", name).Flag("connected", known && known->connected);
  if (known) {
    answer.Time("timestamp", known->since_ms);
    if (!known->connected) answer.TextIfAny("disconnectReason", known->disconnect_reason);
    // Port, keep-alive and session are known to the broker alone.
    if (with_socket) answer.TextIfAny("sourceIp", known->address).Text("clientId", name);
  }
  return Done{.body = answer.Finish()};
}

std::string ThingOfPath(const Call& call) {
  return absl::StrCat("thing/", call.Label("thingName"));
}

constexpr Operation kConnectivityOperations[] = {
    {"GetThingConnectivityData", "POST", "/things/{thingName}/connectivity-data", ThingOfPath,
     GetThingConnectivityData},
};

}  // namespace

absl::Span<const Operation> ConnectivityOperations() { return kConnectivityOperations; }

}  // namespace control
