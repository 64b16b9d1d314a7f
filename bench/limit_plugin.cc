// limit_plugin.so: a Mosquitto plugin that answers shadow requests inside the broker without any
// work. What it reaches is the most that any shadow service on this broker and machine can reach.
//
// Answers are as large as the options say (`plugin_opt_update_accepted_bytes N` and so on; 0: no
// such answer), end with the request's clientToken as real ones do, and are otherwise filler.
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace {

constexpr std::string_view kHead = "{\"state\":{\"filler\":\"";
constexpr std::string_view kTokenMember = "\",\"clientToken\":\"";
constexpr std::string_view kRequestToken = "\"clientToken\":\"";
constexpr size_t kTokenBytesMax = 64;
constexpr size_t kAnswerBytesMax = 1 << 20;

// One kind of answer to one operation.
struct Answer {
  const char* option;        // sets `bytes`
  std::string_view request;  // how a request's topic ends
  std::string_view suffix;   // what the answer's topic adds to it
  size_t bytes;
};

struct Limit {
  mosquitto_plugin_id_t* id = nullptr;
  std::string filler = std::string(kAnswerBytesMax, 'x');
  Answer answers[5] = {
      {"update_accepted_bytes", "/update", "/accepted", 1500},
      {"update_documents_bytes", "/update", "/documents", 0},
      {"update_delta_bytes", "/update", "/delta", 0},
      {"get_accepted_bytes", "/get", "/accepted", 2000},
      {"delete_accepted_bytes", "/delete", "/accepted", 80},
  };
};

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

// The value of clientToken, which requests of the load generator end with.
std::string_view TokenOf(std::string_view payload) {
  const size_t tail_bytes = std::min(payload.size(), kRequestToken.size() + kTokenBytesMax + 2);
  const std::string_view tail = payload.substr(payload.size() - tail_bytes);
  const size_t at = tail.find(kRequestToken);
  if (at == std::string_view::npos) return {};
  const std::string_view value = tail.substr(at + kRequestToken.size());
  return value.substr(0, value.find('"'));
}

void Publish(const Limit& limit, const Answer& answer, std::string_view request_topic,
             std::string_view token) {
  char topic[256];
  const size_t topic_bytes = request_topic.size() + answer.suffix.size();
  if (topic_bytes >= sizeof(topic)) return;
  std::memcpy(topic, request_topic.data(), request_topic.size());
  std::memcpy(topic + request_topic.size(), answer.suffix.data(), answer.suffix.size());
  topic[topic_bytes] = '\0';

  // head filler token-member token "}" -- cut to the wanted size in the filler.
  const size_t fixed = kHead.size() + kTokenMember.size() + token.size() + 2;
  const size_t filler = answer.bytes > fixed ? answer.bytes - fixed : 0;
  const size_t bytes = fixed + filler;
  char* payload = static_cast<char*>(mosquitto_malloc(bytes));
  if (payload == nullptr) return;
  char* out = payload;
  for (const std::string_view part : {kHead, std::string_view(limit.filler).substr(0, filler),
                                      kTokenMember, token, std::string_view("\"}")}) {
    std::memcpy(out, part.data(), part.size());
    out += part.size();
  }
  if (mosquitto_broker_publish(nullptr, topic, static_cast<int>(bytes), payload, 1, false,
                               nullptr) != MOSQ_ERR_SUCCESS) {
    mosquitto_free(payload);
  }
}

int OnMessage(int, void* event_data, void* user_data) {
  const auto& message = *static_cast<const mosquitto_evt_message*>(event_data);
  const auto& limit = *static_cast<const Limit*>(user_data);
  const std::string_view topic(message.topic);
  if (topic.substr(0, 12) != "$aws/things/") return MOSQ_ERR_SUCCESS;
  const std::string_view payload(static_cast<const char*>(message.payload), message.payloadlen);
  for (const Answer& answer : limit.answers) {
    if (answer.bytes == 0 || !EndsWith(topic, answer.request)) continue;
    Publish(limit, answer, topic, TokenOf(payload));
  }
  return MOSQ_ERR_SUCCESS;
}

void ReadOption(const mosquitto_opt& option, Limit& limit) {
  for (Answer& answer : limit.answers) {
    if (std::strcmp(answer.option, option.key) != 0) continue;
    answer.bytes = std::min<size_t>(std::strtoul(option.value, nullptr, 10), kAnswerBytesMax);
    return;
  }
  mosquitto_log_printf(MOSQ_LOG_WARNING, "limit_plugin: no option is called %s", option.key);
}

}  // namespace

extern "C" {

__attribute__((visibility("default"))) int mosquitto_plugin_version(int count,
                                                                    const int* supported) {
  return std::find(supported, supported + count, MOSQ_PLUGIN_VERSION) == supported + count
             ? -1
             : MOSQ_PLUGIN_VERSION;
}

__attribute__((visibility("default"))) int mosquitto_plugin_init(mosquitto_plugin_id_t* id,
                                                                 void** user_data,
                                                                 mosquitto_opt* options,
                                                                 int option_count) {
  auto limit = std::make_unique<Limit>();
  limit->id = id;
  for (int i = 0; i < option_count; ++i) ReadOption(options[i], *limit);
  const int result =
      mosquitto_callback_register(id, MOSQ_EVT_MESSAGE, OnMessage, nullptr, limit.get());
  if (result == MOSQ_ERR_SUCCESS) *user_data = limit.release();
  return result;
}

__attribute__((visibility("default"))) int mosquitto_plugin_cleanup(void* user_data, mosquitto_opt*,
                                                                    int) {
  const std::unique_ptr<Limit> limit(static_cast<Limit*>(user_data));
  return mosquitto_callback_unregister(limit->id, MOSQ_EVT_MESSAGE, OnMessage, nullptr);
}

}  // extern "C"
