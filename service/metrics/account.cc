#include "absl/strings/str_cat.h"
#include "service/metrics/families.h"

namespace service {
namespace {

constexpr MetricRow<Counters::Values> kOfWebSockets[] = {
    {kCounter,
     "shadow_websocket_requests_total",
     "Requests for MQTT over WebSocket.",
     {{&Counters::Values::websockets_taken, {{"result", "accepted"}}},
      {&Counters::Values::websockets_refused, {{"result", "rejected"}}}}},
    {kCounter, "shadow_console_lost_total",
     "Of what pages of the console follow, what they were too slow for.",
     &Counters::Values::console_lost},
};

}  // namespace

void AddAccount(const Counters::Values& counted, Families& families) {
  Family& answers =
      families.Counter("shadow_account_requests_total", "Calls of the account that were answered.");
  for (size_t i = 0; i < kAccountCodes.size(); ++i) {
    answers.Add(Number(counted.account_answers[i]), {{"code", absl::StrCat(kAccountCodes[i])}});
  }
  families
      .Histogram("shadow_account_request_duration_seconds",
                 "From a call of the account to its answer, with the disk's and the broker's part.")
      .Add(counted.account_call, kMicro);
}

void AddDevices(const Counters::Values& counted, size_t posts_waiting, Families& families) {
  static constexpr absl::string_view kNames[kDeviceKinds] = {"command", "job", "provisioning"};
  Family& answers = families.Counter("shadow_device_requests_total",
                                     "Requests of devices beyond shadows that were answered.");
  for (size_t i = 0; i < kDeviceKinds; ++i) {
    const std::string kind(kNames[i]);
    answers.Add(Number(counted.device_accepted[i]), {{"kind", kind}, {"result", "accepted"}});
    answers.Add(Number(counted.device_rejected[i]), {{"kind", kind}, {"result", "rejected"}});
  }
  families
      .Gauge("shadow_posts_waiting",
             "Messages of jobs and commands that the broker has not confirmed yet.")
      .Add(Number(posts_waiting));
}

void AddWebSockets(const Counters::Values& counted, size_t connected, size_t pages,
                   Families& families) {
  families.Gauge("shadow_websocket_clients", "Clients that are connected over WebSocket.")
      .Add(Number(connected));
  families.Gauge("shadow_console_pages", "Pages of the console that are open.").Add(Number(pages));
  families.Add(kOfWebSockets, counted);
}

}  // namespace service
