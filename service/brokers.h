// The brokers of the settings, as the parts want them.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "service/config.h"
#include "service/link/link_settings.h"
#include "service/watch/health.h"
#include "service/websocket/tunnel.h"

namespace service {

std::vector<LinkSettings> LinkSettingsOf(const Config& config);
std::vector<BrokerAddress> TunnelsOf(const Config& config);
std::vector<std::string> AddressesOf(const Config& config);

// The first whose plugin is there; the first if none is.
const LinkSettings& FirstUp(const std::vector<LinkSettings>& brokers, const Health& health);

// Names one serving shadowd: random, never 0.
uint64_t NewLife();

}  // namespace service
