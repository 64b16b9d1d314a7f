#include <mosquitto.h>
#include <mqtt_protocol.h>

#include <deque>
#include <random>
#include <utility>

#include "absl/flags/declare.h"
#include "absl/flags/flag.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "cli/shadow/watcher.h"
#include "shadow/json.h"

ABSL_FLAG(std::string, broker, "",
          "URL: of the broker, mqtt://HOST:PORT or mqtts://HOST:PORT; shadow watch follows live");
ABSL_DECLARE_FLAG(std::string, cafile);
ABSL_DECLARE_FLAG(std::string, cert);
ABSL_DECLARE_FLAG(std::string, key);
ABSL_DECLARE_FLAG(std::string, client_id);

namespace cli {
namespace {

constexpr int kKeepAliveSeconds = 30;
constexpr int kTurnMs = 1000;
constexpr absl::Duration kFirstWait = absl::Seconds(30);  // for the shadow as it is
constexpr absl::Duration kRetryWait = absl::Seconds(1);

struct BrokerAddress {
  std::string host;
  int port = 0;
  bool tls = false;
};

absl::StatusOr<BrokerAddress> ReadAddress(const std::string& url) {
  BrokerAddress address;
  absl::string_view rest = url;
  address.tls = absl::ConsumePrefix(&rest, "mqtts://");
  const size_t colon = rest.rfind(':');
  if ((!address.tls && !absl::ConsumePrefix(&rest, "mqtt://")) || colon == rest.npos ||
      !absl::SimpleAtoi(rest.substr(rest.rfind(':') + 1), &address.port) || address.port < 1 ||
      address.port > 65535 || rest.rfind(':') == 0) {
    return absl::InvalidArgumentError(
        absl::StrCat("--broker: \"", url, "\" is not mqtt://HOST:PORT or mqtts://HOST:PORT"));
  }
  address.host = std::string(rest.substr(0, rest.rfind(':')));
  return address;
}

std::string ClientId() {
  std::string given = absl::GetFlag(FLAGS_client_id);
  if (!given.empty()) return given;
  std::random_device device;
  return absl::StrCat("shadowctl-", absl::Hex(device(), absl::kZeroPad8),
                      absl::Hex(device(), absl::kZeroPad8));
}

class LiveWatcher : public ShadowWatcher {
 public:
  LiveWatcher(const shadow::ShadowId& id, BrokerAddress address, std::ostream& remarks)
      : prefix_(absl::StrCat("$aws/things/", id.thing, "/shadow/",
                             id.classic() ? "" : absl::StrCat("name/", id.name, "/"))),
        address_(std::move(address)),
        client_id_(ClientId()),
        remarks_(remarks),
        client_(mosquitto_new(client_id_.c_str(), false, this), mosquitto_destroy) {}

  absl::Status Begin() {
    mosquitto* const client = client_.get();
    mosquitto_int_option(client, MOSQ_OPT_PROTOCOL_VERSION, MQTT_PROTOCOL_V5);
    mosquitto_connect_v5_callback_set(
        client, [](mosquitto*, void* self, int reason, int flags, const mosquitto_property*) {
          static_cast<LiveWatcher*>(self)->OnConnect(reason, flags);
        });
    mosquitto_subscribe_callback_set(
        client, [](mosquitto*, void* self, int, int count, const int* granted) {
          static_cast<LiveWatcher*>(self)->OnSubscribe(count, granted);
        });
    mosquitto_message_callback_set(client, [](mosquitto*, void* self,
                                              const mosquitto_message* message) {
      static_cast<LiveWatcher*>(self)->messages_.push_back(
          {message->topic,
           {static_cast<const char*>(message->payload), static_cast<size_t>(message->payloadlen)}});
    });
    if (address_.tls) {
      const std::string ca = absl::GetFlag(FLAGS_cafile);
      const std::string cert = absl::GetFlag(FLAGS_cert);
      const std::string key = absl::GetFlag(FLAGS_key);
      const auto or_null = [](const std::string& text) {
        return text.empty() ? nullptr : text.c_str();
      };
      const int code =
          mosquitto_tls_set(client, or_null(ca), ca.empty() ? "/etc/ssl/certs" : nullptr,
                            or_null(cert), or_null(key), nullptr);
      if (code != MOSQ_ERR_SUCCESS) {
        return absl::InvalidArgumentError(
            absl::StrCat("--cafile, --cert or --key cannot be used: ", mosquitto_strerror(code)));
      }
    }
    mosquitto_property* properties = nullptr;
    mosquitto_property_add_int32(&properties, MQTT_PROP_SESSION_EXPIRY_INTERVAL, kSessionSeconds);
    const int code = mosquitto_connect_bind_v5(client, address_.host.c_str(), address_.port,
                                               kKeepAliveSeconds, nullptr, properties);
    mosquitto_property_free_all(&properties);
    return code == MOSQ_ERR_SUCCESS ? absl::OkStatus() : Unreached(code);
  }

  absl::StatusOr<std::unique_ptr<SeenShadow>> Next() override {
    const absl::Time begun = absl::Now();
    while (true) {
      while (!messages_.empty()) {
        const Message message = std::move(messages_.front());
        messages_.pop_front();
        auto seen = Read(message);
        if (!seen.ok() || *seen != nullptr) return seen;
      }
      if (!fault_.ok()) return fault_;
      if (!known_ && absl::Now() - begun > kFirstWait) {
        return absl::UnavailableError("the shadow service does not answer");
      }
      if (const int code = mosquitto_loop(client_.get(), kTurnMs, 1); code != MOSQ_ERR_SUCCESS) {
        if (!fault_.ok()) continue;
        if (!known_) return Unreached(code);
        if (!std::exchange(was_away_, true)) {
          remarks_ << Unreached(code).message() << "; trying again\n" << std::flush;
        }
        absl::SleepFor(kRetryWait);
        mosquitto_reconnect(client_.get());
      }
    }
  }

 private:
  struct Message {
    std::string topic;
    std::string payload;
  };

  absl::Status Unreached(int code) const {
    return absl::UnavailableError(absl::StrCat(address_.host, ":", address_.port,
                                               " was not reached: ", mosquitto_strerror(code)));
  }

  void OnConnect(int reason, int flags) {
    if (reason != 0) {
      fault_ = absl::PermissionDeniedError(
          absl::StrCat("the broker refuses client \"", client_id_,
                       "\" (--client-id): ", mosquitto_reason_string(reason)));
      return;
    }
    was_away_ = false;
    const bool session_present = (flags & 1) != 0;
    if (session_present) return;  // and with it all that has happened
    std::string topics[] = {prefix_ + "update/documents", prefix_ + "delete/accepted",
                            prefix_ + "get/accepted", prefix_ + "get/rejected"};
    std::vector<char*> filters;
    for (std::string& topic : topics) filters.push_back(topic.data());
    mosquitto_subscribe_multiple(client_.get(), nullptr, static_cast<int>(filters.size()),
                                 filters.data(), 1, 0, nullptr);
  }

  void OnSubscribe(int count, const int* granted) {
    for (int i = 0; i < count; ++i) {
      if (granted[i] < 128) continue;
      fault_ = absl::PermissionDeniedError(
          absl::StrCat("the broker lets client \"", client_id_, "\" not subscribe to ", prefix_,
                       "… : documents, get and delete are needed"));
      return;
    }
    mosquitto_publish(client_.get(), nullptr, (prefix_ + "get").c_str(), 0, nullptr, 1, false);
  }

  // Null: nothing new.
  absl::StatusOr<std::unique_ptr<SeenShadow>> Read(const Message& message) {
    const absl::string_view kind = absl::StripPrefix(message.topic, prefix_);
    shadow::Arena arena;
    const auto json = shadow::IsUtf8(message.payload) ? shadow::ParseJson(message.payload, 0, arena)
                                                      : std::nullopt;
    if (!json || !json->is_object()) return absl::InternalError("an answer is not a JSON object");
    if (kind == "get/rejected") {
      if (TextOf(*json, "code") == "404") return Gone(0);
      return absl::UnavailableError(
          absl::StrCat(TextOf(*json, "code"), " ", TextOf(*json, "message")));
    }
    if (kind == "delete/accepted") return Gone(Number(*json, "version"));
    if (kind == "get/accepted") return Changed(message.payload, Number(*json, "version"));
    const shadow::Value* const current = shadow::Find(*json, "current");
    if (current == nullptr || !current->is_object()) {
      return absl::InternalError("update/documents has no \"current\"");
    }
    std::string text;
    shadow::PrintJson(*current, text);
    text.pop_back();
    absl::StrAppend(&text, ",\"timestamp\":", Number(*json, "timestamp"), "}");
    return Changed(std::move(text), Number(*current, "version"));
  }

  static std::string TextOf(const shadow::Value& object, absl::string_view name) {
    const shadow::Value* const member = shadow::Find(object, name);
    return member == nullptr ? "" : std::string(member->text());
  }
  static int64_t Number(const shadow::Value& object, absl::string_view name) {
    int64_t number = 0;
    return absl::SimpleAtoi(TextOf(object, name), &number) ? number : 0;
  }

  // A delete takes a version of its own; 0: it is not known.
  absl::StatusOr<std::unique_ptr<SeenShadow>> Gone(int64_t version) {
    if (std::exchange(known_, true) && (!exists_ || (version != 0 && version < version_))) {
      return nullptr;
    }
    exists_ = false;
    return std::make_unique<SeenShadow>();
  }

  absl::StatusOr<std::unique_ptr<SeenShadow>> Changed(std::string text, int64_t version) {
    if (std::exchange(known_, true) && version <= version_) return nullptr;
    exists_ = true;
    version_ = version;
    return SeenIn(std::move(text));
  }

  const std::string prefix_;
  const BrokerAddress address_;
  const std::string client_id_;
  std::ostream& remarks_;
  std::deque<Message> messages_;
  absl::Status fault_;  // that ends it
  bool known_ = false;  // how the shadow is
  bool exists_ = false;
  int64_t version_ = 0;    // the last that it had
  bool was_away_ = false;  // the broker; said once
  const std::unique_ptr<mosquitto, void (*)(mosquitto*)> client_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<ShadowWatcher>> WatchLive(const shadow::ShadowId& id,
                                                         std::ostream& remarks) {
  auto address = ReadAddress(absl::GetFlag(FLAGS_broker));
  if (!address.ok()) return address.status();
  mosquitto_lib_init();
  auto watcher = std::make_unique<LiveWatcher>(id, *std::move(address), remarks);
  if (absl::Status begun = watcher->Begin(); !begun.ok()) return begun;
  return watcher;
}

}  // namespace cli
