// The C border: Mosquitto's plugin interface on one side, plugin::Plugin on the other. It loads the
// plugin and hands it Mosquitto's events; what the plugin asks of Mosquitto is plugin/mosquitto.cc,
// and these two files are the only ones that include Mosquitto's headers. Nothing may be thrown
// across the border, and nothing here may block.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <mqtt_protocol.h>
#include <stdlib.h>

#include <exception>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "identity/certificate.h"
#include "identity/link_secret.h"
#include "measure/memory_limit.h"
#include "plugin/mosquitto.h"
#include "plugin/plugin.h"
#include "policy/registry_files.h"

namespace plugin {
namespace {

// By the numbers of 2.1's headers, which 2.0's lack; tests/plugin/border_test.cc holds them.
namespace since_2_1 {
constexpr int kClientOffline = 28;  // an event with the members of a disconnect
constexpr int kAdministrativeAction = 152;
}  // namespace since_2_1

// Mosquitto's loop turns at least ten times a second; its first turn comes at once.
constexpr int64_t kTicksMissingUs = 3'000'000;

// What one loaded plugin holds.
struct Loaded {
  mosquitto_plugin_id_t* identifier;
  Mosquitto broker;
  std::unique_ptr<Plugin> plugin;
  int64_t started_us;
  const std::thread::id thread = std::this_thread::get_id();
  bool ticked = false;
  bool rereading = false;  // the broker has begun to read its configuration again
};

absl::string_view Text(const char* text) { return text == nullptr ? "" : text; }

Client ClientOf(const mosquitto* client) {
  return {.handle = client,
          .id = Text(mosquitto_client_id(client)),
          .clean_session = mosquitto_client_clean_session(client),
          .mqtt5 = mosquitto_client_protocol_version(client) == 5,
          .filters = static_cast<size_t>(mosquitto_client_sub_count(client))};
}

Origin OriginOf(const mosquitto* client) {
  Origin origin{.address = PlainAddress(Text(mosquitto_client_address(client))),
                .websocket = mosquitto_client_protocol(client) == mp_websockets};
  identity::X509Ptr certificate(static_cast<x509_st*>(mosquitto_client_certificate(client)));
  if (certificate) origin.certificate = identity::FactsOf(*certificate);
  origin.x509 = std::move(certificate);
  return origin;
}

// `origin`: the same client's.
Client NewClientOf(const mosquitto* client, const Origin& origin) {
  Client result = ClientOf(client);
  result.keep_alive_s = mosquitto_client_keepalive(client);
  // One piece of TLS or of a WebSocket can hold several packets. TLS without a client certificate
  // does not show.
  result.one_packet_a_turn = mosquitto_client_protocol(client) == mp_mqtt && !origin.certificate;
  return result;
}

absl::string_view Bytes(const void* data, uint32_t size) {
  return size == 0 ? absl::string_view() : absl::string_view(static_cast<const char*>(data), size);
}

// Mosquitto asks for every session again right after its reload, before anything else happens but
// that it publishes its log and disconnects those that are refused.
template <class Event>
bool EndsRereading(const Event&) {
  return !std::is_same_v<Event, mosquitto_evt_basic_auth>;
}
bool EndsRereading(const mosquitto_evt_disconnect&) { return false; }
bool EndsRereading(const mosquitto_evt_acl_check& check) {
  return !absl::StartsWith(Text(check.topic), "$SYS/");
}

// Calls `body` for one event; whatever it throws ends here as a refusal.
template <class Event, class Body>
int Guarded(void* event, void* userdata, Body body) {
  auto& loaded = *static_cast<Loaded*>(userdata);
  // Mosquitto 2.1 asks from a thread of its own whether somebody may use its HTTP API. Nobody may.
  if (std::this_thread::get_id() != loaded.thread) return MOSQ_ERR_ACL_DENIED;
  try {
    const Event& happened = *static_cast<Event*>(event);
    if (EndsRereading(happened)) loaded.rereading = false;
    return body(loaded, happened);
  } catch (const std::exception& error) {
    mosquitto_log_printf(MOSQ_LOG_ERR, "shadow: %s", error.what());
  } catch (...) {
    mosquitto_log_printf(MOSQ_LOG_ERR, "shadow: an unknown exception");
  }
  return MOSQ_ERR_ACL_DENIED;
}

// `refused`: what says no to such an event. What is neither yes nor no ends the connection.
int CodeOf(Verdict verdict, int refused) {
  switch (verdict.kind()) {
    case Verdict::Kind::kYes:
    case Verdict::Kind::kSwallow:
      return MOSQ_ERR_SUCCESS;
    case Verdict::Kind::kNo:
      return refused;
    case Verdict::Kind::kCut:
      break;
  }
  return MOSQ_ERR_CONN_LOST;
}

int OnBasicAuth(int, void* event, void* userdata) {
  using Event = mosquitto_evt_basic_auth;
  return Guarded<Event>(event, userdata, [](Loaded& loaded, const Event& auth) {
    const int64_t now_us = loaded.broker.SteadyUs();
    if (!loaded.ticked && now_us - loaded.started_us > kTicksMissingUs) {
      loaded.broker.Log(LogLevel::kError,
                        "shadow: no ticks from the broker: set per_listener_settings false in "
                        "mosquitto.conf. Until then every client is refused.");
      return static_cast<int>(MOSQ_ERR_AUTH);
    }
    const Origin origin = OriginOf(auth.client);
    const Client client = NewClientOf(auth.client, origin);
    const bool has_subscriptions = mosquitto_client_sub_count(auth.client) > 0;
    const absl::string_view username = Text(auth.username);
    const absl::string_view password = Text(auth.password);
    if (loaded.rereading &&
        loaded.plugin->Stands(client, origin, username, password, has_subscriptions)) {
      return static_cast<int>(MOSQ_ERR_SUCCESS);
    }
    return CodeOf(loaded.plugin->Connect(client, origin, username, password, now_us),
                  MOSQ_ERR_AUTH);
  });
}

int OnAclCheck(int, void* event, void* userdata) {
  using Event = mosquitto_evt_acl_check;
  return Guarded<Event>(event, userdata, [](Loaded& loaded, const Event& check) {
    const Client client = ClientOf(check.client);
    const absl::string_view topic = Text(check.topic);
    Verdict allowed = true;
    switch (check.access) {
      case MOSQ_ACL_WRITE:
        allowed = loaded.plugin->MayPublish(client, topic, check.retain, check.qos,
                                            Bytes(check.payload, check.payloadlen));
        break;
      case MOSQ_ACL_SUBSCRIBE:
        allowed = loaded.broker.is_cutting()
                      ? loaded.plugin->MayStaySubscribed(client, topic)
                      : loaded.plugin->MaySubscribe(client, topic, check.qos);
        break;
      case MOSQ_ACL_UNSUBSCRIBE:
        loaded.plugin->Unsubscribe(client, topic);
        break;
      case MOSQ_ACL_READ:
        allowed = loaded.plugin->MayReceive(client, topic, Bytes(check.payload, check.payloadlen),
                                            check.qos, check.retain);
        break;
      default:
        break;
    }
    return CodeOf(allowed, MOSQ_ERR_ACL_DENIED);
  });
}

int OnMessage(int, void* event, void* userdata) {
  using Event = mosquitto_evt_message;
  return Guarded<Event>(event, userdata, [&](Loaded& loaded, const Event& message) {
    const Client client = ClientOf(message.client);
    if (!loaded.plugin->MayCarry(client, HeadBytesOf(message))) {
      return static_cast<int>(MOSQ_ERR_ACL_DENIED);
    }
    const Verdict verdict = loaded.plugin->Message(client, Text(message.topic),
                                                   Bytes(message.payload, message.payloadlen),
                                                   loaded.broker.SteadyUs());
    if (verdict.kind() == Verdict::Kind::kSwallow) SendNowhere(*static_cast<Event*>(event));
    return CodeOf(verdict, MOSQ_ERR_ACL_DENIED);
  });
}

// Nothing in Mosquitto 2.0, which gives every end the reason -1.
std::optional<DisconnectReason> ReasonOf(const mosquitto_evt_disconnect& disconnect) {
  switch (disconnect.reason) {
    case MOSQ_ERR_SUCCESS:
      return DisconnectReason::kClientInitiated;
    case MOSQ_ERR_CONN_LOST:
    case MOSQ_ERR_ERRNO:
    case MOSQ_ERR_TLS:
      return DisconnectReason::kConnectionLost;
    case MOSQ_ERR_KEEPALIVE:
      return DisconnectReason::kKeepAliveTimeout;
    case MOSQ_ERR_AUTH:
      return DisconnectReason::kAuthError;
    case MOSQ_ERR_MALFORMED_PACKET:
    case MOSQ_ERR_PROTOCOL:
    case MOSQ_ERR_OVERSIZE_PACKET:
    case MOSQ_ERR_PAYLOAD_SIZE:
    case MOSQ_ERR_NOT_SUPPORTED:
      return DisconnectReason::kClientError;
    case MOSQ_ERR_NOMEM:
      return DisconnectReason::kServerError;
    case since_2_1::kAdministrativeAction:
      return DisconnectReason::kServerInitiated;
    default:
      return std::nullopt;
  }
}

int OnDisconnect(int kind, void* event, void* userdata) {
  using Event = mosquitto_evt_disconnect;
  return Guarded<Event>(event, userdata, [kind](Loaded& loaded, const Event& disconnect) {
    Client client = ClientOf(disconnect.client);
    // Mosquitto 2.1 has one event for a session that ends with its connection, and one for a
    // session that stays. In 2.0 what an MQTT 5 client has asked for does not show.
    if (IsSince21()) client.clean_session = kind != since_2_1::kClientOffline;
    loaded.plugin->Disconnect(client, loaded.broker.SteadyUs(), ReasonOf(disconnect));
    return static_cast<int>(MOSQ_ERR_SUCCESS);
  });
}

int OnReload(int, void* event, void* userdata) {
  using Event = mosquitto_evt_reload;
  return Guarded<Event>(event, userdata, [](Loaded& loaded, const Event&) {
    loaded.rereading = true;
    loaded.plugin->Reload();
    // Other plugins reload, too. Mosquitto 2.1 would take the same answer for an error, and end.
    return static_cast<int>(IsSince21() ? MOSQ_ERR_SUCCESS : MOSQ_ERR_PLUGIN_DEFER);
  });
}

int OnTick(int, void* event, void* userdata) {
  using Event = mosquitto_evt_tick;
  return Guarded<Event>(event, userdata, [](Loaded& loaded, const Event&) {
    loaded.ticked = true;
    loaded.plugin->Tick(loaded.broker.SteadyUs(), loaded.broker.EpochMs());
    return static_cast<int>(MOSQ_ERR_SUCCESS);
  });
}

constexpr std::pair<int, MOSQ_FUNC_generic_callback> kEvents[] = {
    {MOSQ_EVT_BASIC_AUTH, OnBasicAuth},
    {MOSQ_EVT_ACL_CHECK, OnAclCheck},
    {MOSQ_EVT_MESSAGE, OnMessage},
    {MOSQ_EVT_DISCONNECT, OnDisconnect},
    {MOSQ_EVT_RELOAD, OnReload},
    {MOSQ_EVT_TICK, OnTick},
    {since_2_1::kClientOffline, OnDisconnect},
};

absl::Status Register(Loaded& loaded) {
  Introduce(loaded.identifier);
  for (const auto& [kind, callback] : kEvents) {
    if (kind == since_2_1::kClientOffline && !IsSince21()) continue;
    if (mosquitto_callback_register(loaded.identifier, kind, callback, nullptr, &loaded) !=
        MOSQ_ERR_SUCCESS) {
      return absl::InternalError(absl::StrCat(
          "this Mosquitto, ", IsSince21() ? "2.1 or later" : "before 2.1", ", has no event ", kind,
          ": mosquitto_shadow is made for Mosquitto 2.0 and 2.1"));
    }
  }
  return absl::OkStatus();
}

uint64_t RandomEpoch() {
  std::random_device device;
  return (uint64_t{device()} << 32 | device()) | 1;  // never 0
}

absl::Status Load(Loaded& loaded, const OptionList& list) {
  const auto options = ParseOptions(list);
  if (!options.ok()) return options.status();
  if (const auto fault = WhatDoesNotFit(*options, measure::FindMemoryLimit()); !fault.empty()) {
    loaded.broker.Log(LogLevel::kWarning, absl::StrCat("shadow: ", fault));
  }
  auto secret = identity::ReadLinkSecret(options->link_secret_file);
  if (!secret.ok()) {
    return absl::InvalidArgumentError(absl::StrCat("plugin_opt_link_secret_file: '",
                                                   options->link_secret_file, "'",
                                                   secret.status().message()));
  }
  std::shared_ptr<policy::Registry> registry;
  if (options->auth != Auth::kOpen) {
    auto read = policy::LoadRegistry(options->registry);
    if (!read.ok()) return read.status();
    registry = *std::move(read);
  }
  loaded.started_us = loaded.broker.SteadyUs();
  loaded.plugin = std::make_unique<Plugin>(*options, *std::move(secret), RandomEpoch(),
                                           loaded.broker, loaded.started_us, std::move(registry));
  return Register(loaded);
}

}  // namespace
}  // namespace plugin

extern "C" {

__attribute__((visibility("default"))) int mosquitto_plugin_version(int count,
                                                                    const int* versions) {
  for (int i = 0; i < count; ++i) {
    if (versions[i] == MOSQ_PLUGIN_VERSION) return MOSQ_PLUGIN_VERSION;
  }
  const std::string offered = absl::StrJoin(std::vector<int>(versions, versions + count), ", ");
  mosquitto_log_printf(MOSQ_LOG_ERR,
                       "shadow: this Mosquitto has the plugin interface %s, mosquitto_shadow needs "
                       "%d: that of Mosquitto 2.0 and 2.1",
                       offered.c_str(), MOSQ_PLUGIN_VERSION);
  return -1;
}

__attribute__((visibility("default"))) int mosquitto_plugin_init(mosquitto_plugin_id_t* identifier,
                                                                 void** user_data,
                                                                 mosquitto_opt* options,
                                                                 int option_count) {
  try {
    auto loaded = std::make_unique<plugin::Loaded>();
    loaded->identifier = identifier;
    plugin::OptionList list;
    for (int i = 0; i < option_count; ++i) list.emplace_back(options[i].key, options[i].value);
    if (const absl::Status status = plugin::Load(*loaded, list); !status.ok()) {
      for (const absl::string_view line : absl::StrSplit(status.message(), '\n')) {
        mosquitto_log_printf(MOSQ_LOG_ERR, "shadow: %s", std::string(line).c_str());
      }
      return MOSQ_ERR_INVAL;
    }
    *user_data = loaded.release();
    return MOSQ_ERR_SUCCESS;
  } catch (...) {
    return MOSQ_ERR_UNKNOWN;
  }
}

__attribute__((visibility("default"))) int mosquitto_plugin_cleanup(void* user_data, mosquitto_opt*,
                                                                    int) {
  auto* loaded = static_cast<plugin::Loaded*>(user_data);
  for (const auto& [kind, callback] : plugin::kEvents) {
    mosquitto_callback_unregister(loaded->identifier, kind, callback, nullptr);
  }
  delete loaded;
  return MOSQ_ERR_SUCCESS;
}

}  // extern "C"
