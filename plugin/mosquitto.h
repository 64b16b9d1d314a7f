// The Mosquitto that has loaded the plugin, as the Broker that the plugin asks. What goes the other
// way, Mosquitto's events, is plugin/border.cc.
//
// Thread rule: Mosquitto's own thread, the only one from which its functions may be called.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "plugin/broker.h"
#include "proto/command.h"

struct mosquitto_evt_message;
struct mosquitto_plugin_id_t;

namespace plugin {

// Whether it is 2.1 or later.
bool IsSince21();

// Tells it who we are, if it wants to know.
void Introduce(mosquitto_plugin_id_t* identifier);

// What the broker keeps of a message beside its payload.
size_t HeadBytesOf(const mosquitto_evt_message& message);

// The broker answers who sent it as usual, and nobody gets it: nobody may subscribe there.
void SendNowhere(mosquitto_evt_message& message);

class Mosquitto : public Broker {
 public:
  void Publish(const std::string& topic, absl::string_view payload) override;
  void Publish(const proto::PublishCommand& message) override;
  void PublishTo(const std::string& client_id, absl::string_view topic, absl::string_view payload,
                 bool at_least_once) override;
  void Disconnect(const std::string& client_id, bool with_will) override;
  void Log(LogLevel level, const std::string& line) override;

  int64_t SteadyUs() const override;
  int64_t EpochSeconds() const override;
  int64_t EpochMs() const;

  // Whether Disconnect is being carried out: the broker tells of the end, and asks once more for
  // each subscription of a session that stays.
  bool is_cutting() const { return cutting_; }

 private:
  bool cutting_ = false;
};

}  // namespace plugin
