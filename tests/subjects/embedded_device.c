/* A device in the manner of the shadow demo of AWS's SDK for embedded C, on Eclipse Paho's client:
 *
 *     embedded_device THING SEED
 *
 * As there: clean sessions; a network buffer of 1024 bytes, past what does not fit into it; a NUL
 * behind each payload; no get; the version of the last delta in RAM, whatever becomes of the
 * shadow; no versions in updates; what is refused is logged. Its first attempt to connect comes at
 * once, others after a full jitter's pause.
 */
#include <MQTTClient.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NETWORK_BUFFER_BYTES 1024
#define FIXED_HEADER_BYTES_MAX 5
#define KEEP_ALIVE_SECONDS 60
#define RETRY_BASE_MS 500
#define RETRY_CAP_MS 5000
#define RECEIVE_MS 200
#define QOS1 1

static const char* const kEnds[] = {"update/delta", "update/accepted", "update/rejected"};

static const char* thing;
static MQTTClient client;
static char power[4] = "off";
static unsigned long current_version;
static unsigned long token;
static volatile sig_atomic_t is_stopped;

static void Stop(int number) {
  (void)number;
  is_stopped = 1;
}

static void Pause(unsigned ms) {
  const struct timespec pause = {ms / 1000, (long)(ms % 1000) * 1000000};
  nanosleep(&pause, NULL);
}

/* --- a JSON reader that fits into a small device */

/* Behind the string that begins here. */
static const char* SkipString(const char* at) {
  for (++at; *at != '\0' && *at != '"'; ++at) {
    if (*at == '\\' && at[1] != '\0') ++at;
  }
  return *at == '\0' ? at : at + 1;
}

/* Behind the value that begins here. */
static const char* SkipValue(const char* at) {
  int depth = 0;
  while (*at != '\0') {
    if (*at == '"') {
      at = SkipString(at);
      continue;
    }
    if (depth == 0 && (*at == ',' || *at == '}' || *at == ']')) return at;
    if (*at == '{' || *at == '[') ++depth;
    if (*at == '}' || *at == ']') --depth;
    ++at;
  }
  return at;
}

/* The value of an object's member, or NULL. */
static const char* FindMember(const char* object, const char* name) {
  const size_t length = strlen(name);
  if (object == NULL || *object != '{') return NULL;
  const char* at = object + 1;
  while (*at == '"') {
    const char* const key = at + 1;
    const char* value = SkipString(at);
    while (*value == ':' || *value == ' ') ++value;
    if (strncmp(key, name, length) == 0 && key[length] == '"') return value;
    at = SkipValue(value);
    while (*at == ',' || *at == ' ') ++at;
  }
  return NULL;
}

/* --- the shadow */

static void TopicOf(const char* end, char* out, size_t size) {
  snprintf(out, size, "$aws/things/%s/shadow/%s", thing, end);
}

static void Report(void) {
  char topic[256];
  char payload[128];
  TopicOf("update", topic, sizeof topic);
  snprintf(payload, sizeof payload,
           "{\"state\":{\"reported\":{\"power\":\"%s\"}},\"clientToken\":\"%06lu\"}", power,
           ++token);
  MQTTClient_publish(client, topic, (int)strlen(payload) + 1, payload, QOS1, 0, NULL);
}

static void OnDelta(const char* payload) {
  const char* const version = FindMember(payload, "version");
  if (version == NULL || strtoul(version, NULL, 10) <= current_version) {
    fprintf(stderr, "an old delta\n");
    return;
  }
  current_version = strtoul(version, NULL, 10);
  const char* const wanted = FindMember(FindMember(payload, "state"), "power");
  if (wanted == NULL) return;
  const char* const is = strncmp(wanted, "\"on\"", 4) == 0    ? "on"
                         : strncmp(wanted, "\"off\"", 5) == 0 ? "off"
                                                              : power;
  if (strcmp(is, power) == 0) return;
  strcpy(power, is);
  Report();
}

static void OnMessage(const char* topic, size_t topic_bytes, const MQTTClient_message* message) {
  static char buffer[NETWORK_BUFFER_BYTES + 1];
  const size_t bytes = (size_t)message->payloadlen;
  if (FIXED_HEADER_BYTES_MAX + 2 + topic_bytes + 2 + bytes > NETWORK_BUFFER_BYTES) {
    fprintf(stderr, "a message of %zu bytes is too large\n", bytes);
    return;
  }
  memcpy(buffer, message->payload, bytes);
  buffer[bytes] = '\0';
  if (strstr(topic, "/update/delta") != NULL) {
    OnDelta(buffer);
  } else if (strstr(topic, "/update/rejected") != NULL) {
    fprintf(stderr, "refused: %s\n", buffer);
  }
}

/* --- the connection */

static void Connect(void) {
  MQTTClient_connectOptions options = MQTTClient_connectOptions_initializer;
  options.keepAliveInterval = KEEP_ALIVE_SECONDS;
  options.cleansession = 1;
  options.MQTTVersion = MQTTVERSION_3_1_1;
  unsigned longest_ms = RETRY_BASE_MS;
  while (!is_stopped && MQTTClient_connect(client, &options) != MQTTCLIENT_SUCCESS) {
    Pause((unsigned)rand() % (longest_ms + 1));
    longest_ms = 2 * longest_ms < RETRY_CAP_MS ? 2 * longest_ms : RETRY_CAP_MS;
  }
}

static void Receive(void) {
  char* topic = NULL;
  int topic_bytes = 0;
  MQTTClient_message* message = NULL;
  MQTTClient_receive(client, &topic, &topic_bytes, &message, RECEIVE_MS);
  if (message != NULL) {
    OnMessage(topic, strlen(topic), message);
    MQTTClient_freeMessage(&message);
    MQTTClient_free(topic);
  }
}

int main(int count, char** words) {
  char address[64];
  if (count != 3) {
    fprintf(stderr, "embedded_device THING SEED\n");
    return 2;
  }
  thing = words[1];
  srand((unsigned)strtoul(words[2], NULL, 10));
  signal(SIGTERM, Stop);
  snprintf(address, sizeof address, "tcp://%s:%s", getenv("SHADOW_ENDPOINT"),
           getenv("SHADOW_MQTT_PORT"));
  if (MQTTClient_create(&client, address, thing, MQTTCLIENT_PERSISTENCE_NONE, NULL) !=
      MQTTCLIENT_SUCCESS) {
    return 1;
  }
  while (!is_stopped) {
    Connect();
    for (size_t i = 0; i < sizeof kEnds / sizeof kEnds[0]; ++i) {
      char topic[256];
      TopicOf(kEnds[i], topic, sizeof topic);
      MQTTClient_subscribe(client, topic, QOS1);
    }
    Report();
    while (!is_stopped && MQTTClient_isConnected(client)) Receive();
  }
  MQTTClient_disconnect(client, 0);
  MQTTClient_destroy(&client);
  return 0;
}
