// The plugin as it is shipped, in brokers that it is not made for, of which there is none to run:
// this program is one. It has what a plugin calls, and the tests say what it lacks. What
// Mosquitto 2.0 and 2.1 do is shown with the real ones (tests/broker).
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>
#include <map>
#include <string>
#include <thread>

// The headers of 2.0 and of 2.1, whichever are here, agree on what plugin/border.cc takes for
// granted.
#if LIBMOSQUITTO_VERSION_NUMBER >= 2001000
static_assert(MOSQ_EVT_CLIENT_OFFLINE == 28 && MOSQ_ERR_ADMINISTRATIVE_ACTION == 152);
static_assert(offsetof(mosquitto_evt_client_offline, client) == 8 &&
              offsetof(mosquitto_evt_client_offline, reason) == 16);
#endif
static_assert(offsetof(mosquitto_evt_basic_auth, client) == 8 &&
              offsetof(mosquitto_evt_basic_auth, username) == 16 &&
              offsetof(mosquitto_evt_basic_auth, password) == 24);
static_assert(offsetof(mosquitto_evt_acl_check, client) == 8 &&
              offsetof(mosquitto_evt_acl_check, topic) == 16 &&
              offsetof(mosquitto_evt_acl_check, payload) == 24 &&
              offsetof(mosquitto_evt_acl_check, access) == 40 &&
              offsetof(mosquitto_evt_acl_check, payloadlen) == 44 &&
              offsetof(mosquitto_evt_acl_check, qos) == 48 &&
              offsetof(mosquitto_evt_acl_check, retain) == 49);
static_assert(offsetof(mosquitto_evt_message, client) == 8 &&
              offsetof(mosquitto_evt_message, topic) == 16 &&
              offsetof(mosquitto_evt_message, payload) == 24 &&
              offsetof(mosquitto_evt_message, properties) == 32 &&
              offsetof(mosquitto_evt_message, payloadlen) == 48);
static_assert(offsetof(mosquitto_evt_disconnect, client) == 8 &&
              offsetof(mosquitto_evt_disconnect, reason) == 16);

namespace {

// What this broker has, and what has come of it.
int event_it_lacks = 0;
std::string logged;
std::map<int, std::pair<MOSQ_FUNC_generic_callback, void*>> registered;

}  // namespace

extern "C" {

void mosquitto_log_printf(int, const char* format, ...) {
  char line[1024];
  va_list values;
  va_start(values, format);
  vsnprintf(line, sizeof line, format, values);
  va_end(values);
  logged += std::string(line) + "\n";
}

int mosquitto_callback_register(mosquitto_plugin_id_t*, int event,
                                MOSQ_FUNC_generic_callback callback, const void*, void* userdata) {
  if (event == event_it_lacks) return MOSQ_ERR_NOT_SUPPORTED;
  registered[event] = {callback, userdata};
  return MOSQ_ERR_SUCCESS;
}

int mosquitto_callback_unregister(mosquitto_plugin_id_t*, int event, MOSQ_FUNC_generic_callback,
                                  const void*) {
  return registered.erase(event) > 0 ? MOSQ_ERR_SUCCESS : MOSQ_ERR_NOT_FOUND;
}

const char* mosquitto_client_address(const mosquitto*) { return "127.0.0.1"; }
void* mosquitto_client_certificate(const mosquitto*) { return nullptr; }
bool mosquitto_client_clean_session(const mosquitto*) { return true; }
const char* mosquitto_client_id(const mosquitto*) { return "c"; }
int mosquitto_client_keepalive(const mosquitto*) { return 60; }
int mosquitto_client_protocol(const mosquitto*) { return mp_mqtt; }
int mosquitto_client_protocol_version(const mosquitto*) { return 4; }
int mosquitto_client_sub_count(const mosquitto*) { return 0; }
const char* mosquitto_client_username(const mosquitto*) { return nullptr; }
int mosquitto_kick_client_by_clientid(const char*, bool) { return MOSQ_ERR_SUCCESS; }
void* mosquitto_malloc(size_t bytes) { return malloc(bytes); }
void mosquitto_free(void* bytes) { free(bytes); }
int mosquitto_broker_publish(const char*, const char*, int, void*, int, bool, mosquitto_property*) {
  return MOSQ_ERR_NOMEM;
}

}  // extern "C"

namespace {

// As the broker loads it.
class Border : public ::testing::Test {
 protected:
  Border() : library_(dlopen(SHADOW_PLUGIN, RTLD_NOW | RTLD_GLOBAL)) {
    event_it_lacks = 0;
    logged.clear();
    registered.clear();
    std::ofstream(secret_file_) << std::string(64, 'a') << "\n";
  }
  ~Border() override {
    if (loaded_ != nullptr) {
      Function<int(void*, mosquitto_opt*, int)>("mosquitto_plugin_cleanup")(loaded_, nullptr, 0);
    }
    remove(secret_file_.c_str());
  }

  void SetUp() override { ASSERT_NE(library_, nullptr) << dlerror(); }

  template <class Signature>
  Signature* Function(const char* name) {
    return reinterpret_cast<Signature*>(dlsym(library_, name));
  }

  int Load() {
    char key[] = "link_secret_file";
    mosquitto_opt option = {key, secret_file_.data()};
    return Function<int(mosquitto_plugin_id_t*, void**, mosquitto_opt*, int)>(
        "mosquitto_plugin_init")(nullptr, &loaded_, &option, 1);
  }

  static int Ask(int kind, void* event) {
    const auto& [callback, userdata] = registered.at(kind);
    return callback(kind, event, userdata);
  }

 private:
  // Each test is a process of its own, beside others.
  std::string secret_file_ =
      ::testing::TempDir() + "border_test." + std::to_string(getpid()) + ".secret";
  void* const library_;
  void* loaded_ = nullptr;
};

TEST_F(Border, ABrokerWithItsInterfaceGetsIt) {
  const int offered[] = {5, 4, 3, 2};
  EXPECT_EQ(Function<int(int, const int*)>("mosquitto_plugin_version")(4, offered), 5);
  EXPECT_EQ(logged, "");
}

TEST_F(Border, ABrokerWithoutItsInterfaceIsToldWhichBothHave) {
  const int offered[] = {7, 6};
  EXPECT_EQ(Function<int(int, const int*)>("mosquitto_plugin_version")(2, offered), -1);
  EXPECT_EQ(
      logged,
      "shadow: this Mosquitto has the plugin interface 7, 6, mosquitto_shadow needs 5: that of "
      "Mosquitto 2.0 and 2.1\n");
}

TEST_F(Border, ABrokerWithoutOneOfItsEventsIsToldWhich) {
  event_it_lacks = MOSQ_EVT_TICK;
  EXPECT_NE(Load(), MOSQ_ERR_SUCCESS);
  EXPECT_EQ(logged,
            "shadow: this Mosquitto, before 2.1, has no event 9: mosquitto_shadow is made for "
            "Mosquitto 2.0 and 2.1\n");
}

TEST_F(Border, NothingIsAskedOfMosquitto20ThatOnly21Has) {
  ASSERT_EQ(Load(), MOSQ_ERR_SUCCESS) << logged;
  EXPECT_FALSE(registered.contains(28));
  EXPECT_EQ(registered.size(), 6u);
}

TEST_F(Border, WhoAsksFromAnotherThreadIsRefused) {
  ASSERT_EQ(Load(), MOSQ_ERR_SUCCESS) << logged;
  mosquitto_evt_basic_auth auth{};
  int answer = MOSQ_ERR_SUCCESS;
  std::thread([&] { answer = Ask(MOSQ_EVT_BASIC_AUTH, &auth); }).join();
  EXPECT_NE(answer, MOSQ_ERR_SUCCESS);
  EXPECT_EQ(Ask(MOSQ_EVT_BASIC_AUTH, &auth), MOSQ_ERR_SUCCESS);
}

}  // namespace
