// What a test bench asks for over HTTPS (rest/bench.h), once it is known that whoever asks may.
//
// Thread rule: HTTP's thread.
#pragma once

#include <functional>
#include <string>

#include "rest/bench.h"
#include "rest/message.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"

namespace service {

class Bench {
 public:
  // Both outlive it.
  Bench(ShadowClock& clock, Log& log) : clock_(clock), log_(log) {}

  // Where the answer goes: once.
  struct Asking {
    std::string request_id;
    std::function<void(rest::Answer)> respond;
  };

  void Ask(const rest::GetClock& get, const Asking& asking);
  void Ask(const rest::SetClock& set, const Asking& asking);

 private:
  ShadowClock& clock_;
  Log& log_;
};

}  // namespace service
