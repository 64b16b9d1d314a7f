#include "faults/plan.h"
#include "service/metrics/families.h"

namespace service {
namespace {

using Status = proto::PluginStatus;

// What passes through.
constexpr MetricRow<Status> kTraffic[] = {
    {kGauge, "shadow_broker_clients", "Clients that are connected.", &Status::connected_clients},
    {kGauge, "shadow_broker_subscriptions", "Subscriptions in the broker.", &Status::subscriptions},
    {kCounter, "shadow_plugin_requests_taken_total", "Requests that the plugin took.",
     &Status::taken},
    {kCounter, "shadow_plugin_requests_answered_total", "Those that shadowd answered in time.",
     &Status::answered},
    {kCounter, "shadow_plugin_requests_resent_total", "Those sent again after a lost link.",
     &Status::resent},
};

// What is held up, refused and put in force.
constexpr MetricRow<Status> kControl[] = {
    {kGauge, "shadow_plugin_requests_waiting", "Requests that are not answered yet.",
     &Status::waiting_requests},
    {kGauge, "shadow_plugin_waiting_bytes", "Their payloads and names.", &Status::waiting_bytes},
    {kCounter,
     "shadow_plugin_refusals_total",
     "Requests that the plugin refused by itself, by code and cause.",
     {{&Status::refused_away, {{"code", "500"}, {"cause", "away"}}},
      {&Status::given_up, {{"code", "500"}, {"cause", "timeout"}}},
      {&Status::refused_window, {{"code", "429"}, {"cause", "window"}}},
      {&Status::refused_in_flight, {{"code", "429"}, {"cause", "in_flight"}}},
      {&Status::refused_thing_rate, {{"code", "429"}, {"cause", "thing_rate"}}},
      {&Status::refused_large, {{"code", "413"}, {"cause", "large"}}}}},
    {kCounter,
     "shadow_plugin_denials_total",
     "What identity or policy did not allow.",
     {{&Status::refused_identity, {{"step", "identity"}}},
      {&Status::refused_beyond_loopback, {{"step", "address"}}},
      {&Status::refused_connect, {{"step", "connect"}}},
      {&Status::refused_publish, {{"step", "publish"}}},
      {&Status::refused_subscribe, {{"step", "subscribe"}}},
      {&Status::refused_receive, {{"step", "receive"}}}}},
    {kCounter,
     "shadow_plugin_forbidden_total",
     "What nobody may do, whatever the policies.",
     {{&Status::forbidden_publishes, {{"what", "publish"}}},
      {&Status::forbidden_connects, {{"what", "connect"}}},
      {&Status::bad_manners, {{"what", "manners"}}}}},
    {kCounter,
     "shadow_plugin_answers_dropped_total",
     "Answers that had no effect.",
     {{&Status::late_answers, {{"cause", "late"}}},
      {&Status::foreign_answers, {{"cause", "foreign"}}},
      {&Status::bad_envelopes, {{"cause", "unreadable"}}},
      {&Status::stray_envelopes, {{"cause", "stray"}}}}},
    {kCounter,
     "shadow_plugin_news_total",
     "What requests at other brokers have caused.",
     {{&Status::news, {{"what", "published"}}}, {&Status::news_repeated, {{"what", "repeated"}}}}},
    {kCounter, "shadow_plugin_expelled_total", "Clients cut off when the registry changed.",
     &Status::expelled},
    {kCounter, "shadow_plugin_registry_loads_total", "How often the registry was loaded.",
     &Status::registry_loads},
    {kCounter, "shadow_plugin_registry_refusals_total", "How often it was found faulty.",
     &Status::registry_refusals},
};

uint64_t FiredOverHttps(faults::Do act, const Counters::Values& counted) {
  if (act == faults::Do::kReject) return counted.https_rejects;
  return act == faults::Do::kDelay ? counted.https_delays : 0;
}

}  // namespace

void AddPlugin(const proto::PluginStatus& plugin, Families& families) {
  families.Add(kTraffic, plugin);
  families
      .Histogram("shadow_plugin_request_duration_seconds",
                 "From the plugin's taking of a request to its answer.")
      .Add(plugin.answer_times, kMicro);
  families.Add(kControl, plugin);
}

void AddFaults(const proto::PluginStatus& plugin, const Counters::Values& counted,
               Families& families) {
  families.Gauge("shadow_faults_active", "Fault plans in force.").Add(Number(plugin.fault_plans));
  Family& fired = families.Counter("shadow_faults_fired_total",
                                   "What went wrong on purpose, by what was done.");
  for (const faults::Ability& ability : faults::Abilities()) {
    const uint64_t count = plugin.faults_fired[static_cast<size_t>(ability.act)] +
                           FiredOverHttps(ability.act, counted);
    fired.Add(Number(count), {{"do", ability.name}});
  }
}

}  // namespace service
