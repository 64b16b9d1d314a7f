#include "service/standby.h"

#include <poll.h>

#include <chrono>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "rest/error.h"
#include "service/admin/standby.h"
#include "service/metrics/metrics.h"
#include "service/servers.h"
#include "service/watch/supervisor.h"

namespace service {
namespace {

using Clock = std::chrono::steady_clock;
using Taken = absl::StatusOr<std::unique_ptr<storage::Store>>;

// So long whoever has handed over leaves the store to others.
constexpr std::chrono::seconds kRest{2};

std::string StandbyText(const Standing::Values& standing) {
  if (!standing.awaits.empty()) {
    return absl::StrCat("standby: the store cannot be had: ", standing.awaits);
  }
  return absl::StrCat("standby: ", standing.owner.empty() ? "nobody" : standing.owner,
                      " is active");
}

// False: it can never be taken.
bool CanTryAgain(const Taken& taken) { return taken.ok() || absl::IsUnavailable(taken.status()); }

void TellStanding(const Taken& taken, const storage::Ownership& ownership, Standing& standing) {
  if (!taken.ok()) return standing.Awaits(taken.status().message());
  if (const auto owner = ownership.Read(); owner.ok()) {
    standing.StandsBy(owner->is_over ? "" : owner->holder, owner->life);
  }
}

// Null: there is to be none.
absl::StatusOr<std::unique_ptr<HttpServer>> RefuseOverHttps(const Config& config,
                                                            const Standing& standing, Log& log) {
  if (!config.http.enabled()) return nullptr;
  const auto refusal = [&standing] { return rest::Unavailable(StandbyText(standing.Read())); };
  return HttpServer::Start(config.http,
                           {.judge_head = [refusal](const HttpExchange&) { return refusal(); },
                            .handle =
                                [refusal](const auto& exchange, const auto& respond) {
                                  respond(rest::WordError(refusal(), exchange->request_id));
                                }},
                           log);
}

// True: it has become readable.
bool WaitFor(int descriptor, std::chrono::milliseconds time) {
  pollfd event = {.fd = descriptor, .events = POLLIN, .revents = 0};
  return poll(&event, 1, static_cast<int>(time.count())) > 0;
}

}  // namespace

Taken StandBy(const Config& config, storage::Ownership& ownership, Standing& standing,
              std::optional<StepDown> after, Log& log, int stop_fd) {
  // At the start nobody waits for an answer yet: a store that can be had is taken first.
  Taken taken = after ? Taken(nullptr) : ownership.Take();
  if (!ownership.IsShared() || !CanTryAgain(taken) || (taken.ok() && *taken != nullptr)) {
    return taken;
  }
  if (!after) TellStanding(taken, ownership, standing);
  const auto servers =
      StartServers(config,
                   {.ready = [&standing]() -> absl::StatusOr<std::string> {
                      return absl::UnavailableError(StandbyText(standing.Read()));
                    },
                    .metrics = [&standing] { return PrintStandby(standing.Read()); }},
                   log);
  if (!servers.ok()) return absl::InvalidArgumentError(servers.status().message());
  const auto https = RefuseOverHttps(config, standing, log);
  if (!https.ok()) return absl::InvalidArgumentError(https.status().message());
  const auto admin = StartAdminServer(
      config, [&standing](absl::string_view request, AdminReply& reply, AdminLines&) {
        AnswerAsStandby(standing, request, reply);
      });
  if (!admin.ok()) return absl::InvalidArgumentError(admin.status().message());
  supervisor::Ready();
  std::string said;
  const bool rests = after == StepDown::kHandedOver;
  const Clock::time_point rested = Clock::now() + (rests ? kRest : std::chrono::seconds(0));
  while (true) {
    if (std::string text = StandbyText(standing.Read()); text != said) {
      log.Info("standby", {{"cause", text}});
      supervisor::Status(text);
      said = std::move(text);
    }
    if (WaitFor(stop_fd, storage::Ownership::kTryEvery)) return nullptr;
    if (Clock::now() >= rested) taken = ownership.Take();
    if (!CanTryAgain(taken) || (taken.ok() && *taken != nullptr)) return taken;
    TellStanding(taken, ownership, standing);
  }
}

}  // namespace service
