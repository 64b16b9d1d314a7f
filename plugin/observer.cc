#include "plugin/observer.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "plugin/lifecycle.h"

namespace plugin {
namespace {

using proto::Observation;

size_t PayloadBytesMax(Observation::Kind kind) {
  return kind == Observation::Kind::kPublish ? proto::kPublishedBytesMax
                                             : proto::kDeliveredBytesMax;
}

Observation::Result ResultOf(const Verdict& verdict) {
  if (verdict) return Observation::Result::kAccepted;
  return verdict.kind() == Verdict::Kind::kNo ? Observation::Result::kRefused
                                              : Observation::Result::kClosed;
}

}  // namespace

Observer::Reply Observer::Obey(const proto::ObserveCommand& command) {
  std::pair<std::string, std::string> key(command.thing, command.client);
  if (!command.on) {
    observed_.erase(key);
  } else if (observed_.size() < kObservedMax || observed_.contains(key)) {
    observed_.insert(std::move(key));
  } else {
    return {proto::CommandResult::kRefused,
            absl::StrCat("at most ", kObservedMax, " things or clients are observed at a time")};
  }
  return {proto::CommandResult::kDone, absl::StrCat(broker_.SteadyUs())};
}

void Observer::ServiceIsGone() {
  observed_.clear();
  seen_.clear();
  seen_bytes_ = 0;
  lost_ = 0;
}

bool Observer::IsObserved(absl::string_view thing, absl::string_view client) const {
  return std::any_of(observed_.begin(), observed_.end(), [&](const auto& key) {
    return (!key.first.empty() && key.first == thing) ||
           (!key.second.empty() && key.second == client);
  });
}

void Observer::SeeConnect(const Client& client, const Identity& identity, const Verdict& verdict) {
  if (!IsObserved(identity.thing, client.id)) return;
  Keep({.what = {.kind = Kind::kConnect,
                 .result = ResultOf(verdict),
                 .clean = client.clean_session,
                 .mqtt5 = client.mqtt5,
                 .way = identity.way,
                 .keep_alive_s = static_cast<uint16_t>(client.keep_alive_s)},
        .thing = std::string(identity.thing),
        .client = std::string(client.id),
        .text = std::string(identity.principal),
        .handle = client.handle});
}

void Observer::SeeDisconnect(const Connections::Ended& ended) {
  if (ended.service || !IsObserved(ended.thing, ended.client_id)) return;
  Keep({.what = {.kind = Kind::kDisconnect},
        .thing = ended.thing,
        .client = ended.client_id,
        .text = {},
        .ended = &ended});
}

void Observer::SeeTopic(Kind kind, const void* handle, absl::string_view topic, int qos,
                        bool retain, bool allowed, absl::string_view payload) {
  const auto* const connection = connections_.Find(handle);
  if (connection == nullptr || connection->service ||
      !IsObserved(connection->thing, connection->client_id)) {
    return;
  }
  Seen seen{.what = {.kind = kind,
                     .allowed = allowed,
                     .qos = static_cast<uint8_t>(qos),
                     .retain = retain,
                     .payload_bytes = static_cast<uint32_t>(payload.size())},
            .thing = connection->thing,
            .client = connection->client_id,
            .text = std::string(topic),
            .handle = handle};
  if (payload.size() <= PayloadBytesMax(kind)) seen.payload = std::string(payload);
  Keep(std::move(seen));
}

void Observer::SeeForbidden(const void* handle) {
  if (seen_.empty() || lost_ > 0) return;
  Seen& last = seen_.back();
  if (last.handle == handle && last.what.kind == Kind::kPublish) last.what.allowed = false;
}

void Observer::Keep(Seen seen) {
  const size_t bytes =
      sizeof seen + seen.thing.size() + seen.client.size() + seen.text.size() + seen.payload.size();
  // What comes after one that is lost would stand in its place.
  if (lost_ > 0 || seen_.size() == kSeenMax || seen_bytes_ + bytes > kSeenBytesMax) {
    ++lost_;
    return;
  }
  seen_bytes_ += bytes;
  seen.what.us = broker_.SteadyUs();
  seen_.push_back(std::move(seen));
}

std::string Observer::TakeEnvelope(uint64_t epoch) {
  if (seen_.empty()) return "";
  proto::ObservationBatch batch{.epoch = epoch, .lost = lost_};
  for (const Seen& seen : seen_) {
    Observation& what = batch.observations.emplace_back(seen.what);
    what.thing = seen.thing;
    what.client = seen.client;
    what.text =
        seen.ended == nullptr ? absl::string_view(seen.text) : ReasonText(seen.ended->reason);
    what.payload = seen.payload;
  }
  std::string envelope = proto::EncodeObservations(batch);
  seen_.clear();
  seen_bytes_ = 0;
  lost_ = 0;
  return envelope;
}

}  // namespace plugin
