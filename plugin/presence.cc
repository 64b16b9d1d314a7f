#include "plugin/presence.h"

#include <utility>

#include "absl/strings/str_format.h"

namespace plugin {
namespace {

using Kind = LifecycleEvent::Kind;

// Spreads a number over 64 bits (the finisher of splitmix64).
uint64_t Spread(uint64_t number) {
  number += 0x9E3779B97F4A7C15;
  number = (number ^ (number >> 30)) * 0xBF58476D1CE4E5B9;
  number = (number ^ (number >> 27)) * 0x94D049BB133111EB;
  return number ^ (number >> 31);
}

}  // namespace

void Presence::Connected(const Connection& connection, int64_t now_us) {
  ForgetLongAway(now_us);
  if (!HasLifecycleEvents(connection.client_id)) return;
  Known& known = known_[connection.client_id];
  known.latest = connection.number;
  away_.erase(std::exchange(known.away, 0));
  Session& session = open_[connection.number];
  session = {.id = NewSession(), .version = known.next_version++};
  events_.push_back(EventOf(Kind::kConnected, connection, session));
  events_.back().address = connection.address;
}

void Presence::Refused(absl::string_view client_id, const Identity& identity) {
  if (!HasLifecycleEvents(client_id)) return;
  events_.push_back({.kind = Kind::kConnectFailed,
                     .client_id = std::string(client_id),
                     .session = NewSession(),
                     .principal = std::string(identity.principal),
                     .address = std::string(identity.address)});
}

void Presence::AddTopic(const Connection& connection, absl::string_view filter, Kind kind) {
  const auto found = open_.find(connection.number);
  if (found == open_.end()) return;
  Session& session = found->second;
  if (!TakeRoom(session, filter)) return;
  if (events_.empty() || events_.back().kind != kind || events_.back().session != session.id) {
    events_.push_back(EventOf(kind, connection, session));
  }
  events_.back().topics.emplace_back(filter);
}

// False: this turn has none left for the filter.
bool Presence::TakeRoom(Session& session, absl::string_view filter) {
  if (session.turn != turn_) session.topics = session.topic_bytes = 0;
  session.turn = turn_;
  if (session.topics == kTopicsMax || session.topic_bytes + filter.size() > kTopicBytesMax) {
    return false;
  }
  ++session.topics;
  session.topic_bytes += filter.size();
  return true;
}

void Presence::Disconnected(const Connections::Ended& ended, int64_t now_us) {
  const auto found = open_.find(ended.number);
  if (found == open_.end()) return;
  ended_.emplace_back(events_.size(), &ended);
  events_.push_back(EventOf(Kind::kDisconnected, ended, found->second));
  open_.erase(found);
  Known& known = known_[ended.client_id];
  if (known.latest != ended.number) return;
  known.latest = 0;
  known.away = ++went_away_;
  away_[known.away] = {.since_us = now_us, .client_id = ended.client_id};
}

void Presence::Flush(int64_t wall_ms, absl::FunctionRef<void(const LifecycleEvent&)> give) {
  for (const auto& [place, ended] : ended_) events_[place].reason = ended->reason;
  for (LifecycleEvent& event : events_) {
    event.timestamp_ms = wall_ms;
    give(event);
  }
  ++turn_;
  events_.clear();
  ended_.clear();
}

LifecycleEvent Presence::EventOf(Kind kind, const Connection& connection,
                                 const Session& session) const {
  return {.kind = kind,
          .client_id = connection.client_id,
          .session = session.id,
          .principal = connection.principal,
          .version = session.version};
}

std::string Presence::NewSession() {
  const uint64_t high = Spread(life_ ^ Spread(++sessions_));
  const uint64_t low = Spread(high);
  return absl::StrFormat("%08x-%04x-4%03x-%04x-%012x", high >> 32, high >> 16 & 0xFFFF,
                         high & 0xFFF, 0x8000 | (low >> 48 & 0x3FFF), low & 0xFFFFFFFFFFFF);
}

// One step for each that has gone, so this is as quick as they come and go.
void Presence::ForgetLongAway(int64_t now_us) {
  for (auto longest = away_.begin();
       longest != away_.end() &&
       (longest->second.since_us + kForgetAfterUs <= now_us || away_.size() > remembered_max_);
       longest = away_.erase(longest)) {
    known_.erase(longest->second.client_id);
  }
}

}  // namespace plugin
