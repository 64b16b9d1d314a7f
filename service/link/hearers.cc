#include "service/link/hearers.h"

namespace service {
namespace {

constexpr std::array kUnheardMessages = {&proto::Unheard::accepted, &proto::Unheard::documents,
                                         &proto::Unheard::delta};

}  // namespace

void Hearers::Hear(size_t broker, absl::Span<const proto::Hearing> hearings) {
  for (const proto::Hearing& hearing : hearings) {
    if (hearing.is_over) {
      End(brokers_[broker], hearing);
    } else {
      Add(brokers_[broker], hearing);
    }
  }
}

void Hearers::Forget(size_t broker) {
  Broker& of = brokers_[broker];
  of = {.heard = of.heard};
}

void Hearers::ForgetSilent(absl::Time now) {
  for (size_t broker = 0; broker < brokers_.size(); ++broker) {
    if (brokers_[broker].shadows > 0 && now - brokers_[broker].heard > kSilenceMax) Forget(broker);
  }
}

void Hearers::Add(Broker& broker, const proto::Hearing& hearing) {
  if (broker.shadows == shadows_max_) broker = {.heard = broker.heard};
  const auto [turns, is_new] = broker.things[hearing.id.thing].try_emplace(hearing.id.name);
  broker.shadows += is_new ? 1 : 0;
  for (size_t i = 0; i < kMessages; ++i) {
    if (hearing.unheard.*kUnheardMessages[i]) turns->second[i] = broker.now[i];
  }
}

void Hearers::End(Broker& broker, const proto::Hearing& hearing) {
  if (hearing.id.thing.empty()) {
    for (size_t i = 0; i < kMessages; ++i) {
      if (hearing.unheard.*kUnheardMessages[i]) ++broker.now[i];
    }
    return;
  }
  const auto thing = broker.things.find(hearing.id.thing);
  if (thing == broker.things.end()) return;
  for (auto& [name, turns] : thing->second) {
    for (size_t i = 0; i < kMessages; ++i) {
      if (hearing.unheard.*kUnheardMessages[i]) turns[i] = 0;
    }
  }
}

proto::Unheard Hearers::UnheardOf(const shadow::ShadowId& id, size_t asker,
                                  proto::Unheard there) const {
  proto::Unheard unheard = there;
  for (size_t place = 0; place < brokers_.size() && unheard != proto::Unheard(); ++place) {
    if (place == asker) continue;
    const Broker& broker = brokers_[place];
    const auto thing = broker.things.find(id.thing);
    if (thing == broker.things.end()) return {};
    const auto shadow = thing->second.find(id.name);
    if (shadow == thing->second.end()) return {};
    for (size_t i = 0; i < kMessages; ++i) {
      unheard.*kUnheardMessages[i] &= shadow->second[i] == broker.now[i];
    }
  }
  return unheard;
}

bool HearHearings(const proto::Parcel& parcel, Hearers& hearers, Counters& counters, Log& log) {
  if (!proto::IsHearings(parcel.envelope)) return false;
  const auto hearings = proto::DecodeHearings(parcel.envelope);
  if (hearings.ok()) {
    hearers.Hear(parcel.broker, *hearings);
    return true;
  }
  counters.EnvelopeRefused();
  log.Error("envelope_refused", {{"cause", hearings.status().message()}});
  return true;
}

}  // namespace service
