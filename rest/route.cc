#include "rest/route.h"

#include <algorithm>
#include <iterator>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/types/span.h"
#include "proto/text.h"
#include "rest/bench_query.h"
#include "rest/call.h"
#include "rest/faults_query.h"
#include "rest/history_query.h"
#include "rest/publish.h"

namespace rest {
namespace {

template <shadow::Operation kOperation>
Routed ToShadowRequest(const Call& call) {
  if (auto twice = GivenTwice(call.target, {"name"})) return *std::move(twice);
  ShadowRequest request{.operation = kOperation, .thing = call.names[0], .name = {}};
  if (!shadow::IsThingName(request.thing)) return BadThingName();
  if (const auto name = call.target.Find("name")) {
    if (!shadow::IsShadowName(*name)) {
      return BadShadowName();
    }
    request.name = std::string(*name);
  }
  return Operation(std::move(request));
}

Routed ToListNamedShadows(const Call& call) {
  if (auto twice = GivenTwice(call.target, {"pageSize", "nextToken"})) return *std::move(twice);
  if (!shadow::IsThingName(call.names[0])) return BadThingName();
  const auto page_size = ReadCount(call.target, "pageSize", kPageSizeDefault, kPageSizeMax);
  if (!page_size) return BadCount("pageSize", kPageSizeMax);
  auto after = ReadToken(call.target, "nextToken");
  if (!after || (!after->empty() && !shadow::IsShadowName(*after))) {
    return InvalidRequest("nextToken is not one that a list gave");
  }
  return Operation(ListNamedShadows{
      .thing = call.names[0], .page_size = *page_size, .after = *std::move(after)});
}

Routed ToPublish(const Call& call) {
  if (auto twice = GivenTwice(call.target,
                              {"qos", "retain", "contentType", "responseTopic", "messageExpiry"})) {
    return *std::move(twice);
  }
  auto publish = ReadPublish(call.request, call.target, call.names[0]);
  if (auto* error = std::get_if<Error>(&publish)) return std::move(*error);
  return Operation(std::get<Publish>(std::move(publish)));
}

Routed ToGetRetained(const Call& call) {
  if (!IsTopic(call.names[0])) return BadTopic();
  return Operation(GetRetained{.topic = call.names[0]});
}

Routed ToListRetained(const Call& call) {
  if (auto twice = GivenTwice(call.target, {"maxResults", "nextToken"})) return *std::move(twice);
  const auto most = ReadCount(call.target, "maxResults", kRetainedDefault, kRetainedMax);
  if (!most) return BadCount("maxResults", kRetainedMax);
  auto after = ReadToken(call.target, "nextToken");
  if (!after) return InvalidRequest("nextToken is not one that a list gave");
  return Operation(ListRetained{.results_max = *most, .after = *std::move(after)});
}

Routed ToDisconnect(const Call& call) {
  if (auto twice = GivenTwice(call.target, {"cleanSession", "preventWillMessage"})) {
    return *std::move(twice);
  }
  const std::string& id = call.names[0];
  if (id.empty() || id.size() > kClientIdBytesMax || id[0] == '$' || !proto::IsText(id)) {
    return InvalidRequest(
        absl::StrCat("A client id has 1 to ", kClientIdBytesMax,
                     " bytes of UTF-8, no control characters, and does not begin with $"));
  }
  const auto prevent_will = ReadFlag(call.target, "preventWillMessage");
  const auto clean = ReadFlag(call.target, "cleanSession");
  if (!prevent_will || !clean) {
    return InvalidRequest("cleanSession and preventWillMessage are true or false");
  }
  return Operation(
      Disconnect{.client_id = id, .prevent_will = *prevent_will, .clean_session = *clean});
}

struct Row {
  absl::string_view method;  // GET stands for HEAD, too
  absl::string_view path;    // as AllRoutes has it
  Routed (*read)(const Call& call);
};

// All that there is. A 405 names the methods of a path in this order.
constexpr Row kRoutes[] = {
    {"GET", "/things/{thingName}/shadow", ToShadowRequest<shadow::Operation::kGet>},
    {"POST", "/things/{thingName}/shadow", ToShadowRequest<shadow::Operation::kUpdate>},
    {"DELETE", "/things/{thingName}/shadow", ToShadowRequest<shadow::Operation::kDelete>},
    {"GET", "/api/things/shadow/ListNamedShadowsForThing/{thingName}", ToListNamedShadows},
    {"POST", "/topics/{topic+}", ToPublish},
    {"GET", "/retainedMessage/{topic+}", ToGetRetained},
    {"GET", "/retainedMessage", ToListRetained},
    {"DELETE", "/connections/{clientId}", ToDisconnect},
    {"GET", "/_shadow/v1/things/{thingName}/history", ToListHistory},
    {"DELETE", "/_shadow/v1/things/{thingName}/history", ToForget},
    {"GET", "/_shadow/v1/things/{thingName}/versions", ToVersionAt},
    {"GET", "/_shadow/v1/things/{thingName}/versions/{version}", ToVersion},
    {"GET", "/_shadow/v1/things/{thingName}/diff", ToCompareVersions},
    {"GET", "/_shadow/v1/things/{thingName}/blame", ToBlame},
    {"POST", "/_shadow/v1/things/{thingName}/restore", ToRestore},
    {"GET", "/_shadow/v1/changes", ToChanges},
    {"GET", "/_shadow/v1/clock", ToGetClock},
    {"PUT", "/_shadow/v1/clock", ToSetClock},
    {"POST", "/_shadow/v1/reset", ToReset},
    {"GET", "/_shadow/v1/snapshots", ToListSnapshots},
    {"PUT", "/_shadow/v1/snapshots/{snapshot}", ToSnapshotCall<SnapshotCall::Do::kTake>},
    {"DELETE", "/_shadow/v1/snapshots/{snapshot}", ToSnapshotCall<SnapshotCall::Do::kDelete>},
    {"POST", "/_shadow/v1/snapshots/{snapshot}/restore",
     ToSnapshotCall<SnapshotCall::Do::kRestore>},
    {"GET", "/_shadow/v1/faults", ToListFaults},
    {"GET", "/_shadow/v1/faults/ready", ToListReadyFaults},
    {"POST", "/_shadow/v1/faults", ToStartFaults},
    {"DELETE", "/_shadow/v1/faults", ToStopAllFaults},
    {"DELETE", "/_shadow/v1/faults/{name}", ToStopFaults},
    {"GET", "/_shadow/v1/faults/{name}/record", ToRecordFaults},
};

}  // namespace

std::vector<std::string> AllRoutes() {
  std::vector<std::string> all;
  for (const Row& row : kRoutes) all.push_back(absl::StrCat(row.method, " ", row.path));
  return all;
}

bool IsRouted(const Target& target) {
  return std::any_of(std::begin(kRoutes), std::end(kRoutes), [&](const Row& row) {
    return NamesAt(row.path, target.segments).has_value();
  });
}

std::variant<Operation, Error> Route(const Request& request, const Target& target) {
  const absl::string_view method = request.method == "HEAD" ? "GET" : request.method;
  std::vector<absl::string_view> allowed;
  for (const Row& row : kRoutes) {
    auto names = NamesAt(row.path, target.segments);
    if (!names) continue;
    if (row.method == method) return row.read({request, target, *std::move(names)});
    allowed.push_back(row.method == "GET" ? "GET, HEAD" : row.method);
  }
  if (allowed.empty()) return NotFound("There is nothing at this path");
  return MethodNotAllowed(absl::StrJoin(allowed, ", "));
}

}  // namespace rest
