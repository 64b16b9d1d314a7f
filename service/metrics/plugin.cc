#include "service/metrics/families.h"

namespace service {
namespace {

void AddRefusals(const proto::PluginStatus& plugin, Families& families) {
  families
      .Counter("shadow_plugin_refusals_total",
               "Requests that the plugin refused by itself, by code and cause.")
      .Add(Number(plugin.refused_away), {{"code", "500"}, {"cause", "away"}})
      .Add(Number(plugin.given_up), {{"code", "500"}, {"cause", "timeout"}})
      .Add(Number(plugin.refused_window), {{"code", "429"}, {"cause", "window"}})
      .Add(Number(plugin.refused_in_flight), {{"code", "429"}, {"cause", "in_flight"}})
      .Add(Number(plugin.refused_thing_rate), {{"code", "429"}, {"cause", "thing_rate"}})
      .Add(Number(plugin.refused_large), {{"code", "413"}, {"cause", "large"}});
  families.Counter("shadow_plugin_denials_total", "What identity or policy did not allow.")
      .Add(Number(plugin.refused_identity), {{"step", "identity"}})
      .Add(Number(plugin.refused_beyond_loopback), {{"step", "address"}})
      .Add(Number(plugin.refused_connect), {{"step", "connect"}})
      .Add(Number(plugin.refused_publish), {{"step", "publish"}})
      .Add(Number(plugin.refused_subscribe), {{"step", "subscribe"}})
      .Add(Number(plugin.refused_receive), {{"step", "receive"}});
  families.Counter("shadow_plugin_forbidden_total", "What nobody may do, whatever the policies.")
      .Add(Number(plugin.forbidden_publishes), {{"what", "publish"}})
      .Add(Number(plugin.forbidden_connects), {{"what", "connect"}})
      .Add(Number(plugin.bad_manners), {{"what", "manners"}});
}

}  // namespace

void AddPlugin(const proto::PluginStatus& plugin, Families& families) {
  families.Gauge("shadow_broker_clients", "Clients that are connected.")
      .Add(Number(plugin.connected_clients));
  families.Gauge("shadow_broker_subscriptions", "Subscriptions in the broker.")
      .Add(Number(plugin.subscriptions));
  families.Counter("shadow_plugin_requests_taken_total", "Requests that the plugin took.")
      .Add(Number(plugin.taken));
  families.Counter("shadow_plugin_requests_answered_total", "Those that shadowd answered in time.")
      .Add(Number(plugin.answered));
  families.Counter("shadow_plugin_requests_resent_total", "Those sent again after a lost link.")
      .Add(Number(plugin.resent));
  families
      .Histogram("shadow_plugin_request_duration_seconds",
                 "From the plugin's taking of a request to its answer.")
      .Add(plugin.answer_times, kMicro);
  families.Gauge("shadow_plugin_requests_waiting", "Requests that are not answered yet.")
      .Add(Number(plugin.waiting_requests));
  families.Gauge("shadow_plugin_waiting_bytes", "Their payloads and names.")
      .Add(Number(plugin.waiting_bytes));
  AddRefusals(plugin, families);
  families.Counter("shadow_plugin_answers_dropped_total", "Answers that had no effect.")
      .Add(Number(plugin.late_answers), {{"cause", "late"}})
      .Add(Number(plugin.foreign_answers), {{"cause", "foreign"}})
      .Add(Number(plugin.bad_envelopes), {{"cause", "unreadable"}});
  families.Counter("shadow_plugin_expelled_total", "Clients cut off when the registry changed.")
      .Add(Number(plugin.expelled));
  families.Counter("shadow_plugin_registry_loads_total", "How often the registry was loaded.")
      .Add(Number(plugin.registry_loads));
  families.Counter("shadow_plugin_registry_refusals_total", "How often it was found faulty.")
      .Add(Number(plugin.registry_refusals));
}

}  // namespace service
