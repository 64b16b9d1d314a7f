// The console's own requests (docs/console-api.md): its files, its sessions, and what its pages ask
// that AWS has no path for.
//
// Thread rule: everything on the HTTP server's thread.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "policy/action.h"
#include "rest/error.h"
#include "service/account/registry_in_force.h"
#include "service/console/console.h"
#include "service/http/server.h"
#include "service/live/live.h"
#include "service/watch/log.h"

namespace service {

class ConsolePlane {
 public:
  // All outlive it.
  ConsolePlane(Console& console, Live& live, const RegistryInForce& registry, Log& log)
      : door_(console.door()),
        sessions_(console.sessions()),
        preview_(console.preview()),
        live_(live),
        registry_(registry),
        log_(log) {}

  // HttpServer::Handlers::upgrade.
  std::optional<HttpServer::Upgrade> JudgeUpgrade(const HttpExchange& head) {
    return live_.Judge(head);
  }

  // Whether a request is for it.
  static bool IsFor(const HttpExchange& exchange);

  // Before a body is read: why it need not be, or nothing.
  std::optional<rest::Error> JudgeHead(const HttpExchange& head) const;

  using Exchange = std::shared_ptr<const HttpExchange>;
  using Respond = HttpServer::Respond;
  void Handle(const Exchange& exchange, const Respond& respond);

 private:
  using Names = std::vector<std::string>;

  struct Asking {
    const HttpExchange& exchange;
    const Names& names;  // of the path
    const ConsoleSession& session;
  };

  // A method, a path as rest::NamesAt has it, and what answers it for who is logged in.
  struct Route;
  static absl::Span<const Route> Routes();

  rest::Answer Serve(const HttpExchange& exchange) const;
  void ListThings(const Asking& asking, const Respond& respond);
  void TellThing(const Asking& asking, const Respond& respond);
  void TellHealth(const Asking& asking, const Respond& respond);
  void TellRefusals(const Asking& asking, const Respond& respond);
  void Check(const Asking& asking, const Respond& respond);
  void Explain(const Asking& asking, const Respond& respond);
  rest::Answer Check(const Asking& asking);
  rest::Answer Explain(const Asking& asking);

  ConsoleDoor& door_;
  ConsoleSessions& sessions_;
  Preview& preview_;
  Live& live_;
  const RegistryInForce& registry_;
  Log& log_;
};

}  // namespace service
