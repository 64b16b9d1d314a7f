#include "plugin/presence.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"

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

// How Mosquitto 2.0 logs the end of a connection, after "Client " and the client id.
struct LogLine {
  absl::string_view end;
  DisconnectReason reason;
};
constexpr LogLine kLogLines[] = {
    {" disconnected.", DisconnectReason::kClientInitiated},
    {" closed its connection.", DisconnectReason::kConnectionLost},
    {" has exceeded timeout, disconnecting.", DisconnectReason::kKeepAliveTimeout},
    {" disconnected, not authorised.", DisconnectReason::kAuthError},
    {" disconnected due to malformed packet.", DisconnectReason::kClientError},
    {" disconnected due to protocol error.", DisconnectReason::kClientError},
    {" disconnected due to oversize packet.", DisconnectReason::kClientError},
    {" disconnected due to oversize payload.", DisconnectReason::kClientError},
    {" disconnected due to QoS too high or retain not supported.", DisconnectReason::kClientError},
    {" disconnected due to out of memory.", DisconnectReason::kServerError},
    {" been disconnected by administrative action.", DisconnectReason::kServerInitiated},
};

// What the line, which may begin with a time, says of the client's end.
std::optional<DisconnectReason> ReasonIn(absl::string_view line, absl::string_view client_id) {
  const std::string client = absl::StrCat("Client ", client_id);
  for (const LogLine& known : kLogLines) {
    absl::string_view rest = line;
    if (absl::ConsumeSuffix(&rest, known.end) && absl::EndsWith(rest, client)) return known.reason;
  }
  // What is left is the system's word for a socket that failed.
  if (absl::StrContains(line, absl::StrCat(client, " disconnected: ")) ||
      absl::StrContains(line, absl::StrCat("Bad socket read/write on client ", client_id, ": "))) {
    return DisconnectReason::kConnectionLost;
  }
  return std::nullopt;
}

}  // namespace

void Presence::Connected(const void* handle, const Arrival& arrival, int64_t now_us) {
  ForgetLongAway(now_us);
  if (!HasLifecycleEvents(arrival.client_id)) return;
  Known& known = known_[arrival.client_id];
  known.latest = handle;
  away_.erase(std::exchange(known.away, 0));
  Connection& connection = connections_[handle];
  connection = {.client_id = std::string(arrival.client_id),
                .session = NewSession(),
                .principal = std::string(arrival.principal),
                .version = known.next_version++};
  events_.push_back(EventOf(Kind::kConnected, connection));
  events_.back().address = std::string(arrival.address);
}

void Presence::Refused(const void* handle, const Arrival& arrival) {
  WillBeCut(handle, DisconnectReason::kAuthError);
  if (connections_.contains(handle) || !HasLifecycleEvents(arrival.client_id)) return;
  events_.push_back({.kind = Kind::kConnectFailed,
                     .client_id = std::string(arrival.client_id),
                     .session = NewSession(),
                     .principal = std::string(arrival.principal),
                     .address = std::string(arrival.address)});
}

void Presence::AddTopic(const void* handle, absl::string_view filter, Kind kind) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return;
  Connection& connection = found->second;
  if (!TakeRoom(connection, filter)) return;
  if (events_.empty() || events_.back().kind != kind ||
      events_.back().session != connection.session) {
    events_.push_back(EventOf(kind, connection));
  }
  events_.back().topics.emplace_back(filter);
}

// False: this turn has none left for the filter.
bool Presence::TakeRoom(Connection& connection, absl::string_view filter) {
  if (connection.turn != turn_) connection.topics = connection.topic_bytes = 0;
  connection.turn = turn_;
  if (connection.topics == kTopicsMax || connection.topic_bytes + filter.size() > kTopicBytesMax) {
    return false;
  }
  ++connection.topics;
  connection.topic_bytes += filter.size();
  return true;
}

void Presence::Disconnected(const void* handle, int64_t now_us) {
  const auto found = connections_.find(handle);
  if (found == connections_.end()) return;
  const Connection& connection = found->second;
  Known& known = known_[connection.client_id];
  const bool latest = known.latest == handle;
  ended_[handle] = events_.size();
  events_.push_back(EventOf(Kind::kDisconnected, connection));
  events_.back().version = connection.version;
  events_.back().reason = ReasonOf(connection, latest);
  logged_.clear();
  if (latest) {
    known.latest = nullptr;
    known.away = ++went_away_;
    away_[known.away] = {.since_us = now_us, .client_id = connection.client_id};
  }
  connections_.erase(found);
}

DisconnectReason Presence::ReasonOf(const Connection& connection, bool latest) const {
  if (connection.cut) return *connection.cut;
  if (!latest) return DisconnectReason::kDuplicateClientId;
  return ReasonIn(logged_, connection.client_id).value_or(DisconnectReason::kUnknown);
}

void Presence::WillBeCut(const void* handle, DisconnectReason reason) {
  const auto found = connections_.find(handle);
  if (found != connections_.end() && !found->second.cut) found->second.cut = reason;
}

void Presence::WillIsSent(const void* handle) {
  const auto ended = ended_.find(handle);
  if (ended == ended_.end()) return;
  DisconnectReason& reason = events_[ended->second].reason;
  if (reason == DisconnectReason::kUnknown) reason = DisconnectReason::kConnectionLost;
}

void Presence::Flush(int64_t wall_ms, absl::FunctionRef<void(const LifecycleEvent&)> give) {
  for (LifecycleEvent& event : events_) {
    event.timestamp_ms = wall_ms;
    give(event);
  }
  ++turn_;
  events_.clear();
  ended_.clear();
  logged_.clear();
}

LifecycleEvent Presence::EventOf(Kind kind, const Connection& connection) const {
  return {.kind = kind,
          .client_id = connection.client_id,
          .session = connection.session,
          .principal = connection.principal,
          .version = connection.version};
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
