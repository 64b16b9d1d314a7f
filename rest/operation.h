// What an HTTPS request asks for (J2 to J8), with every name and number checked.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "rest/bench.h"
#include "rest/faults.h"
#include "rest/history.h"
#include "shadow/id.h"

namespace rest {

// GET, POST and DELETE /things/{thing}/shadow[?name=]
struct ShadowRequest {
  shadow::Operation operation;
  std::string thing;
  std::string name;  // empty: the classic shadow

  shadow::ShadowId id() const { return {thing, name}; }
  friend bool operator==(const ShadowRequest&, const ShadowRequest&) = default;
};

// GET /api/things/shadow/ListNamedShadowsForThing/{thing}?pageSize=&nextToken=
struct ListNamedShadows {
  std::string thing;
  size_t page_size;
  std::string after;  // the last name of the page before; empty: from the first

  friend bool operator==(const ListNamedShadows&, const ListNamedShadows&) = default;
};

// POST /topics/{topic}?qos=&retain=… (J6). The payload is the request's body.
struct Publish {
  std::string topic;
  int qos = 0;
  bool retain = false;
  // MQTT 5's properties. Empty or nothing: the message does not have it.
  std::string content_type{};
  std::string response_topic{};
  std::string correlation_data{};
  std::optional<uint32_t> expiry_seconds{};
  std::optional<bool> payload_is_utf8{};
  std::vector<std::pair<std::string, std::string>> user_properties{};

  friend bool operator==(const Publish&, const Publish&) = default;
};

// GET /retainedMessage/{topic}
struct GetRetained {
  std::string topic;

  friend bool operator==(const GetRetained&, const GetRetained&) = default;
};

// GET /retainedMessage?maxResults=&nextToken=
struct ListRetained {
  size_t results_max;
  std::string after;

  friend bool operator==(const ListRetained&, const ListRetained&) = default;
};

// DELETE /connections/{clientId}?cleanSession=&preventWillMessage= (J8)
struct Disconnect {
  std::string client_id;
  bool prevent_will = false;
  bool clean_session = false;  // its session ends, too

  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};

using Operation =
    std::variant<ShadowRequest, ListNamedShadows, Publish, GetRetained, ListRetained, Disconnect,
                 ListHistory, GetVersion, CompareVersions, Blame, Restore, Forget, ReadChanges,
                 GetClock, SetClock, ResetShadows, SnapshotCall, ListSnapshots, ListFaults,
                 ListReadyFaults, StartFaults, StopFaults, RecordFaults>;

}  // namespace rest
