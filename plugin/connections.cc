#include "plugin/connections.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"

namespace plugin {
namespace {

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

const Connections::Connection& Connections::Add(const Client& client, const Identity& identity,
                                                bool service) {
  Remove(client.handle);  // of one whose end was not told
  if (service) ++services_;
  Connection& connection = connections_[client.handle];
  connection = {.client_id = std::string(client.id),
                .principal = std::string(identity.principal),
                .address = std::string(identity.address),
                .thing = std::string(identity.thing),
                .way = identity.way,
                .since_s = broker_.EpochSeconds(),
                .service = service,
                .one_packet_a_turn = client.one_packet_a_turn,
                .number = ++made_};
  latest_[client.id] = client.handle;
  if (!service) came_.push_back(client.handle);
  return connection;
}

const Connections::Ended* Connections::Remove(const void* handle,
                                              std::optional<DisconnectReason> told) {
  const auto known = connections_.find(handle);
  if (known == connections_.end()) return nullptr;
  const DisconnectReason reason = ReasonOf(handle, known->second, told);
  logged_.clear();
  Ended& ended =
      ended_.emplace_back(Ended{std::move(known->second), reason, broker_.EpochSeconds()});
  ended_by_handle_[handle] = &ended;
  connections_.erase(known);
  if (ended.service) --services_;
  if (HandleOf(ended.client_id) == handle) latest_.erase(ended.client_id);
  return &ended;
}

DisconnectReason Connections::ReasonOf(const void* handle, const Connection& connection,
                                       std::optional<DisconnectReason> told) const {
  if (connection.cut) return *connection.cut;
  if (HandleOf(connection.client_id) != handle) return DisconnectReason::kDuplicateClientId;
  if (told) return *told;
  return ReasonIn(logged_, connection.client_id).value_or(DisconnectReason::kUnknown);
}

const Connections::Connection* Connections::Find(const void* handle) const {
  const auto known = connections_.find(handle);
  return known == connections_.end() ? nullptr : &known->second;
}

Connections::Connection* Connections::Find(const void* handle) {
  const auto known = connections_.find(handle);
  return known == connections_.end() ? nullptr : &known->second;
}

void Connections::StandsFor(const void* handle, absl::string_view thing) {
  Connection* const connection = Find(handle);
  if (connection == nullptr || connection->thing == thing) return;
  connection->thing.assign(thing.data(), thing.size());
  came_.push_back(handle);
}

void Connections::AddPassing(uint64_t number, const Identity& identity, uint64_t request) {
  Ended passing;
  passing.principal = std::string(identity.principal);
  passing.address = std::string(identity.address);
  passing.way = identity.way;
  passing.since_s = passing.ended_s = broker_.EpochSeconds();
  passing.last_request = request;
  passing.number = number;
  ended_.push_back(std::move(passing));
}

const void* Connections::HandleOf(absl::string_view client_id) const {
  const auto latest = latest_.find(client_id);
  return latest == latest_.end() ? nullptr : latest->second;
}

void Connections::Each(absl::FunctionRef<void(const Connection& connection)> tell) const {
  for (const auto& [handle, connection] : connections_) {
    if (!connection.service) tell(connection);
  }
}

void Connections::Cut(const void* handle, DisconnectReason reason, bool with_will) {
  const auto known = connections_.find(handle);
  if (known == connections_.end() || std::exchange(known->second.is_ending, true)) return;
  ending_.push_back({handle, known->second.number, with_will});
  WillBeCut(handle, reason);
}

void Connections::WillBeCut(const void* handle, DisconnectReason reason) {
  const auto known = connections_.find(handle);
  if (known != connections_.end() && !known->second.cut) known->second.cut = reason;
}

void Connections::WillIsSent(const void* handle) {
  const auto ended = ended_by_handle_.find(handle);
  if (ended == ended_by_handle_.end()) return;
  DisconnectReason& reason = ended->second->reason;
  if (reason == DisconnectReason::kUnknown) reason = DisconnectReason::kConnectionLost;
}

void Connections::Tick() {
  for (const Ending& ending : std::exchange(ending_, {})) {
    const Connection* const connection = Find(ending.handle);
    if (connection == nullptr || connection->number != ending.number) continue;
    // The broker tells of the end at once, and Remove is called: the name must outlive that.
    broker_.Disconnect(std::string(connection->client_id), ending.with_will);
  }
}

void Connections::TellNews(Tell tell) const {
  for (const Ended& ended : ended_) {
    if (!ended.service) tell(ended, &ended);
  }
  for (const void* const handle : came_) {
    if (const Connection* const connection = Find(handle)) tell(*connection, nullptr);
  }
}

void Connections::TellAll(Tell tell) const {
  for (const auto& [request, ended] : departed_) tell(ended, &ended);
  for (const Ended& ended : ended_) {
    if (!ended.service) tell(ended, &ended);
  }
  for (const auto& [handle, connection] : connections_) {
    if (!connection.service) tell(connection, nullptr);
  }
}

void Connections::EndTurn(uint64_t answered_below) {
  for (Ended& ended : ended_) {
    if (ended.last_request >= answered_below) departed_[ended.last_request] = std::move(ended);
  }
  departed_.erase(departed_.begin(), departed_.lower_bound(answered_below));
  came_.clear();
  ended_.clear();
  ended_by_handle_.clear();
  logged_.clear();
}

}  // namespace plugin
