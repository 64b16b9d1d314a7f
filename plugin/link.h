// The plugin's end of the link (docs/link-format.md): the session of the service that said hello
// last, what it sends and what it is sent. Requests and answers are told in plugin/requests.h; here
// are the rest of the envelopes, and the few topics that the service may look at.
//
// Thread rule: the broker's thread.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "plugin/access.h"
#include "plugin/broker.h"
#include "plugin/client.h"
#include "plugin/connections.h"
#include "plugin/faults/injector.h"
#include "plugin/observer.h"
#include "plugin/others/others.h"
#include "plugin/requests.h"
#include "plugin/retained_look.h"
#include "plugin/warnings.h"
#include "proto/command.h"
#include "proto/pieces.h"
#include "proto/plugin_status.h"

namespace plugin {

class Link {
 public:
  // All outlive this. `faults`: null if there are none.
  Link(Broker& broker, Requests& requests, Connections& connections, FaultInjector* faults,
       Observer& observer, Access& access, Warnings& warnings, proto::PluginStatus& status)
      : broker_(broker),
        requests_(requests),
        connections_(connections),
        faults_(faults),
        observer_(observer),
        access_(access),
        warnings_(warnings),
        status_(status) {}

  // A connection of the service sends a piece of an envelope that is not the last one.
  void ReceivePiece(const void* handle, absl::string_view bytes);

  // It sends an envelope, or the last piece of one. What does not decode, and what comes over
  // another connection than that which said hello last, has no effect but to be counted and logged.
  void Receive(const Client& client, absl::string_view bytes, int64_t now_us);

  // A connection has ended, of the service or not.
  void Disconnect(const void* handle, int64_t now_us);

  // A connection of the service subscribes.
  bool MaySubscribe(const void* handle, absl::string_view filter);

  // Reads what the broker would hand a connection of the service, which gets nothing of it.
  void Show(const void* handle, absl::string_view topic, absl::string_view payload, int qos,
            bool retain);

  // A lifecycle event of a client of this broker was published.
  void Published(absl::string_view topic, absl::string_view payload) {
    others_.Published(topic, payload);
  }
  // Tells the service of those, for the other brokers.
  void TellEvents();

  // Once per turn: sends what there is to say. `wall_ms`: since the Unix epoch.
  void Tick(int64_t now_us, int64_t wall_ms = 0);

 private:
  void Open(const Client& client, absl::string_view envelope, int64_t now_us);
  // False: counted and logged.
  bool Decoded(const absl::Status& status);
  void OpenHello(const Client& client, absl::string_view envelope, int64_t now_us);
  void Greet(const Client& client, const proto::Hello& hello, int64_t now_us);
  // What comes over a connection that has not the link.
  void Stray(const Client& client, int64_t now_us);
  void Publish(absl::string_view envelope, int64_t now_us);  // news
  void Obey(absl::string_view envelope, int64_t now_us);
  proto::CommandResult Obey(const proto::PublishCommand& publish, int64_t now_us);
  proto::CommandResult Obey(const proto::DisconnectCommand& disconnect);
  void Obey(uint64_t id, const proto::FaultsCommand& command, int64_t now_us);
  void Obey(uint64_t id, const proto::ObserveCommand& command);
  void Obey(uint64_t id, const proto::RegistryCommand& command);
  void EndSession();
  void TellRetained();
  // Who has come and gone; after a hello, who is there.
  void TellArrivals();
  void SendStatus(int64_t now_us);  // once a second
  void Send(absl::string_view envelope);

  Broker& broker_;
  Requests& requests_;
  Connections& connections_;
  FaultInjector* const faults_;
  Observer& observer_;
  Access& access_;
  Warnings& warnings_;
  proto::PluginStatus& status_;
  RetainedLook retained_;
  Others others_;
  proto::PieceCollector pieces_;  // of the session
  // Connections that have not the link and have begun an envelope in pieces.
  absl::flat_hash_set<const void*> strays_;
  const void* session_ = nullptr;     // the connection that said hello last, while it stands
  std::string client_id_;             // its
  uint64_t sessions_ = 0;             // that have ended: what was asked in one is told in no other
  std::vector<std::string> settled_;  // replies that leave behind the arrivals of this turn
  bool knows_who_ = false;            // it was told who is there
  int64_t status_us_ = 0;             // when it was told the last status
};

}  // namespace plugin
