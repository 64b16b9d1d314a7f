#include "service/link/event_relay.h"

#include "proto/news.h"

namespace service {

bool RelayEvents(const proto::Parcel& parcel, Commands& commands, Counters& counters, Log& log) {
  if (!proto::IsEvents(parcel.envelope)) return false;
  const auto events = proto::DecodeEvents(parcel.envelope);
  if (!events.ok()) {
    counters.EnvelopeRefused();
    log.Error("envelope_refused", {{"cause", events.status().message()}});
    return true;
  }
  for (const proto::PublishedEvent& event : *events) {
    commands.Put(
        proto::PublishCommand{
            .topic = event.topic, .at_least_once = true, .payload = event.payload, .is_own = true},
        [](const proto::CommandReply*) {}, kAllBrokers & ~BrokerBit(parcel.broker));
  }
  return true;
}

}  // namespace service
