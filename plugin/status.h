// What the plugin has counted, and how things stand, as it tells the service.
#pragma once

#include "plugin/counters.h"
#include "proto/plugin_status.h"

namespace plugin {

// The counts; how things stand is left at 0.
proto::PluginStatus StatusOf(const Counters& counters);

}  // namespace plugin
