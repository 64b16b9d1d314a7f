#include "service/active.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "history/writer.h"
#include "service/account/clerk.h"
#include "service/account/newcomers.h"
#include "service/account/registry_in_force.h"
#include "service/admin/admin.h"
#include "service/api/account_access.h"
#include "service/api/bench.h"
#include "service/api/console_plane.h"
#include "service/api/control_plane.h"
#include "service/api/data_plane.h"
#include "service/api/device_plane.h"
#include "service/api/mqtt_entry.h"
#include "service/api/principals.h"
#include "service/brokers.h"
#include "service/clerk_settings.h"
#include "service/commit/errands.h"
#include "service/commit/feed.h"
#include "service/commit/journal.h"
#include "service/commit/mailbox.h"
#include "service/commit/newsroom.h"
#include "service/commit/snapshots.h"
#include "service/commit/thing_events.h"
#include "service/commit/trace.h"
#include "service/commit/worker.h"
#include "service/console/bundle.h"
#include "service/console/console.h"
#include "service/devices/device_desk.h"
#include "service/faults/fault_plans.h"
#include "service/hangup.h"
#include "service/history/forgetting.h"
#include "service/history/historian.h"
#include "service/history/keeper.h"
#include "service/history/reader.h"
#include "service/http/loop.h"
#include "service/http/server.h"
#include "service/https.h"
#include "service/link/commands.h"
#include "service/link/event_relay.h"
#include "service/link/hearers.h"
#include "service/link/intake.h"
#include "service/link/link_figures.h"
#include "service/link/links.h"
#include "service/link/observations.h"
#include "service/link/plugin_status.h"
#include "service/link/refusals.h"
#include "service/link/session_ender.h"
#include "service/link/whereabouts.h"
#include "service/live/broker_session.h"
#include "service/live/live.h"
#include "service/metrics/metrics.h"
#include "service/servers.h"
#include "service/store_choice.h"
#include "service/tenure.h"
#include "service/watch/census.h"
#include "service/watch/counters.h"
#include "service/watch/health.h"
#include "service/watch/log.h"
#include "service/watch/shadow_clock.h"
#include "service/watch/supervisor.h"

namespace service {
namespace {

constexpr int kIdleMs = 5000;  // often enough for MQTT's keep-alive
// Who observes devices is given so long to be told that it is over.
constexpr absl::Duration kLastLineWait = absl::Seconds(1);

absl::Status RereadLogLevel(const Config& config, Log& log) {
  const auto level = ReadLogLevelAgain(config);
  if (!level.ok()) {
    log.Warning("settings_refused", {{"cause", level.status().message()}});
    return level.status();
  }
  log.SetLevel(*level);
  log.Info("settings_read", {{"log_level", LogLevelName(*level)}});
  return absl::OkStatus();
}

// Nothing: none is to be kept.
absl::StatusOr<std::optional<history::Writer>> LoadHistory(const Config& config,
                                                           storage::Store& store) {
  if (!config.history) {
    absl::Status ended = history::EndFeed(store);
    if (!ended.ok()) return ended;
    return std::nullopt;
  }
  return history::Writer::Load({.addresses = config.history_addresses}, store);
}

}  // namespace

std::optional<StepDown> Serve(const Config& config, storage::Store& store,
                              storage::Ownership& ownership, Standing& standing, ShadowClock& clock,
                              Log& log, int stop_fd) {
  const auto now = [&clock] { return clock.Now(); };
  const auto refuse_store = [&](const absl::Status& cause) -> std::optional<StepDown> {
    log.Error("store_refused", {{"store", StoreName(config)}, {"cause", cause.message()}});
    // Whoever could not read a store that is far away comes back.
    if (ownership.IsShared() && absl::IsUnavailable(cause)) return StepDown::kOverdue;
    return std::nullopt;
  };
  const size_t brokers = config.brokers.size();
  auto journal = Journal::Load(store, brokers);
  if (!journal.ok()) return refuse_store(journal.status());
  auto history = LoadHistory(config, store);
  if (!history.ok()) return refuse_store(history.status());
  std::unique_ptr<ThingEvents> events;  // null: none are told
  if (history->has_value()) {
    auto loaded = ThingEvents::Load(store, brokers);
    if (!loaded.ok()) return refuse_store(loaded.status());
    events = *std::move(loaded);
  }
  log.Info("store_open", {{"store", StoreName(config)}});

  Health health(store);
  Counters counters;
  PluginStatus plugin_status(counters, log, brokers);
  LinkFigures link_figures;
  Crowd websocket_clients(config.http.websockets_max, config.http.connections_per_address_max);
  Metrics metrics({.durability = config.durability,
                   .sync_interval_ms = config.sync_interval_ms,
                   .limits = config.limits,
                   .brokers = AddressesOf(config)},
                  store, counters, health, standing, plugin_status, link_figures,
                  websocket_clients);
  Census census(store, ShadowClock::MachineNow, counters, log);
  HistoryKeeper history_keeper({.bounds = config.store.history}, store, log);
  Trace trace;
  HttpLoop http_loop;
  Mailbox mailbox;
  const auto wake = [&mailbox] { mailbox.Wake(); };
  Tenure tenure(ownership, wake);
  Feed feed(wake);
  Intake intake(wake);
  Commands commands(wake);
  Whereabouts whereabouts;
  whereabouts.SetElder(
      [&commands](size_t broker, absl::string_view client_id, uint64_t connection) {
        commands.Put(
            proto::DisconnectCommand{.client_id = client_id, .taken_over = connection},
            [](const proto::CommandReply*) {}, BrokerBit(broker));
      });
  RegistryInForce registry(config.registry);
  auto clerk_settings = ClerkSettingsOf(config);
  if (!clerk_settings.ok()) {
    log.Error("authority_refused", {{"cause", clerk_settings.status().message()}});
    return std::nullopt;
  }
  if (!clerk_settings->fixed_because.empty() && !config.registry.empty()) {
    log.Warning("registry_is_fixed", {{"cause", clerk_settings->fixed_because}});
  }
  clerk_settings->bench_ahead_ms = [&clock] { return clock.Read().offset_seconds * 1000; };
  const auto device_desk =
      DeviceDesk::Load({.here = clerk_settings->here, .now = now, .wake = wake}, store, registry,
                       commands, counters, log);
  if (!device_desk.ok()) return refuse_store(device_desk.status());
  registry.AddListener({[&](absl::Span<const policy::EntryChange> changes) {
    (*device_desk)->AccountChanged(changes);
  }});
  Clerk clerk(*std::move(clerk_settings), registry, commands, whereabouts, health, log);
  Newcomers newcomers(clerk, log);
  Provisioner provisioner(config.provisioning_hook_command, clerk, log);
  (*device_desk)->SetProvisioner(provisioner);
  Principals principals(registry, config.credentials_dir, clerk, log);
  Observations observations(commands, counters, log);
  Forgetting forgetting(wake);
  const std::vector<LinkSettings> link_settings = LinkSettingsOf(config);
  SessionEnder session_ender(link_settings, [&health] { return health.links_up(); });
  FaultPlans fault_plans(
      commands,
      [&](const std::string& client) {
        session_ender.End(client, [&log, client](SessionEnd end) {
          if (end == SessionEnd::kUnavailable) log.Warning("session_stays", {{"client", client}});
        });
      },
      trace, counters, log);
  HistoryReader history_reader;
  Historian historian({.bounds = config.store.history,
                       .limits = config.limits,
                       .records = config.history,
                       .now = now},
                      store, history_reader, log);
  const auto console = Console::Open(config.console, {.http_port = config.http.plain_port,
                                                      .limits = config.limits,
                                                      .now = now,
                                                      .machine_now = ShadowClock::MachineNow,
                                                      .registry = registry,
                                                      .store = store,
                                                      .log = log});
  if (!console.ok()) {
    log.Error("console_refused", {{"cause", console.status().message()}});
    return std::nullopt;
  }
  const auto first_up = [&] { return FirstUp(link_settings, health); };
  Refusals refusals(/*keeps=*/*console != nullptr, counters, log);
  std::optional<Live> live;
  std::optional<ConsolePlane> console_plane;
  if (*console != nullptr) {
    live.emplace(
        Live::Surroundings{.store = store,
                           .registry = registry,
                           .whereabouts = whereabouts,
                           .feed = feed,
                           .loop = http_loop,
                           .trace = trace,
                           .fault_plans = fault_plans,
                           .sessions = (*console)->sessions(),
                           .door = (*console)->door(),
                           .counters = counters,
                           .health = health,
                           .plugin = plugin_status,
                           .log = log,
                           .limits = config.limits,
                           .now = now,
                           .bench = config.faults,
                           .refusals = [&](uint64_t after) { return refusals.After(after); },
                           .new_mqtt = NewBrokerSessions(first_up, http_loop)});
    refusals.SetHeard([&] { live->RefusalsHeard(); });
    console_plane.emplace(**console, *live, registry, log);
  }
  Errands errands(wake);
  Bench bench(clock, errands, fault_plans, log);
  DataPlane data_plane(
      {.auth = config.http.auth, .limits = config.limits, .bench = config.faults, .now = now},
      store, principals, *console == nullptr ? nullptr : &(*console)->door(), mailbox, commands,
      session_ender, historian, forgetting, bench, fault_plans, counters, log);
  const AccountAccess access({.account_id = config.aws_account,
                              .region = config.aws_region,
                              .now = ShadowClock::MachineNow});
  ControlPlane control_plane(config.http.auth, access, principals, clerk, counters);
  DevicePlane device_plane(config.http.auth, access, principals, **device_desk, counters);
  MqttEntry mqtt_entry(
      {.auth = config.http.auth, .brokers = TunnelsOf(config), .link_secret = config.link_secret},
      principals, health, websocket_clients, counters, log);
  const auto http_server =
      StartHttps(config, data_plane, control_plane, device_plane,
                 console_plane ? &*console_plane : nullptr, mqtt_entry, principals, http_loop, log);
  const absl::Cleanup end_reading = [&history_reader] { history_reader.Close(); };
  if (!http_server.ok()) {
    log.Error("https_refused", {{"cause", http_server.status().message()}});
    return std::nullopt;
  }
  if (live) live->Start();
  const auto reread = [&] {
    absl::Status status = RereadLogLevel(config, log);
    if (*http_server == nullptr) return status;
    status.Update(principals.Load());
    status.Update((*http_server)->RereadCertificates());
    return status;
  };
  Admin admin(
      store, counters, health, trace, observations, intake, forgetting, registry, clerk, standing,
      reread, [&tenure] { return tenure.AskHandOver(); }, log);
  const auto admin_server = StartAdminServer(
      config, [&admin](absl::string_view request, AdminReply& reply, AdminLines& lines) {
        admin.Handle(request, reply, lines);
      });
  if (!admin_server.ok()) {
    log.Error("port_refused", {{"cause", admin_server.status().message()}});
    return std::nullopt;
  }
  // Whoever waits for the thread that commits is told that nothing comes any more.
  const absl::Cleanup end_waiting = [&] {
    intake.Close();
    observations.Close(kLastLineWait);
    forgetting.Close();
    errands.Close();
    (*device_desk)->Close();
    session_ender.Close();
  };
  const Hangup hangup([&] { reread().IgnoreError(); });
  const auto servers = StartServers(config,
                                    {.ready = [&health] { return health.ReadyText(); },
                                     .metrics = [&metrics] { return metrics.Print(); }},
                                    log);
  if (!servers.ok()) {
    log.Error("port_refused", {{"cause", servers.status().message()}});
    return std::nullopt;
  }

  tenure.Renew();  // all of the above may have taken long
  const uint64_t life = NewLife();
  Hearers hearers(brokers);
  Newsroom newsroom(life, [&hearers](const shadow::ShadowId& id, size_t broker, const auto& there) {
    return hearers.UnheardOf(id, broker, there);
  });
  const bool has_others = brokers > 1;
  Worker worker({.limits = config.limits,
                 .durability = config.durability,
                 .sync_interval_ms = config.sync_interval_ms,
                 .brokers = brokers,
                 .hot_bytes_max = config.hot_bytes_max,
                 .now = now},
                store, *std::move(journal), *std::move(history), counters, trace, log, events.get(),
                device_desk->get(), live ? &feed : nullptr, has_others ? &newsroom : nullptr);
  Snapshots snapshots(store, worker, now);
  const auto process = [&](std::vector<proto::Parcel> parcels) {
    Links::Output output;
    feed.Serve();
    plugin_status.Hear(parcels);
    for (const proto::Parcel& parcel : parcels) whereabouts.Hear(parcel);
    if (has_others && !parcels.empty()) {
      const absl::Time heard = absl::Now();
      for (const proto::Parcel& parcel : parcels) hearers.Heard(parcel.broker, heard);
    }
    std::erase_if(parcels, [&](const proto::Parcel& one) {
      return commands.Reply(one) || fault_plans.Hear(one.envelope) || observations.Hear(one) ||
             newcomers.Hear(one.envelope) || refusals.Hear(one.envelope) ||
             RelayEvents(one, commands, counters, log) || HearHearings(one, hearers, counters, log);
    });
    output.messages = mailbox.Serve([&](absl::Span<LocalRequest> requests) {
      output.dispatches = worker.Process(parcels, requests);
      return tenure.Holds();
    });
    if (has_others) {
      for (const std::string& outcome : std::exchange(output.messages, {})) {
        output.dispatches.push_back(newsroom.Report(outcome));
      }
    }
    intake.Serve([&worker](std::vector<storage::Write> records, bool replace) {
      return worker.Import(std::move(records), replace);
    });
    forgetting.Serve([&worker](absl::string_view thing) { return worker.Forget(thing); });
    errands.Serve(snapshots);
    if (const auto pulse = fault_plans.TakePulse()) {
      for (size_t broker = 0; broker < brokers; ++broker) {
        output.dispatches.push_back({.broker = broker, .answers = *pulse});
      }
    }
    output.commands = commands.Take(health.links_up());
    return output;
  };
  const auto idle = [&] {
    census.BeginIfDue();
    history_keeper.RaiseIfAsked();
    const Brokers up = health.links_up();
    commands.Expire(up);
    whereabouts.LinksAre(up);
    for (size_t broker = 0; broker < brokers; ++broker) {
      if ((up & BrokerBit(broker)) == 0) hearers.Forget(broker);
    }
    if (has_others) hearers.ForgetSilent(absl::Now());
    fault_plans.LinkIs(up != 0);
    observations.LinksAre(up);
    clerk.LinksAre(up);
    (*device_desk)->LinkIs(up != 0);
    const int device_ms = (*device_desk)->WaitMs();
    const auto pulse_ms = fault_plans.NextPulseMs();
    const int renewal_ms = tenure.Renew();
    if (pulse_ms == 0 || device_ms == 0) mailbox.Wake();
    return std::min({worker.TellEventsIfDue(), worker.SyncIfDue(), pulse_ms.value_or(kIdleMs),
                     device_ms, renewal_ms, kIdleMs});
  };
  Links links(link_settings, life,
              {.process = process,
               .idle = idle,
               .may_leave = [&tenure] { return tenure.Holds(); },
               .goes_on = [&tenure] { return !tenure.over(); }},
              health, link_figures, log);
  census.BeginIfDue();
  supervisor::Ready();
  links.Run(stop_fd, mailbox.descriptor());
  const StepDown why = tenure.over().value_or(StepDown::kStopped);
  if (why == StepDown::kStopped) supervisor::Stopping();
  if (tenure.Holds()) worker.TellEvents();
  worker.Sync();
  tenure.GiveUp(why);
  return why;
}

}  // namespace service
