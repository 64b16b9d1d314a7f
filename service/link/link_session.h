// One MQTT session with a broker that runs the plugin, from connect to loss. Beside session_ender.h
// and service/live/broker_client.h the only one that knows libmosquitto.
//
// Thread rule: the link's.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "proto/envelope.h"
#include "service/link/link_settings.h"
#include "service/watch/log.h"

struct mosquitto;

namespace service {

class LinkSession {
 public:
  // While there is one, there can be sessions.
  struct Library {
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
  };

  // Says `hello` once the broker has taken the session. `settings` and `log` outlive it.
  LinkSession(const LinkSettings& settings, const proto::Hello& hello, Log& log);
  ~LinkSession();

  // To an address, or the path of a socket. The connection may still be under way when this gives
  // true: the other brokers do not wait for a machine that does not answer.
  bool Connect(const std::string& address);

  // True once the broker has taken the session.
  bool was_up() const { return was_up_; }
  // Why it did not, for people.
  const std::string& refusal() const { return refusal_; }

  int socket() const;  // -1: it is lost
  bool wants_write() const;

  // False: the connection is lost, here and below. Read reads all that has arrived.
  bool Write();
  bool Read();
  bool KeepUp();  // to be called often

  bool Send(const std::string& envelope);

  // Has the broker offer the plugin what is retained under `filter`; nothing of it comes here.
  bool Look(const std::string& filter);

  bool has_mail() const { return !inbox_.empty(); }
  std::vector<std::string> TakeInbox() { return std::exchange(inbox_, {}); }
  void PutBack(std::vector<std::string> inbox) { inbox_ = std::move(inbox); }

  // Whether the plugin has said anything in this session; if there are others, which news it has.
  bool heard() const { return heard_; }
  // True for the first that the plugin says in this session.
  bool IsFirstWord() { return !std::exchange(heard_, true); }
  void WarnIfPluginIsSilent();

  // Goes as a client does.
  void Disconnect();

 private:
  struct Free {
    void operator()(mosquitto* client) const;
  };

  void OnConnect(int code);

  const LinkSettings& settings_;
  const proto::Hello hello_;
  Log& log_;
  const absl::Time started_ = absl::Now();
  std::unique_ptr<mosquitto, Free> client_;
  std::vector<std::string> inbox_;
  std::string refusal_ = "nobody answers there";
  bool was_up_ = false;
  bool heard_ = false;
  bool warned_ = false;
};

}  // namespace service
