// The HTTPS ports of an active shadowd, and who answers what on them.
#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "service/api/console_plane.h"
#include "service/api/control_plane.h"
#include "service/api/data_plane.h"
#include "service/api/device_plane.h"
#include "service/api/mqtt_entry.h"
#include "service/api/principals.h"
#include "service/config.h"
#include "service/http/loop.h"
#include "service/http/server.h"
#include "service/watch/log.h"

namespace service {

// Null: they have no port. `console_plane`: null if there is no console. All but the settings
// outlive the server.
absl::StatusOr<std::unique_ptr<HttpServer>> StartHttps(
    const Config& config, DataPlane& data_plane, ControlPlane& control_plane,
    DevicePlane& device_plane, ConsolePlane* console_plane, MqttEntry& mqtt_entry,
    Principals& principals, HttpLoop& loop, Log& log);

}  // namespace service
