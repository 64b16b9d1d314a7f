// The control plane over HTTPS: which requests are its (T3), who may (T5), and the way to the clerk
// and back.
//
// Thread rule: everything on the HTTP server's thread.
#pragma once

#include <memory>
#include <optional>

#include "rest/error.h"
#include "service/account/clerk.h"
#include "service/api/account_access.h"
#include "service/api/principals.h"
#include "service/http/server.h"
#include "service/watch/counters.h"

namespace service {

class ControlPlane {
 public:
  // Everything outlives it.
  ControlPlane(HttpAuth auth, const AccountAccess& access, const Principals& principals,
               Clerk& clerk, Counters& counters)
      : auth_(auth), access_(access), principals_(principals), clerk_(clerk), counters_(counters) {}

  // Whether a request is for the control plane: it is signed for the service `iot`; or it is signed
  // as older SDKs do, or nothing says which service it is for nor who asks, and its path is one of
  // the control plane's alone.
  bool IsFor(const HttpExchange& exchange) const;

  // As Principals::JudgeHead, with the names of the control plane.
  std::optional<rest::Error> JudgeHead(const HttpExchange& head) const;

  void Handle(const std::shared_ptr<const HttpExchange>& exchange,
              const HttpServer::Respond& respond);

 private:
  void Perform(const std::shared_ptr<const HttpExchange>& exchange,
               const HttpServer::Respond& respond);

  const HttpAuth auth_;
  const AccountAccess& access_;
  const Principals& principals_;
  Clerk& clerk_;
  Counters& counters_;
};

}  // namespace service
