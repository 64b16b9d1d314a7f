// The live side of the console: the pages that are open, and what they are told from
// (docs/console-api.md).
//
//   worker ─▶ feed ─▶ roster ─▶ followings ─▶ page ─▶ WebSocket
//
// Thread rule: the HTTP server's thread, but where it says any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "service/account/registry_in_force.h"
#include "service/commit/feed.h"
#include "service/commit/trace.h"
#include "service/console/door.h"
#include "service/console/sessions.h"
#include "service/faults/fault_plans.h"
#include "service/http/crowd.h"
#include "service/http/loop.h"
#include "service/http/server.h"
#include "service/link/plugin_status.h"
#include "service/link/whereabouts.h"
#include "service/live/health_ring.h"
#include "service/live/page.h"
#include "service/live/roster_keeper.h"
#include "service/live/things_page.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/log.h"

namespace service {

class Live {
 public:
  static constexpr absl::string_view kPath = "/_shadow/v1/live";
  static constexpr size_t kPagesMax = 32;

  // All outlive it, and it outlives the server whose loop that is.
  struct Surroundings {
    const storage::Store& store;
    RegistryInForce& registry;
    Whereabouts& whereabouts;
    Feed& feed;
    HttpLoop& loop;
    Trace& trace;
    FaultPlans& fault_plans;
    ConsoleSessions& sessions;
    const ConsoleDoor& door;
    Counters& counters;
    const Health& health;
    const PluginStatus& plugin;
    Log& log;
    shadow::Limits limits{};
    std::function<int64_t()> now{};  // epoch seconds: of shadows
    bool bench = false;
    // As PageSurroundings has them.
    std::function<std::vector<Refusals::Line>(uint64_t after)> refusals{};
    NewMqttSession new_mqtt{};
  };
  explicit Live(const Surroundings& here);

  // Once the server has begun: samples are taken from here on.
  void Start();

  // HttpServer::Handlers::upgrade. In this order: another method than GET is 405, another origin
  // 403, what is no handshake 400, one page too many 503.
  std::optional<HttpServer::Upgrade> Judge(const HttpExchange& exchange);

  // `GET things` and `GET things/THING`.
  ThingsPage& things() { return things_; }
  // The body of `GET health`.
  std::string HealthJson() const;
  // The body of `GET refusals`.
  std::string RefusalsJson() const;

  // Some have come; any thread.
  void RefusalsHeard();

 private:
  void Open(const std::shared_ptr<HttpStream>& stream, std::string behind, std::string cookie,
            Crowd::Place place);
  void EachPage(const std::function<void(Page&)>& what);
  void Tell(const std::function<bool(Following&)>& happens);
  void SecondPassed();
  void AskForFaults();

  const Surroundings here_;
  RosterKeeper keeper_;
  ThingsPage things_;
  HealthRing health_;
  const PageSurroundings pages_here_;
  Crowd crowd_{kPagesMax, kPagesMax};
  absl::flat_hash_map<uint64_t, std::weak_ptr<Page>> pages_;
  uint64_t last_page_ = 0;
  bool asks_for_faults_ = false;  // and has no answer yet
};

}  // namespace service
