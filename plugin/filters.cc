#include "plugin/filters.h"

#include "absl/hash/hash.h"
#include "plugin/gate.h"

namespace plugin {

void Filters::Connect(absl::string_view client_id, const void* connection, bool clean) {
  Session& session = sessions_[client_id];
  EndAbsence(session);
  if (clean) session = {.complete = true, .subscriptions = {}, .filters = {}};
  session.connection = connection;
}

void Filters::Subscribe(absl::string_view client_id, absl::string_view filter, size_t held) {
  const auto found = sessions_.find(client_id);
  const absl::string_view plain = WithoutShare(filter);
  if (found == sessions_.end() || !proto::RequestFilters::CanMatch(plain)) return;
  Session& session = found->second;
  if (held < session.subscriptions.size()) {
    // The session has ended and another begun, and nobody said so: an MQTT 5 client can resume a
    // session and let it end with its connection.
    session.subscriptions.clear();
    session.filters = {};
    session.complete = held == 0;
  }
  if (session.subscriptions.insert(absl::HashOf(filter)).second) session.filters.Add(plain);
}

void Filters::Unsubscribe(absl::string_view client_id, absl::string_view filter) {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return;
  Session& session = found->second;
  if (session.subscriptions.erase(absl::HashOf(filter)) > 0) {
    session.filters.Remove(WithoutShare(filter));
  }
}

void Filters::Disconnect(absl::string_view client_id, const void* connection, bool clean) {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end() || found->second.connection != connection) return;
  Session& session = found->second;
  EndAbsence(session);
  if (clean) {
    sessions_.erase(found);
    return;
  }
  const size_t bytes = BytesOf(client_id, session);
  session.away = ++went_away_;
  away_[session.away] = {.client_id = std::string(client_id), .bytes = bytes};
  away_bytes_ += bytes;
  while (away_bytes_ > away_bytes_max_) ForgetLongestAway();
}

void Filters::EndAbsence(Session& session) {
  const auto away = away_.find(session.away);
  session.away = 0;
  if (away == away_.end()) return;
  away_bytes_ -= away->second.bytes;
  away_.erase(away);
}

void Filters::ForgetLongestAway() {
  const auto longest = away_.begin();
  away_bytes_ -= longest->second.bytes;
  sessions_.erase(longest->second.client_id);
  away_.erase(longest);
}

size_t Filters::BytesOf(absl::string_view client_id, const Session& session) {
  constexpr size_t kNodes = 160;  // of both maps, and their free room
  return sizeof(Session) + sizeof(Away) + kNodes + 2 * client_id.size() +
         session.subscriptions.capacity() * (sizeof(size_t) + 1) + session.filters.bytes();
}

bool Filters::Deliver(absl::string_view client_id, absl::string_view topic, bool own) const {
  const auto found = sessions_.find(client_id);
  if (found == sessions_.end()) return !own;
  const Session& session = found->second;
  if (session.filters.Match(topic)) return true;
  return !session.complete && !own && !session.filters.MatchAsParent(topic);
}

bool Filters::IsSubscribed(absl::string_view client_id, absl::string_view topic) const {
  const auto found = sessions_.find(client_id);
  return found == sessions_.end() || !found->second.complete || found->second.filters.Match(topic);
}

}  // namespace plugin
