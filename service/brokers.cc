#include "service/brokers.h"

#include <bit>
#include <random>

namespace service {

std::vector<LinkSettings> LinkSettingsOf(const Config& config) {
  std::vector<LinkSettings> settings;
  for (const Config::Broker& broker : config.brokers) {
    settings.push_back({.host = broker.host,
                        .port = broker.port,
                        .address = broker.address,
                        .secret = config.link_secret});
  }
  return settings;
}

std::vector<BrokerAddress> TunnelsOf(const Config& config) {
  std::vector<BrokerAddress> addresses;
  for (const Config::Broker& broker : config.brokers) {
    addresses.push_back({broker.host, broker.port});
  }
  return addresses;
}

std::vector<std::string> AddressesOf(const Config& config) {
  std::vector<std::string> addresses;
  for (const Config::Broker& broker : config.brokers) addresses.push_back(broker.address);
  return addresses;
}

const LinkSettings& FirstUp(const std::vector<LinkSettings>& brokers, const Health& health) {
  const auto first = static_cast<size_t>(std::countr_zero(health.links_up()));
  return brokers[first < brokers.size() ? first : 0];
}

uint64_t NewLife() {
  std::random_device device;
  return (uint64_t{device()} << 32 | device()) | 1;
}

}  // namespace service
