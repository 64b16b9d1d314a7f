// Jobs and commands over HTTPS: the account's operations on them, signed for `iot` as the control
// plane's, and those of devices and of who starts commands, signed for `iot-jobs-data` or by a
// client certificate (T3). Which requests are theirs, who may, and the way to the desk and back.
//
// Thread rule: everything on the HTTP server's thread.
#pragma once

#include <memory>
#include <optional>

#include "desk/operation.h"
#include "rest/error.h"
#include "service/api/account_access.h"
#include "service/api/principals.h"
#include "service/devices/device_desk.h"
#include "service/http/server.h"
#include "service/watch/counters.h"

namespace service {

class DevicePlane {
 public:
  // Everything outlives it.
  DevicePlane(HttpAuth auth, const AccountAccess& access, const Principals& principals,
              DeviceDesk& desk, Counters& counters)
      : auth_(auth), access_(access), principals_(principals), desk_(desk), counters_(counters) {}

  // Whether a request is for it: to be asked before the control plane.
  bool IsFor(const HttpExchange& exchange) const { return Find(exchange).is_ours; }

  // As Principals::JudgeHead.
  std::optional<rest::Error> JudgeHead(const HttpExchange& head) const;

  void Handle(const std::shared_ptr<const HttpExchange>& exchange,
              const HttpServer::Respond& respond);

 private:
  struct Found {
    bool is_ours = false;
    bool is_data = false;                        // signed for iot-jobs-data, or by certificate
    const desk::Operation* operation = nullptr;  // null: there is none at the path
  };

  static Found Find(const HttpExchange& exchange);
  void Perform(const std::shared_ptr<const HttpExchange>& exchange,
               const HttpServer::Respond& respond);
  std::optional<control::Refusal> MayNot(const HttpExchange& exchange, const control::Call& call,
                                         bool is_data, const Principals::Known& known) const;

  const HttpAuth auth_;
  const AccountAccess& access_;
  const Principals& principals_;
  DeviceDesk& desk_;
  Counters& counters_;
};

}  // namespace service
