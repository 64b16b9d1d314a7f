#include "service/metrics/families.h"

namespace service {

void AddLinks(absl::Span<const std::string> brokers, const Health& health,
              const LinkFigures& figures, Families& families) {
  const uint32_t up = health.links_up();
  auto& link_up =
      families.Gauge("shadow_broker_link_up", "With several brokers: 1 while its plugin is there.");
  for (size_t i = 0; i < brokers.size(); ++i) {
    link_up.Add((up >> i & 1) != 0 ? 1 : 0, {{"broker", brokers[i]}});
  }
  auto& waiting = families.Gauge("shadow_news_waiting_bytes",
                                 "News that its plugin has not said it has: they are kept.");
  for (size_t i = 0; i < brokers.size(); ++i) {
    waiting.Add(Number(figures.of_broker[i].news_waiting_bytes), {{"broker", brokers[i]}});
  }
  const auto count = [&](const char* name, const char* help, auto member) {
    auto& counter = families.Counter(name, help);
    for (size_t i = 0; i < brokers.size(); ++i) {
      counter.Add(Number(figures.of_broker[i].*member), {{"broker", brokers[i]}});
    }
  };
  using Of = LinkFigures::OfBroker;
  count("shadow_news_sent_total", "Envelopes of news sent; those sent again count again.",
        &Of::news_sent);
  count("shadow_news_dropped_total", "Envelopes of news that its plugin never had.",
        &Of::news_dropped);
  count("shadow_news_peers_cut_total", "Links cut because the broker took no news any more.",
        &Of::cuts);
}

}  // namespace service
