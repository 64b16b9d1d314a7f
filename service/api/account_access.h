// Who may perform which operation of the account (T5), whichever plane has it, and what the planes
// have in common.
//
// Thread rule: any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "control/refusal.h"
#include "rest/error.h"
#include "service/api/principals.h"
#include "service/http/server.h"
#include "service/watch/counters.h"

namespace service {

class AccountAccess {
 public:
  struct Settings {
    std::string account_id;
    std::string region;
    std::function<int64_t()> now;  // epoch seconds
  };

  explicit AccountAccess(Settings settings) : settings_(std::move(settings)) {}

  int64_t now() const { return settings_.now(); }

  // Nothing: one of `actions` ("iot:CreateThing") is allowed on `resource` ("thing/lamp1", "*").
  std::optional<control::Refusal> Refuse(const HttpExchange& exchange,
                                         const Principals::Known& known,
                                         absl::Span<const std::string> actions,
                                         absl::string_view resource) const;

 private:
  const Settings settings_;
};

// An error in the words of the account (T4).
rest::Error InAccountWords(rest::Error error);

// Counts what is answered, and how long that took from now on, and passes it on.
HttpServer::Respond Counted(HttpServer::Respond respond, Counters& counters);

}  // namespace service
