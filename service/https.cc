#include "service/https.h"

#include <optional>
#include <string>
#include <utility>

#include "service/console/bundle.h"

namespace service {

absl::StatusOr<std::unique_ptr<HttpServer>> StartHttps(
    const Config& config, DataPlane& data_plane, ControlPlane& control_plane,
    DevicePlane& device_plane, ConsolePlane* console_plane, MqttEntry& mqtt_entry,
    Principals& principals, HttpLoop& loop, Log& log) {
  if (!config.http.enabled()) return nullptr;
  if (absl::Status loaded = principals.Load(); !loaded.ok()) return loaded;
  HttpSettings settings = config.http;
  if (console_plane != nullptr) settings.pages = std::string(kConsolePath);
  const auto is_for_console = [console_plane](const HttpExchange& exchange) {
    return console_plane != nullptr && console_plane->IsFor(exchange);
  };
  return HttpServer::Start(
      std::move(settings),
      {.upgrade =
           [console_plane, &mqtt_entry](const HttpExchange& head) {
             auto asked =
                 console_plane == nullptr ? std::nullopt : console_plane->JudgeUpgrade(head);
             return asked ? std::move(asked) : mqtt_entry.Judge(head);
           },
       .judge_head =
           [&, console_plane, is_for_console](const HttpExchange& head) {
             if (is_for_console(head)) return console_plane->JudgeHead(head);
             if (device_plane.IsFor(head)) return device_plane.JudgeHead(head);
             if (control_plane.IsFor(head)) return control_plane.JudgeHead(head);
             return data_plane.JudgeHead(head);
           },
       .handle =
           [&, console_plane, is_for_console](const auto& exchange, const auto& respond) {
             if (is_for_console(*exchange)) return console_plane->Handle(exchange, respond);
             if (device_plane.IsFor(*exchange)) return device_plane.Handle(exchange, respond);
             if (control_plane.IsFor(*exchange)) return control_plane.Handle(exchange, respond);
             data_plane.Handle(exchange, respond);
           },
       .loop = &loop},
      log);
}

}  // namespace service
