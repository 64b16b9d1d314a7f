// Devices that provision themselves over MQTT (F1 to F15): what they ask is performed by the clerk,
// who makes keys off the threads that others wait for, and what a template's hook says is waited
// for on threads of its own. The answer comes when all of it is in force at the broker, so that the
// device can connect at once with its new certificate.
//
// Thread rule: Take on any thread. `answered` is called once, on any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "control/provisioning/device.h"
#include "desk/request.h"
#include "service/account/clerk.h"
#include "service/watch/log.h"

namespace service {

class Provisioner {
 public:
  // Requests that are under way at once; further ones are refused as Throttling.
  static constexpr size_t kUnderWayMax = 64;

  struct Request {
    std::string topic;    // of the request: of certificates or templates
    std::string payload;  // JSON
    std::string fault{};  // why the payload cannot be read at all; empty: it can be looked at
    std::string client_id;
    std::string principal;  // a certificate's id, or an access key's
    uint64_t connection = 0;
  };
  using Answered = std::function<void(desk::Answer)>;

  // Whoever is asked is started as a command; empty: nobody. Clerk and log outlive it.
  Provisioner(const std::string& hook_command, Clerk& clerk, Log& log);
  ~Provisioner();

  // One request of a topic at a time is taken from a connection (F1): another is refused.
  void Take(Request request, Answered answered);

 private:
  class Desk;

  const std::shared_ptr<Desk> desk_;  // the clerk's answers may come when this is gone
};

}  // namespace service
