#include "plugin/lifecycle.h"

#include "absl/strings/str_cat.h"
#include "proto/client_topics.h"
#include "shadow/json.h"

namespace plugin {
namespace {

constexpr size_t kClientIdBytesMax = 128;  // AWS's (K3)

using Kind = LifecycleEvent::Kind;

absl::string_view TextOf(Kind kind) {
  switch (kind) {
    case Kind::kConnected:
      return "connected";
    case Kind::kDisconnected:
      return "disconnected";
    case Kind::kConnectFailed:
      return "connect_failed";
    case Kind::kSubscribed:
      return "subscribed";
    case Kind::kUnsubscribed:
      return "unsubscribed";
  }
  return "";
}

bool OfPresence(Kind kind) { return kind != Kind::kSubscribed && kind != Kind::kUnsubscribed; }

// `name` comes with its comma and colon.
void PrintText(absl::string_view name, absl::string_view value, std::string& out) {
  absl::StrAppend(&out, name);
  shadow::PrintJsonString(value, out);
}

void PrintWho(const LifecycleEvent& event, std::string& out) {
  PrintText(R"(,"sessionIdentifier":)", event.session, out);
  PrintText(R"(,"principalIdentifier":)", event.principal, out);
}

void PrintTopics(const LifecycleEvent& event, std::string& out) {
  absl::string_view before = R"(,"topics":[)";
  for (const std::string& topic : event.topics) {
    PrintText(before, topic, out);
    before = ",";
  }
  out += ']';
}

}  // namespace

absl::string_view ReasonText(DisconnectReason reason) {
  switch (reason) {
    case DisconnectReason::kUnknown:
      return "UNKNOWN";
    case DisconnectReason::kApiInitiated:
      return "API_INITIATED_DISCONNECT";
    case DisconnectReason::kAuthError:
      return "AUTH_ERROR";
    case DisconnectReason::kClientInitiated:
      return "CLIENT_INITIATED_DISCONNECT";
    case DisconnectReason::kClientError:
      return "CLIENT_ERROR";
    case DisconnectReason::kConnectionLost:
      return "CONNECTION_LOST";
    case DisconnectReason::kDuplicateClientId:
      return "DUPLICATE_CLIENTID";
    case DisconnectReason::kForbiddenAccess:
      return "FORBIDDEN_ACCESS";
    case DisconnectReason::kKeepAliveTimeout:
      return "MQTT_KEEP_ALIVE_TIMEOUT";
    case DisconnectReason::kServerError:
      return "SERVER_ERROR";
    case DisconnectReason::kServerInitiated:
      return "SERVER_INITIATED_DISCONNECT";
  }
  return "";
}

bool HasLifecycleEvents(absl::string_view client_id) {
  return !client_id.empty() && client_id.size() <= kClientIdBytesMax &&
         client_id.find_first_of("#+") == absl::string_view::npos;
}

std::string LifecycleTopic(const LifecycleEvent& event) {
  return absl::StrCat(proto::kLifecycleTopics,
                      OfPresence(event.kind) ? "presence/" : "subscriptions/", TextOf(event.kind),
                      "/", event.client_id);
}

std::string LifecyclePayload(const LifecycleEvent& event) {
  std::string out;
  PrintText(R"({"clientId":)", event.client_id, out);
  absl::StrAppend(&out, R"(,"timestamp":)", event.timestamp_ms);
  PrintText(R"(,"eventType":)", TextOf(event.kind), out);
  switch (event.kind) {
    case Kind::kConnected:
      PrintWho(event, out);
      PrintText(R"(,"ipAddress":)", event.address, out);
      absl::StrAppend(&out, R"(,"versionNumber":)", event.version);
      break;
    case Kind::kDisconnected: {
      PrintWho(event, out);
      const bool by_client = event.reason == DisconnectReason::kClientInitiated;
      absl::StrAppend(&out, R"(,"clientInitiatedDisconnect":)", by_client ? "true" : "false");
      PrintText(R"(,"disconnectReason":)", ReasonText(event.reason), out);
      absl::StrAppend(&out, R"(,"versionNumber":)", event.version);
      break;
    }
    case Kind::kConnectFailed:
      absl::StrAppend(&out, R"(,"connectFailureReason":"AUTHORIZATION_FAILED")");
      PrintWho(event, out);
      PrintText(R"(,"ipAddress":)", event.address, out);
      break;
    case Kind::kSubscribed:
    case Kind::kUnsubscribed:
      PrintWho(event, out);
      PrintTopics(event, out);
      break;
  }
  out += '}';
  return out;
}

}  // namespace plugin
