#include "service/api/bench.h"

#include "absl/strings/str_cat.h"
#include "rest/error.h"

namespace service {
namespace {

rest::Answer Done(std::string body) {
  return {.status = 200, .body = std::move(body), .error_type = {}, .allow = {}};
}

}  // namespace

void Bench::Ask(const rest::GetClock&, const Asking& asking) {
  const ShadowClock::Reading reading = clock_.Read();
  asking.respond(
      Done(absl::StrCat(R"({"now":)", reading.now, R"(,"offset_seconds":)", reading.offset_seconds,
                        R"(,"frozen":)", reading.frozen ? "true" : "false", "}")));
}

void Bench::Ask(const rest::SetClock& set, const Asking& asking) {
  absl::Status status;
  switch (set.to) {
    case rest::SetClock::To::kOffset:
      status = clock_.SetOffset(set.seconds);
      break;
    case rest::SetClock::To::kFrozen:
      status = clock_.Freeze(set.seconds);
      break;
    case rest::SetClock::To::kReset:
      clock_.Reset();
      break;
  }
  if (!status.ok()) {
    return asking.respond(
        rest::WordError(rest::InvalidRequest(status.message()), asking.request_id));
  }
  const ShadowClock::Reading reading = clock_.Read();
  log_.Info("clock_set", {{"now", reading.now},
                          {"offset_seconds", reading.offset_seconds},
                          {"frozen", reading.frozen ? "yes" : "no"}});
  Ask(rest::GetClock(), asking);
}

}  // namespace service
